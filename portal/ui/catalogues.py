"""The message catalogues: collecting texts from the source, compiling, checking. In Python: gettext is not needed."""

import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

DOMAIN = "django"
HEADER = "# The texts of the portal: sources are written in English.\n"
# Which arguments of each function are the text: Django's, and their lazy twins.
SINGULAR, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], SINGULAR),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], PLURAL),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], CONTEXT),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], CONTEXT_PLURAL),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
SKIPPED = {"tests", "docs", "static", "staticfiles", "locale", "node_modules", "migrations"}


def languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES]


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sources() -> Iterator[Path]:
    """Yield the files with texts: our packages' Python, and all templates."""
    for top in sorted(Path(settings.BASE_DIR).iterdir()):
        if top.is_dir() and not top.name.startswith(".") and top.name not in SKIPPED:
            yield from (path for path in sorted(top.rglob("*")) if _has_texts(path))


def _has_texts(path: Path) -> bool:
    folders = path.relative_to(settings.BASE_DIR).parts[:-1]
    return path.suffix in {".py", ".html", ".txt"} and not SKIPPED.intersection(folders)


def texts_in(path: Path) -> Iterator[tuple[int, object, list[str], str | None]]:
    """Yield (line, message id or ids, translators' comments, context) of each text in a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into calls of gettext among filler; without indentation that is Python's syntax.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).split("\n"))
    yield from extract("python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"])


def collect() -> Catalog:
    """Return a catalogue of all texts in the source, with the files they stand in."""
    found = Catalog()
    for path in sources():
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for line, ids, comments, context in texts_in(path):
            found.add(ids, locations=[(name, line)], auto_comments=comments, context=context)  # type: ignore[arg-type]
    return found


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, header_comment=HEADER, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def write(catalog: Catalog) -> None:
    """Write a catalogue sorted, without places in the source and without dates: a change of one text is one change."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True, omit_header=True)
    plural = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = (
        f'{HEADER}msgid ""\nmsgstr ""\n"Language: {catalog.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    path = path_of(str(catalog.locale_identifier))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + buffer.getvalue().decode().strip() + "\n", encoding="utf-8")


def update(language: str, found: Catalog) -> None:
    """Bring a language's catalogue in line with the source.

    New texts are empty; in English they are themselves, until somebody words a library's text better.
    """
    catalog = read(language)
    catalog.update(found, no_fuzzy_matching=True)
    for message in texts(catalog):
        # Fuzzy: its plural came, went or changed.
        if language == "en" and (message.fuzzy or not all(_all(message.string))):
            message.string = message.id if isinstance(message.id, str) else tuple(message.id)
        elif message.fuzzy:
            message.string = "" if isinstance(message.id, str) else ("", "")
        message.flags.discard("fuzzy")
    write(catalog)


def texts(catalog: Catalog) -> Iterator[Message]:
    """Yield the messages, the header excepted."""
    return (message for message in catalog if message.id)


def compile_stale() -> list[str]:
    """Compile the catalogues that are newer than what was made of them. Returns their paths below the folder."""
    folder = Path(settings.LOCALE_PATHS[0])
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]
    for path in stale:
        # Written aside and put in place whole: several test processes may be at it, and one may be reading.
        aside = path.with_suffix(f".{os.getpid()}.mo")
        with path.open("rb") as source, aside.open("wb") as compiled:
            write_mo(compiled, read_po(source, locale=path.parts[-3]))
        aside.replace(path.with_suffix(".mo"))
    return [path.relative_to(folder).as_posix() for path in stale]


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not (compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime)


def problems() -> list[str]:
    """Return what keeps the catalogues from being complete, one line each."""
    found = collect()
    return [f"{language}: {problem}" for language in languages() for problem in problems_of(read(language), found)]


def problems_of(catalog: Catalog, found: Catalog) -> Iterator[str]:
    known = {(message.context, _key(message)): message for message in texts(catalog)}
    needed = {(message.context, _key(message)): message for message in texts(found)}
    for key, source in needed.items():
        where = ", ".join(sorted({name for name, _ in source.locations}))
        problem = "is missing" if key not in known else _problem(known[key], source)
        if problem:
            yield f"{key[1]!r} {problem} ({where})"
    yield from (f"{key[1]!r} is not in the source any more" for key in known if key not in needed)


def _problem(message: Message, source: Message) -> str:
    strings = _all(message.string)
    if message.fuzzy:
        return "is fuzzy"
    if not all(strings) or (message.pluralizable and len(strings) < 2):
        return "is not translated"
    if message.id != source.id:
        return "has another plural in the source"
    # One of the plural's forms may spell its number out; the last may not.
    wanted, got = _placeholders(_all(message.id)[-1:]), _placeholders(strings[-1:])
    surplus = _placeholders(strings) - _placeholders(_all(message.id))
    differing = (wanted ^ got) | surplus
    return f"has other placeholders: {sorted(differing)}" if differing else ""


def _key(message: Message) -> str:
    return _all(message.id)[0]


def _all(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def _placeholders(strings: list[str]) -> set[str]:
    return {found for string in strings for found in PLACEHOLDER.findall(string)} - {"%%"}
