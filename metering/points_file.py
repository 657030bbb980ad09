"""Reading a CSV file of metering points and who holds them: tolerant of how it was saved, strict about what it says.

Pure: bytes in, rows and rejections out. An empty cell is unknown, and leaves alone what is stored.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from metering.models import Holding, MeteringPoint
from portal.customers import gsrn
from portal.customers.importing import clean_postal_code
from portal.documents import csv_files
from portal.documents.csv_files import Unreadable

COLUMNS = (
    "gsrn", "customer_number", "address", "postal_code", "city", "county", "price_area", "meter_number",
    "customer_group", "tariff", "support_scheme", "holiday_home", "dwellings", "directions", "fuse_ampere",
    "valid_from", "valid_to",
)  # fmt: skip
# Where a column goes; the rest is about the holding.
POINT_FIELDS = {
    "address": "address",
    "postal_code": "postal_code",
    "city": "city",
    "county": "county",
    "price_area": "price_area",
    "meter_number": "meter_number",
    "customer_group": "customer_group",
    "tariff": "tariff_name",
    "holiday_home": "holiday_home",
    "dwellings": "dwellings",
    "directions": "has_production",
    "fuse_ampere": "fuse_ampere",
}
# What the columns of whole numbers hold at most.
MOST = 32_767
DIRECTIONS = {"consumption": False, "consumption+production": True, "production": True}


@dataclass(frozen=True)
class Row:
    """A line of the file. `facts` are the point's fields that it knows; `line` counts from 1, header included.

    A row without a customer but with a date says that nobody holds the point from then.
    """

    line: int
    gsrn: str
    customer_number: str
    facts: dict[str, Any]
    support_scheme: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Rejection:
    """A line that was not taken in, and why. `gsrn` is the metering point's, as far as it could be read."""

    line: int
    reason: str
    gsrn: str = ""


@dataclass(frozen=True)
class Reading:
    """`vacated` are rejected lines of which it can be read that somebody else holds a metering point from a day."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    vacated: list[Row] = field(default_factory=list)


def read(data: bytes) -> Reading:
    """Read a file's bytes. What makes the whole file unreadable is one rejection."""
    reading = Reading()
    problems = csv_files.whole_text(data, lambda text: _read_into(reading, text))
    reading.rejected.extend(Rejection(line, reason) for line, reason in problems)
    return reading


def _read_into(reading: Reading, text: str) -> None:
    lines = csv_files.lines(text)
    columns = csv_files.headings(*next(lines, (1, [])), COLUMNS, COLUMNS)
    first_seen: dict[tuple[str, date | None], Row] = {}
    for line, cells in lines:
        values = dict(zip(columns, cells or [], strict=False))
        try:
            row = _row(line, columns, cells)
            first = first_seen.setdefault((row.gsrn, row.valid_from), row)
            if first is not row:
                message = _("The metering point stands on line %(line)d already, from the same day.")
                raise ValidationError(message, params={"line": first.line})
        except _Vacates as error:
            reading.vacated.append(error.row)
            reading.rejected.append(Rejection(line, " ".join(error.messages), error.row.gsrn))
        except ValidationError as error:
            reading.rejected.append(Rejection(line, " ".join(error.messages), values.get("gsrn", "").strip()[:40]))
        else:
            reading.rows.append(row)
    if not reading.rows and not reading.rejected:
        raise Unreadable(_("There is nothing after the line of column names."))


class _Vacates(ValidationError):
    """A line with something wrong that still says from when somebody else holds the metering point."""

    def __init__(self, problems: list[str], row: Row) -> None:
        super().__init__(problems)
        self.row = row


def _row(line: int, columns: list[str], cells: list[str] | None) -> Row:
    """Raises ValidationError with all there is to say about the line."""
    if cells is None:
        raise ValidationError(_("The quotation marks do not match. After one that is not closed, nothing can be read."))
    if len(cells) != len(columns):
        raise ValidationError(
            _("The line has %(found)d cells where %(expected)d are needed."),
            params={"found": len(cells), "expected": len(columns)},
        )
    known, problems = {}, []
    for name, cell in zip(columns, cells, strict=True):
        value = " ".join(cell.split())
        try:
            csv_files.refuse_rounded(value)
            if value:
                known[name] = CLEANERS[name](value)
        except ValidationError as error:
            problems += [f"{name}: {message}" for message in error.messages]
    problems += _contradictions(known)
    if problems and {"gsrn", "valid_from"} <= known.keys():
        raise _Vacates(problems, Row(line, known["gsrn"], "", {}, "", known["valid_from"], None))
    if problems:
        raise ValidationError(problems)
    return Row(
        line=line,
        gsrn=known["gsrn"],
        customer_number=known.get("customer_number", ""),
        facts={POINT_FIELDS[name]: value for name, value in known.items() if name in POINT_FIELDS},
        support_scheme=known.get("support_scheme", ""),
        valid_from=known.get("valid_from"),
        valid_to=known.get("valid_to"),
    )


def _contradictions(known: dict[str, Any]) -> list[str]:
    first, last = known.get("valid_from"), known.get("valid_to")
    found = []
    if "gsrn" not in known:
        found.append(_("gsrn: Missing."))
    if "customer_number" in known and first is None:
        found.append(_("valid_from: Missing. Without it nobody knows from when the customer may see readings."))
    if last is not None and first is None:
        found.append(_("valid_from: Missing."))
    if first and last and last < first:
        found.append(_("valid_to: Before valid_from."))
    return found


def _limit(name: str) -> int:
    if name not in POINT_FIELDS:
        return 20
    return getattr(MeteringPoint._meta.get_field(POINT_FIELDS[name]), "max_length", None) or 20


def _gsrn(value: str) -> str:
    number = value.replace(" ", "")
    if not gsrn.is_valid(number):
        message = _("“%(value)s” is not a metering point number: 18 digits, of which the last is a check digit.")
        raise ValidationError(message, params={"value": value[:40]})
    return number


def _produces(value: str) -> bool:
    return DIRECTIONS[csv_files.one_of(DIRECTIONS)(value)]


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        message = _("“%(value)s” is not a date: write it as 2026-01-31.")
        raise ValidationError(message, params={"value": value[:40]}) from error


CLEANERS: dict[str, csv_files.Cleaner] = {
    **{name: csv_files.text(_limit(name)) for name in COLUMNS},
    "gsrn": _gsrn,
    "postal_code": clean_postal_code,
    "price_area": csv_files.one_of(MeteringPoint.PriceArea.values),
    "customer_group": csv_files.one_of(MeteringPoint.CustomerGroup.values),
    "support_scheme": csv_files.one_of(Holding.SupportScheme.values),
    "holiday_home": csv_files.yes_or_no,
    "dwellings": csv_files.whole(1, MOST),
    "directions": _produces,
    "fuse_ampere": csv_files.whole(1, MOST),
    "valid_from": _date,
    "valid_to": _date,
}
