"""Texts are collected from Python and templates, compiled without gettext, and missed when they are not translated."""

import gettext
import os
from pathlib import Path

import pytest

from portal.ui import catalogues

TEMPLATE = """{% load i18n %}<p>{% translate "Empty" %}</p>
  {% blocktranslate count n=2 trimmed %}{{ n }} order
     {% plural %}{{ n }} orders{% endblocktranslate %} {% translate "Open" context "verb" %} {{ _("Saved") }}"""
PYTHON = 'label = _("Name")\nlong = gettext_lazy(\n    "One "\n    "text"\n)\n'
TRANSLATED = {"Empty": "Tom", "Open": "Åpne", "Saved": "Lagret", "Name": "Navn", "One text": "En tekst"}


@pytest.fixture
def project(tmp_path: Path, settings: object) -> Path:
    """A small project with two texts in Python and four in a template, and empty catalogues."""
    for name, text in {"shop/models.py": PYTHON, "templates/page.html": TEMPLATE, "tests/test.py": '_("No")'}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    settings.LOCALE_PATHS = [tmp_path / "locale"]  # type: ignore[attr-defined]
    settings.LANGUAGES = [("nb", "Bokmål"), ("en", "English")]  # type: ignore[attr-defined]
    for language in ["nb", "en"]:
        catalogues.update(language, catalogues.collect())
    return tmp_path


def translate(**other: str | tuple[str, str]) -> None:
    catalog = catalogues.read("nb")
    strings = TRANSLATED | {"%(n)s order": ("%(n)s ordre", "%(n)s ordrer")} | other
    for message in catalogues.texts(catalog):
        message.string = strings[message.id if isinstance(message.id, str) else message.id[0]]
    catalogues.write(catalog)


def test_every_text_of_python_and_templates_is_collected(project: Path) -> None:
    found = {(message.context, message.id) for message in catalogues.texts(catalogues.collect())}
    plain = {(None, text) for text in ["Empty", "Saved", "Name", "One text"]}
    assert found == plain | {("verb", "Open"), (None, ("%(n)s order", "%(n)s orders"))}


def test_english_is_complete_by_itself(project: Path) -> None:
    assert [problem for problem in catalogues.problems() if problem.startswith("en")] == []


def test_a_librarys_english_can_be_worded_better_and_stays(project: Path) -> None:
    catalog = catalogues.read("en")
    catalog.get("Saved").string = "It is saved."  # type: ignore[union-attr]
    catalogues.write(catalog)
    catalogues.update("en", catalogues.collect())
    assert catalogues.read("en").get("Saved").string == "It is saved."  # type: ignore[union-attr]
    assert [problem for problem in catalogues.problems() if problem.startswith("en")] == []


def test_what_is_not_translated_is_said_with_its_place(project: Path) -> None:
    assert "nb: 'Name' is not translated (shop/models.py)" in catalogues.problems()


def test_a_translated_catalogue_has_no_problems_and_stays_as_it_is(project: Path) -> None:
    translate()
    assert catalogues.problems() == []
    before = catalogues.path_of("nb").read_text()
    catalogues.update("nb", catalogues.collect())
    assert catalogues.path_of("nb").read_text() == before


@pytest.mark.parametrize(
    ("text", "string", "problem"),
    [
        ("%(n)s order", ("%(n)s ordre", "%(m)s ordrer"), "has other placeholders: ['%(m)s', '%(n)s']"),
        ("%(n)s order", ("%(n)s ordre", "ordrer"), "has other placeholders: ['%(n)s']"),
        ("%(n)s order", ("%(n)s ordre", ""), "is not translated"),
        ("Name", "Navn %(n)s", "has other placeholders: ['%(n)s']"),
    ],
)
def test_a_faulty_translation_is_found(project: Path, text: str, string: str, problem: str) -> None:
    translate(**{text: string})
    assert len(catalogues.problems()) == 1
    assert problem in catalogues.problems()[0]


def test_a_text_that_came_or_went_is_found(project: Path) -> None:
    translate()
    (project / "shop" / "models.py").write_text(PYTHON.replace("Name", "Surname"))
    assert [problem for problem in catalogues.problems() if problem.startswith("nb")] == [
        "nb: 'Surname' is missing (shop/models.py)",
        "nb: 'Name' is not in the source any more",
    ]


def test_a_text_that_got_a_plural_is_translated_anew(project: Path) -> None:
    translate()
    (project / "shop" / "models.py").write_text(PYTHON + 'ngettext("Name", "Names", 2)\n')
    for language in ["nb", "en"]:
        catalogues.update(language, catalogues.collect())
    assert catalogues.problems() == ["nb: 'Name' is not translated (shop/models.py)"]


def test_compiling_is_for_gettext_and_only_when_needed(project: Path) -> None:
    translate()
    assert catalogues.compile_stale() == ["en/LC_MESSAGES/django.po", "nb/LC_MESSAGES/django.po"]
    assert catalogues.compile_stale() == []
    with catalogues.path_of("nb").with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert (compiled.gettext("Name"), compiled.pgettext("verb", "Open")) == ("Navn", "Åpne")
    assert compiled.ngettext("%(n)s order", "%(n)s orders", 2) == "%(n)s ordrer"
    later = catalogues.path_of("nb").stat().st_mtime + 10
    os.utime(catalogues.path_of("nb"), (later, later))
    assert catalogues.compile_stale() == ["nb/LC_MESSAGES/django.po"]


def test_the_tests_own_texts_are_not_collected(project: Path) -> None:
    assert "No" not in [message.id for message in catalogues.texts(catalogues.collect())]
