"""The rules of forms: when a question is asked, numbers with check digits, what keeps a form from being published."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from forms_catalog.rules import checks
from forms_catalog.rules.conditions import Term, Unreadable, holds, parse, within
from forms_catalog.rules.definition import Definition, FieldSpec, Kind, from_json
from forms_catalog.rules.problems import missing_languages, problems_of
from forms_catalog.shipped import shipped


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("", {}, True),
        ("own = yes", {"own": "yes"}, True),
        ("own = yes", {"own": "no"}, False),
        ("own = yes", {}, False),
        ("own != yes", {"own": "no"}, True),
        ("own != yes", {}, False),
        ("own = ja", {"own": "yes"}, True),
        ("a = 1 and b = 2 or c = 3", {"c": "3"}, True),
        ("a = 1 and b = 2 or c = 3", {"a": "1"}, False),
        ("a = 1 and b = 2 or c = 3", {"a": "1", "b": "2"}, True),
        ("a = 1 eller b = 2 og c = 3", {"b": "2", "c": "3"}, True),
    ],
)
def test_a_condition_reads_as_people_read_it(text: str, answers: dict[str, str], expected: bool) -> None:
    assert holds(parse(text), answers) is expected


@pytest.mark.parametrize(
    "text", ["own", "own = ", "own == yes", "= yes", "own = yes and", "(own = yes)", "own=a b", "or"]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_of_a_condition_only_what_the_page_decides_is_left() -> None:
    condition = parse("a = 1 and b = 2 or c = 3")
    assert within(condition, {"b"}, {"a": "1"}) == ((Term("b", "2"),),)
    assert within(condition, {"b"}, {"c": "3"}) == ()
    assert within(condition, {"b"}, {}) is None
    assert within((), {"b"}, {}) == ()


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked() -> None:
    form = definition(
        question("a", Kind.YES_NO), question("b", Kind.YES_NO, show_if="a = yes"), question("c", show_if="b = yes")
    )
    given = {"a": "no", "b": "yes", "c": "smuggled"}
    assert [spec.name for spec in form.asked(given)] == ["a"]
    assert form.kept(given) == {"a": "no"}


@pytest.mark.parametrize("text", ["1234 56 78903", "1234.56.78903", "12345678903"])
def test_account_numbers_are_taken_as_people_write_them(text: str) -> None:
    assert checks.account_number(text) == "12345678903"


@pytest.mark.parametrize(
    "text", ["12345678901", "1234567890", "123456789033", "00000000000", "1234567890a", "١٢٣٤٥٦٧٨٩٠٣"]
)
def test_wrong_account_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        checks.account_number(text)


def test_organisation_numbers_and_metering_points_are_checked() -> None:
    assert checks.organisation_number("974 760 673") == "974760673"
    assert checks.metering_point("7070 5750 0000 0000 01") == "707057500000000001"
    for check, text in [
        (checks.organisation_number, "974760674"),
        (checks.organisation_number, "000000000"),
        (checks.metering_point, "707057500000000009"),
        (checks.metering_point, "70705750000000000"),
    ]:
        with pytest.raises(ValueError, match=r".*"):
            check(text)


def test_a_shape_is_digits_letters_and_itself() -> None:
    assert checks.has_shape("AB-12", "@@-##")
    assert not checks.has_shape("AB-1", "@@-##")
    assert not checks.has_shape("A1-12", "@@-##")


# Publishing ------------------------------------------------------------------------------------------


def question(name: str, kind: Kind = Kind.TEXT, **more: object) -> FieldSpec:
    return FieldSpec(name=name, kind=kind, label={"nb": name}, **more)  # type: ignore[arg-type]


def definition(*fields: FieldSpec, **texts: dict[str, str]) -> Definition:
    return Definition(fields=fields, **{"title": {"nb": "Skjema"}, **texts})


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (definition(), "It asks nothing yet"),
        (definition(question("a"), title={"en": "Form"}), "no title"),
        (definition(question("a"), question("a")), "Two have this short name"),
        (definition(FieldSpec(name="a", kind=Kind.TEXT)), "no words"),
        (definition(question("a", Kind.CHOICE, choices=(("x", {"nb": "X"}),))), "at least two"),
        (definition(question("a", minimum=Decimal(3), maximum=Decimal(2))), "smallest is larger"),
        (definition(question("a", Kind.FILES, maximum=Decimal(99))), "Allow 1 to 10"),
        (definition(question("a", Kind.DATE, maximum=Decimal(20261231))), "Days are counted from today"),
        (definition(question("a", Kind.DATE, minimum=Decimal(-36501))), "Days are counted from today"),
        (definition(question("lines")), "needed by the page itself"),
        (definition(question("version")), "needed by the page itself"),
        (definition(question("a", show_if="what")), "is not understood"),
        (definition(question("a", show_if="b = yes"), question("b", Kind.YES_NO)), "not asked before it"),
        (definition(question("a"), question("b", show_if="a = yes")), "Only choices"),
        (definition(question("a", Kind.YES_NO), question("b", show_if="a = maybe")), "no answer to"),
        (definition(question("a", Kind.YES_NO), question("b", Kind.STEP, show_if="a = yes")), "always there"),
    ],
)
def test_what_keeps_a_form_from_being_published_is_said(form: Definition, words: str) -> None:
    with override("en"):
        assert any(words in str(problem) for problem in problems_of(form, "nb"))


SHIPPED = list(shipped())


def test_all_forms_of_the_guide_are_shipped() -> None:
    assert {one.slug for one in SHIPPED} == {
        *("open-han-port", "smart-meter-exemption", "move-antenna", "check-meter", "account-number"),
        *("housing-cooperative", "earth-fault", "tree-felling"),
        *("new-project", "missing-waste-type", "declaration-authorisation"),
    }


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.slug)
def test_each_can_be_published_and_is_written_in_all_languages(one: object) -> None:
    form = one.definition  # type: ignore[attr-defined]
    assert [str(problem) for problem in problems_of(form, "nb")] == []
    assert missing_languages(form, ["nb", "nn", "en"]) == []
    assert from_json(form.to_json()) == form
