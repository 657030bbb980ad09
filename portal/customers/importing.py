"""Reading a CSV file of customers: tolerant of how it was saved, strict about what it says.

Pure: bytes in, rows and rejections out. A row holds only the columns the file has, so that a file without, say,
`phone` leaves the phone numbers alone.
"""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import orgnr

from portal.customers.models import Customer
from portal.ui.fields import PhoneField

COLUMNS = ("number", "kind", "name", "org_no", "email", "phone", "address", "postal_code", "city")
REQUIRED = ("number", "kind", "name")
LIMITS: dict[str, int] = {name: getattr(Customer._meta.get_field(name), "max_length", 0) for name in COLUMNS}
# In a text file there are none of these: an image, a spreadsheet or an archive has them in its first bytes.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Row:
    """A customer as the file has it. `values` is valid and by model field; `line` counts from 1, header included."""

    line: int
    values: dict[str, str]

    @property
    def number(self) -> str:
        return self.values["number"]


@dataclass(frozen=True)
class Rejection:
    """A line that was not taken in, and why. `number` is the customer's, as far as it could be read."""

    line: int
    reason: str
    number: str = ""


@dataclass(frozen=True)
class Reading:
    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message is for a person."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read(data: bytes) -> Reading:
    """Read a file's bytes. What makes the whole file unreadable is one rejection."""
    reading = Reading()
    whole = without_cut_letter(data)
    try:
        _read_into(reading, decode(whole))
    except Unreadable as error:
        reading.rejected.append(Rejection(error.line, str(error)))
    if whole != data:
        reading.rejected.append(Rejection(whole.count(b"\n") + 1, _("The file is cut off here.")))
    return reading


def _read_into(reading: Reading, text: str) -> None:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    lines = _lines(text, delimiter)
    columns = _columns(*next(lines, (1, [])))
    first_seen: dict[str, int] = {}
    for line, cells in lines:
        values = dict(zip(columns, cells or [], strict=False))
        try:
            row = Row(line, _clean(values, columns, cells))
            _refuse_again(row, first_seen)
        except ValidationError as error:
            reading.rejected.append(Rejection(line, " ".join(error.messages), values.get("number", "").strip()))
        else:
            reading.rows.append(row)
    if not reading.rows and not reading.rejected:
        raise Unreadable(_("There is nothing after the line of column names."))


def without_cut_letter(data: bytes) -> bytes:
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


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (line number, cells) of the lines that are not blank; None for a line whose quotation marks do not match.

    A quoted cell may span lines, so a mark that is never closed takes the rest of the file with it.
    """
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


def _columns(line: int, header: list[str] | None) -> list[str]:
    columns = [name.strip().lower() for name in header or []]
    for message, names in [
        (_("Unknown column: %(names)s. The columns are %(known)s."), [c for c in columns if c not in COLUMNS]),
        (_("Missing column: %(names)s."), [c for c in REQUIRED if c not in columns]),
        (_("The column stands twice: %(names)s."), sorted({c for c in columns if columns.count(c) > 1})),
    ]:
        if names:
            raise Unreadable(message % {"names": ", ".join(names), "known": ", ".join(COLUMNS)}, line)
    return columns


def _refuse_again(row: Row, first_seen: dict[str, int]) -> None:
    first = first_seen.setdefault(row.number, row.line)
    if first != row.line:
        raise ValidationError(_("The number stands on line %(line)d already."), params={"line": first})


def _clean(values: dict[str, str], columns: list[str], cells: list[str] | None) -> dict[str, str]:
    """Return valid values. Raises ValidationError with all there is to say about the line."""
    if cells is None:
        raise ValidationError(_("The quotation marks do not match. After one that is not closed, nothing can be read."))
    if len(cells) > len(columns):
        raise ValidationError(_("There are too many columns."))
    if len(cells) < len(columns):
        raise ValidationError(_("There are too few columns: is it cut off?"))
    cleaned, problems = {}, []
    for name, value in values.items():
        try:
            cleaned[name] = _clean_value(name, " ".join(value.split()))
        except ValidationError as error:
            problems += [f"{name}: {message}" for message in error.messages]
    if problems:
        raise ValidationError(problems)
    return cleaned


def _clean_value(name: str, value: str) -> str:
    if not value:
        if name in REQUIRED:
            raise ValidationError(_("Missing."))
        return ""
    cleaned = CLEANERS.get(name, str)(value)
    limit = LIMITS[name]
    if len(cleaned) > limit:
        lengths = {"limit": limit, "length": len(cleaned)}
        raise ValidationError(_("At most %(limit)d characters, not %(length)d."), params=lengths)
    return cleaned


def clean_kind(value: str) -> str:
    kind = value.lower()
    if kind not in Customer.Kind.values:
        raise ValidationError(
            _("Must be one of %(kinds)s, not “%(value)s”."),
            params={"kinds": ", ".join(Customer.Kind.values), "value": value[:40]},
        )
    return kind


def clean_org_no(value: str) -> str:
    """Return the nine digits. The last is a check digit, modulus 11 (Brønnøysundregistrene)."""
    try:
        return str(orgnr.validate(value))
    except InvalidNumber as error:
        raise ValidationError(_("“%(value)s” is not an organisation number."), params={"value": value[:40]}) from error


def clean_email(value: str) -> str:
    validate_email(value)
    return value.lower()


def clean_phone(value: str) -> str:
    return str(PhoneField().clean(value))


def clean_postal_code(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ValidationError(_("A postal code has four digits, not “%(value)s”."), params={"value": value[:40]})
    return value


CLEANERS: dict[str, Callable[[str], str]] = {
    "kind": clean_kind,
    "org_no": clean_org_no,
    "email": clean_email,
    "phone": clean_phone,
    "postal_code": clean_postal_code,
}
