"""Reading CSV files that operators hand in: tolerant of how they were saved, strict about what they say.

Pure: bytes in, rows and rejections out. A row holds only the columns the file has, so that a file without, say, `words`
leaves the everyday words alone. A domain says what its file holds (`Format`) and takes the rows in; the command is
`csv_command.CsvCommand`. Files whose rows are more than cells by column share `whole_text`, `lines` and `headings`.
"""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.tenancy.quantities import plain_number

Cleaner = Callable[[str], Any]
# In a text file there are none of these: an image, a spreadsheet or an archive has them in its first bytes.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# 707057500000000001 as Excel shows and saves it: 7,07058E+17.
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")


@dataclass(frozen=True)
class Rejection:
    """A line that was not taken in, and why. `number` is what the row is known by, as far as it could be read."""

    line: int
    reason: str
    number: str = ""


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message is for a person."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Column:
    """A column of a file. `clean` gets the cell without outer spaces, never empty, and raises ValidationError."""

    clean: Cleaner
    help: str
    required: bool = False
    # What an empty cell means.
    empty: Any = ""
    # No report may repeat what such a cell holds.
    is_secret: bool = False


@dataclass(frozen=True)
class Format:
    """A kind of file: its columns by name, and the one that tells rows apart."""

    name: str
    key: str
    columns: Mapping[str, Column]
    # Whether several lines may have the same key.
    repeats: bool = False

    @property
    def required(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.required]


@dataclass(frozen=True)
class Row:
    """A line as the file has it. `values` is clean; `line` counts from 1, the heading included."""

    line: int
    key: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Reading:
    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


@dataclass
class Outcome:
    """How many rows a file made, changed and left, and what was rejected besides what could not be read."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)


def read(data: bytes, form: Format) -> Reading:
    """Read a file's bytes. What makes the whole file unreadable is one rejection."""
    reading = Reading()
    problems = whole_text(data, lambda text: _read_into(reading, text, form))
    reading.rejected.extend(Rejection(line, reason) for line, reason in problems)
    return reading


def whole_text(data: bytes, take: Callable[[str], None]) -> list[tuple[int, str]]:
    """Give `take` a file's text, and return what is wrong with the file as a whole: line and reason.

    `take` raises Unreadable where it cannot go on.
    """
    problems = []
    whole = _without_cut_letter(data)
    try:
        take(decode(whole))
    except Unreadable as error:
        problems.append((error.line, str(error)))
    if whole != data:
        problems.append((whole.count(b"\n") + 1, _("The file is cut off here.")))
    return problems


def _without_cut_letter(data: bytes) -> bytes:
    """Return the data without its last line where a UTF-8 file ends in the middle of a letter."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # In a file that is not UTF-8 at all, the first accented letter may be the last byte.
        if error.reason == "unexpected end of data" and not data[: error.start].removeprefix(BOM_UTF8).isascii():
            return data[: data.rfind(b"\n") + 1]
    return data


def decode(data: bytes) -> str:
    """Return the text: UTF-8, with or without a byte order mark, else what Windows and older systems write.

    Raises Unreadable for an empty file and for one that is no text.
    """
    if not data.removeprefix(BOM_UTF8).strip():
        raise Unreadable(_("The file is empty."))
    if BINARY.search(data):
        raise Unreadable(_("This is not a CSV file. Save the spreadsheet as “CSV UTF-8” and try again."))
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("latin-1")


def _read_into(reading: Reading, text: str, form: Format) -> None:
    rest = lines(text)
    columns = headings(*next(rest, (1, [])), form.columns, form.required)
    first_seen: dict[str, int] = {}
    for line, cells in rest:
        values = dict(zip(columns, cells or [], strict=False))
        written = values.get(form.key, "").strip()
        try:
            clean = _clean(values, columns, cells, form)
            key = str(clean[form.key])
            first = first_seen.setdefault(key, line)
            if first != line and not form.repeats:
                raise ValidationError(_("%(key)s stands on line %(line)d already."), params={"key": key, "line": first})
        except ValidationError as error:
            reading.rejected.append(Rejection(line, " ".join(error.messages), written[:40]))
        else:
            reading.rows.append(Row(line, key, clean))
    if not reading.rows and not reading.rejected:
        raise Unreadable(_("There is nothing after the line of column names."))


def lines(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (line number, cells) of the lines that are not blank; None for a line whose quotation marks do not match.

    A quoted cell may span lines, so a mark that is never closed takes the rest of the file with it.
    """
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells


def headings(line: int, header: list[str] | None, known: Collection[str], required: Collection[str]) -> list[str]:
    """Return the names of the columns. Raises Unreadable when one is not known, missing or there twice."""
    columns = [name.strip().lower() for name in header or []]
    for message, names in [
        (_("Unknown column: %(names)s. The columns are %(known)s."), [c for c in columns if c not in known]),
        (_("Missing column: %(names)s."), [c for c in required if c not in columns]),
        (_("The column stands twice: %(names)s."), sorted({c for c in columns if columns.count(c) > 1})),
    ]:
        if names:
            shown = {"names": ", ".join(name[:40] for name in names[:10]), "known": ", ".join(known)}
            raise Unreadable(message % shown, line)
    return columns


def _clean(values: dict[str, str], columns: list[str], cells: list[str] | None, form: Format) -> dict[str, Any]:
    """Return clean values. Raises ValidationError with all there is to say about the line."""
    if cells is None:
        raise ValidationError(_("The quotation marks do not match. After one that is not closed, nothing can be read."))
    if len(cells) > len(columns):
        raise ValidationError(_("There are too many columns."))
    if len(cells) < len(columns):
        raise ValidationError(_("There are too few columns: is it cut off?"))
    return clean_values(values, form)


def clean_values(values: Mapping[str, str], form: Format) -> dict[str, Any]:
    """Return clean values of cells by their columns. Raises ValidationError with all there is to say about them."""
    cleaned, problems = {}, []
    for name, value in values.items():
        try:
            cleaned[name] = _cell(form.columns[name], " ".join(value.split()))
        except ValidationError as error:
            problems += [f"{name}: {message}" for message in error.messages]
    if problems:
        raise ValidationError(problems)
    return cleaned


def refuse_rounded(value: str) -> None:
    """Raises ValidationError for what a spreadsheet makes of a long number: its last digits are gone for good."""
    if ROUNDED.fullmatch(value):
        message = _(
            "“%(value)s” is what a spreadsheet makes of a long number, and its last digits are lost. Format the column"
            " as text, fill in the whole numbers again and save the file anew."
        )
        raise ValidationError(message, params={"value": value[:40]})


def _cell(column: Column, value: str) -> Any:
    if not column.is_secret:
        refuse_rounded(value)
    if value:
        return column.clean(value)
    if column.required:
        raise ValidationError(_("Missing."))
    return column.empty


# What cells may hold -----------------------------------------------------------------------------------

YES, NO = frozenset({"yes", "ja", "true", "1", "x", "*"}), frozenset({"no", "nei", "false", "0"})


def text(longest: int) -> Cleaner:
    def clean(value: str) -> str:
        if "\x00" in value or len(value) > longest:
            lengths = {"limit": longest, "length": len(value)}
            raise ValidationError(_("At most %(limit)d characters, not %(length)d."), params=lengths)
        return value

    return clean


def matching(pattern: str, message: Callable[[], str]) -> Cleaner:
    def clean(value: str) -> str:
        bare = re.sub(r"[\s.\u00a0]", "", value)
        if not re.fullmatch(pattern, bare):
            raise ValidationError(_("%(rule)s “%(value)s”."), params={"rule": message(), "value": value[:40]})
        return bare

    return clean


def one_of(choices: Iterable[str]) -> Cleaner:
    allowed = list(choices)

    def clean(value: str) -> str:
        found = next((choice for choice in allowed if choice.lower() == value.lower()), None)
        if found is None:
            values = {"choices": ", ".join(allowed), "value": value[:40]}
            raise ValidationError(_("Must be one of %(choices)s, not “%(value)s”."), params=values)
        return found

    return clean


def yes_or_no(value: str) -> bool:
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    raise ValidationError(_("Must be yes or no, not “%(value)s”."), params={"value": value[:40]})


def whole(least: int, most: int) -> Cleaner:
    def clean(value: str) -> int:
        written = plain_number(value)
        if not re.fullmatch(r"[0-9]{1,9}", written) or not least <= int(written) <= most:
            said = {"least": least, "most": most, "value": value[:40]}
            raise ValidationError(_("Must be a whole number from %(least)d to %(most)d, not “%(value)s”."), params=said)
        return int(written)

    return clean


def number(value: str) -> Decimal:
    written = plain_number(value)
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", written):
        raise ValidationError(_("Must be a number from 0, not “%(value)s”."), params={"value": value[:40]})
    return Decimal(written)
