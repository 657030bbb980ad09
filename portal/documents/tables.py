"""Tables as files: CSV for programs and Norwegian Excel, XLSX for people.

Rows are written as they come, so that a table of any length needs little memory. In a request they go to a file first
and are sent when the last is written: a streamed answer runs outside the transaction, where there are no rows.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, Any, Literal

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import get_language, override
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.ui import formatting

Kind = Literal["text", "day", "month", "moment", "wall", "integer", "decimal", "kroner", "kwh"]
FileFormat = Literal["csv", "xlsx"]
FORMATS: dict[str, FileFormat] = {"csv": "csv", "xlsx": "xlsx"}

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet takes text that begins so for a formula, which could send its reader's data away.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_ROWS = 1_048_576
XLSX_TEXT = 32_767
XLSX_CELLS = "A1:XFD1048576"
MOST_DECIMALS = 6
IN_MEMORY = 1024 * 1024
WIDTHS: dict[str, int] = {
    "text": 24,
    "day": 12,
    "month": 16,
    "moment": 30,
    "wall": 18,
    "integer": 12,
    "decimal": 14,
    "kroner": 14,
    "kwh": 14,
}
DAY_FORMATS = {"nb": "dd.mm.yyyy", "nn": "dd.mm.yyyy", "en": "yyyy-mm-dd"}


class TooManyRows(Exception):
    """The table does not fit into an Excel sheet."""


@dataclass(frozen=True)
class Column:
    """A column. `heading` is written in the reader's language, so give it translated lazily.

    `kind` says what the values are: text; day (date); month (its first day); moment (aware datetime, written in the
    tenant's zone); wall (the same in one form on every row, for tables that tell the hour that comes twice in autumn in
    another column); integer; decimal (Decimal, all its decimals kept); kroner (Decimal, two decimals); kwh (integer
    watt-hours, written as kWh).
    None is an empty cell.
    """

    heading: Any
    kind: Kind = "text"


def table_response(
    *,
    name: str,
    format: FileFormat,  # noqa: A002  (what callers call it)
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    language: str = "",
) -> FileResponse:
    """Answer with a table to download as `<name>.<format>`, in a language (else the active one).

    Raises TooManyRows for an Excel sheet of more than 1,048,575 rows: offer CSV, or a job, before it comes to that.
    """
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the response closes it)
    try:
        write_table(file, format=format, columns=columns, rows=rows, language=language, name=name)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.{format}", content_type=MEDIA_TYPES[format])
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def write_table(
    file: IO[bytes],
    *,
    format: FileFormat,  # noqa: A002  (what callers call it)
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    language: str = "",
    name: str = "",
) -> int:
    """Write a table to an open binary file and return how many rows it has, the heading not counted.

    `name` is the file's, of which an Excel sheet gets the words.
    The file is left open, at its end. Raises TooManyRows as `table_response` does, and ValueError for a row that has
    not one value for each column.
    """
    code = language or get_language() or "nb"
    with override(code):
        return _write_csv(file, columns, rows) if format == "csv" else _write_xlsx(file, columns, rows, code, name)


def _checked(row: Sequence[object], columns: Sequence[Column]) -> Sequence[object]:
    if len(row) != len(columns):
        raise ValueError(f"A row has {len(row)} values for {len(columns)} columns.")
    return row


# CSV -----------------------------------------------------------------------------------------------


def _write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
    """UTF-8 with BOM, semicolon and decimal comma: what Excel opens rightly with Norwegian settings."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=";")
    writer.writerow([harmless(str(column.heading)) for column in columns])
    writers = [CSV_WRITERS[column.kind] for column in columns]
    count = 0
    for row in rows:
        cells = zip(writers, _checked(row, columns), strict=True)
        writer.writerow(["" if value is None else write(value) for write, value in cells])
        count += 1
    text.flush()
    text.detach()
    return count


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: what looks like one gets an apostrophe in front, and a line
    ends with a line feed, since a carriage return ends a row for some.
    """
    written = f"'{text}" if text.startswith(FORMULA_BEGINS) else text
    return written.replace("\r\n", "\n").replace("\r", "\n")


def _plain(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _csv_moment(value: datetime) -> str:
    """The time on the wall; in the hour that comes twice in autumn with its distance from UTC."""
    wall = value.astimezone(formatting.local_zone())
    written = f"{wall:%Y-%m-%d %H:%M}"
    return f"{written}{wall.isoformat()[-6:]}" if formatting.comes_twice(wall) else written


def _two_decimals(value: Any) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _kwh(watt_hours: Any) -> Decimal:
    return Decimal(watt_hours).scaleb(-3).quantize(Decimal("0.001"))


CSV_WRITERS: dict[str, Callable[[Any], str]] = {
    "text": lambda value: harmless(str(value)),
    "day": lambda value: f"{value:%Y-%m-%d}",
    "month": lambda value: f"{value:%Y-%m-%d}",
    "moment": _csv_moment,
    "wall": lambda value: f"{value.astimezone(formatting.local_zone()):%Y-%m-%d %H:%M}",
    "integer": lambda value: f"{int(value)}",
    "decimal": lambda value: _plain(Decimal(value)),
    "kroner": lambda value: _plain(_two_decimals(value)),
    "kwh": lambda value: _plain(_kwh(value)),
}


# XLSX ----------------------------------------------------------------------------------------------


class _Sheet:
    """One sheet and how each kind of value is written in it."""

    def __init__(self, book: xlsxwriter.Workbook, language: str, name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(sheet_name(name) or None)
        day = DAY_FORMATS.get(language, DAY_FORMATS["nb"])
        summer, winter = formatting.season_words(language)
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.formats: dict[str, Format] = {
            name: book.add_format({"num_format": pattern})
            for name, pattern in {
                "day": day,
                "month": "mmmm yyyy",
                "moment": f"{day} hh:mm",
                "moment_summer": f'{day} hh:mm" ({summer})"',
                "moment_winter": f'{day} hh:mm" ({winter})"',
                "integer": "#,##0",
                "kroner": "#,##0.00",
                "kwh": "#,##0.000",
                # A format with decimals that may be left out would leave the comma: "12,".
                **{f"decimal_{count}": f"#,##0.{'0' * count}".rstrip(".") for count in range(MOST_DECIMALS + 1)},
            }.items()
        }
        # Customer numbers and metering point IDs are text on purpose: nothing to warn of.
        self.sheet.ignore_errors({"number_stored_as_text": XLSX_CELLS})

    def write(self, row: int, column: int, kind: Kind, value: Any) -> None:
        if value is None:
            return
        if kind == "text":
            # write_string never makes a formula or a link of it.
            self.sheet.write_string(row, column, str(value)[:XLSX_TEXT])
        elif kind in ("day", "month"):
            self.sheet.write_datetime(row, column, _date_only(value), self.formats[kind])
        elif kind in ("moment", "wall"):
            wall = value.astimezone(formatting.local_zone())
            name = _moment_format(wall) if kind == "moment" else "moment"
            self.sheet.write_datetime(row, column, wall.replace(tzinfo=None), self.formats[name])
        else:
            name = f"decimal_{_decimals(value)}" if kind == "decimal" else kind
            self.sheet.write_number(row, column, float(_kwh(value) if kind == "kwh" else value), self.formats[name])


def _date_only(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _decimals(value: Any) -> int:
    """Return how many decimals a number is shown with: all it has, within reason."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    return min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0


def _moment_format(wall: datetime) -> str:
    if not formatting.comes_twice(wall):
        return "moment"
    return "moment_winter" if wall.fold else "moment_summer"


def sheet_name(name: str) -> str:
    """Return what a sheet of the file is called: "Readings" of "readings-2026-11-09-2026-11-12". "" leaves it to Excel,
    which takes no more than 31 characters, and not all of them.
    """
    words = re.split(r"-\d", name, maxsplit=1)[0]
    found = re.sub(r"[\[\]:*?/\\']", " ", words).strip()[:31]
    # Excel keeps this one for itself.
    return "" if found.lower() == "history" else found[:1].upper() + found[1:]


def _write_xlsx(
    file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[object]], language: str, name: str
) -> int:
    # constant_memory: each row is written to a file of its own when the next one begins.
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            file,
            {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False},
        )
        sheet = _Sheet(book, language, name)
        try:
            count = _fill(sheet, columns, rows)
        except BaseException:
            # Closing the book would write it all; only its open file has to go.
            sheet.sheet.row_data_fh.close()
            raise
        book.close()
    return count


def _fill(sheet: _Sheet, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
    for index, column in enumerate(columns):
        sheet.sheet.set_column(index, index, max(WIDTHS[column.kind], min(40, len(str(column.heading)) + 2)))
        sheet.sheet.write_string(0, index, str(column.heading), sheet.heading)
    sheet.sheet.freeze_panes(1, 0)
    count = 0
    for row in rows:
        count += 1
        if count >= XLSX_ROWS:
            raise TooManyRows(f"An Excel sheet holds {XLSX_ROWS - 1} rows.")
        for index, (column, value) in enumerate(zip(columns, _checked(row, columns), strict=True)):
            sheet.write(count, index, column.kind, value)
    sheet.sheet.autofilter(0, 0, count, max(0, len(columns) - 1))
    return count
