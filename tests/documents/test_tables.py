"""Tables as files: what a spreadsheet and a program read back is what was in the rows."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.translation import gettext_lazy as _

from portal.documents import tables
from portal.documents.tables import Column, TooManyRows, table_response, write_table
from portal.tenancy.models import Tenant

COLUMNS = [
    Column(_("customer")),
    Column(_("from"), "day"),
    Column("At", "moment"),
    Column("Count", "integer"),
    Column("Tonnes", "decimal"),
    Column("Price", "kroner"),
    Column("Energy", "kwh"),
]
ROW = [
    "Bærum, «Øst»; “A”",
    date(2026, 3, 9),
    datetime(2026, 7, 1, 12, 5, tzinfo=UTC),
    12345,
    Decimal("2.4"),
    Decimal("1059.255"),
    340728,
]


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type, misc]


def made(kind: Any, rows: Any, language: str = "nb", columns: Any = COLUMNS) -> bytes:
    file = io.BytesIO()
    write_table(file, format=kind, columns=columns, rows=rows, language=language)
    return file.getvalue()


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_is_what_norwegian_excel_opens_and_programs_read(tenant: Tenant) -> None:
    content = made("csv", [ROW, [None] * 7])
    assert content.startswith(b"\xef\xbb\xbf")
    assert lines_of(content) == [
        ["kunde", "fra", "At", "Count", "Tonnes", "Price", "Energy"],
        ["Bærum, «Øst»; “A”", "2026-03-09", "2026-07-01 14:05", "12345", "2,4", "1059,26", "340,728"],
        [""] * 7,
    ]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("readings-2026-11-09-2026-11-12", "Readings"),
        ("invoices-20417", "Invoices"),
        ("a[b]:c*?/\\'", "A b  c"),
        ("x" * 60, "X" + "x" * 30),
        ("History", "Sheet1"),
        ("", "Sheet1"),
    ],
)
def test_a_sheet_is_called_as_its_file(tenant: Tenant, name: str, called: str) -> None:
    file = io.BytesIO()
    write_table(file, format="xlsx", columns=COLUMNS, rows=[], name=name)
    assert sheet_of(file.getvalue()).title == called


@pytest.mark.parametrize(("language", "heading"), [("nb", "kunde"), ("nn", "kunde"), ("en", "customer")])
def test_headings_are_in_the_readers_language(tenant: Tenant, language: str, heading: str) -> None:
    assert lines_of(made("csv", [], language))[0][0] == heading
    assert sheet_of(made("xlsx", [], language))["A1"].value == heading


def test_xlsx_holds_numbers_and_days_not_text(tenant: Tenant) -> None:
    sheet = sheet_of(made("xlsx", [ROW, [None] * 7]))
    values = [cell.value for cell in sheet[2]]
    assert values == [ROW[0], wall(2026, 3, 9), wall(2026, 7, 1, 14, 5), 12345, 2.4, 1059.255, 340.728]
    assert [cell.value for cell in sheet[3]] == [None] * 7
    assert [cell.number_format for cell in sheet[2]][1:] == [
        "dd.mm.yyyy",
        "dd.mm.yyyy hh:mm",
        "#,##0",
        "#,##0.0",
        "#,##0.00",
        "#,##0.000",
    ]
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_text_never_becomes_a_formula(tenant: Tenant, text: str) -> None:
    columns = [Column("=1+1"), Column("B")]
    heading, line = lines_of(made("csv", [[text, "ok = fine"]], columns=columns))
    assert heading[0] == "'=1+1"
    written = text.replace("\r", "\n")
    assert line == [f"'{written}", "ok = fine"]
    sheet = sheet_of(made("xlsx", [[text, "http://x"]], columns=columns))
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].hyperlink is None


def test_a_negative_number_is_no_formula(tenant: Tenant) -> None:
    columns = [Column("Price", "kroner"), Column("Energy", "kwh")]
    assert lines_of(made("csv", [[Decimal("-0.5"), -1]], columns=columns))[1] == ["-0,50", "-0,001"]


def test_the_hour_that_comes_twice_can_be_told_apart(tenant: Tenant) -> None:
    columns = [Column("At", "moment")]
    rows = [[datetime(2026, 10, 25, hour, 30, tzinfo=UTC)] for hour in (0, 1, 2)]
    assert [line[0] for line in lines_of(made("csv", rows, columns=columns))[1:]] == [
        "2026-10-25 02:30+02:00",
        "2026-10-25 02:30+01:00",
        "2026-10-25 03:30",
    ]
    sheet = sheet_of(made("xlsx", rows, columns=columns))
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        wall(2026, 10, 25, 2, 30),
        wall(2026, 10, 25, 2, 30),
        wall(2026, 10, 25, 3, 30),
    ]
    formats = [row[0].number_format for row in sheet.iter_rows(min_row=2)]
    assert ["sommertid" in formats[0], "normaltid" in formats[1], formats[2]] == [True, True, "dd.mm.yyyy hh:mm"]


def test_spring_has_no_hour_two(tenant: Tenant) -> None:
    rows = [[datetime(2026, 3, 29, hour, 30, tzinfo=UTC)] for hour in (0, 1)]
    written = lines_of(made("csv", rows, columns=[Column("At", "moment")]))
    assert [line[0] for line in written[1:]] == ["2026-03-29 01:30", "2026-03-29 03:30"]


def test_the_answer_is_a_download_that_no_cache_keeps(tenant: Tenant) -> None:
    response = table_response(name="målinger ”2026”", format="xlsx", columns=COLUMNS, rows=[ROW], language="nb")
    content = response.getvalue()
    response.close()
    assert sheet_of(content)["A2"].value == ROW[0]
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''m%C3%A5linger")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_rows_are_read_before_the_answer_leaves_the_view(tenant: Tenant) -> None:
    """A streamed answer is sent outside the transaction, where row-level security shows no rows."""
    read = []

    def rows() -> Any:
        for number in range(3):
            read.append(number)
            yield [str(number)]

    response = table_response(name="x", format="csv", columns=[Column("A")], rows=rows(), language="nb")
    assert read == [0, 1, 2]
    response.close()


def test_a_row_with_too_few_values_is_a_fault_of_ours(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="1 values for 7 columns"):
        made("csv", [["x"]])


def test_more_rows_than_a_sheet_holds_are_refused(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "XLSX_ROWS", 3)
    assert sheet_of(made("xlsx", [["a"]] * 2, columns=[Column("A")])).max_row == 3
    with pytest.raises(TooManyRows):
        made("xlsx", [["a"]] * 3, columns=[Column("A")])


def test_a_number_shows_the_decimals_it_has_and_no_comma_without(tenant: Tenant) -> None:
    columns = [Column("Tonnes", "decimal")]
    rows = [[Decimal(number)] for number in ("12", "3600.000", "0.85", "1E+3", "0.12345678")]
    sheet = sheet_of(made("xlsx", rows, columns=columns))
    formats = [row[0].number_format for row in sheet.iter_rows(min_row=2)]
    assert formats == ["#,##0", "#,##0", "#,##0.00", "#,##0", "#,##0.000000"]


def test_a_month_is_called_by_its_name_in_excel_and_is_a_day_to_programs(tenant: Tenant) -> None:
    columns, rows = [Column("Month", "month")], [[date(2026, 11, 1)]]
    sheet = sheet_of(made("xlsx", rows, columns=columns))
    assert (sheet["A2"].value, sheet["A2"].number_format) == (wall(2026, 11, 1), "mmmm yyyy")
    assert lines_of(made("csv", rows, columns=columns))[1] == ["2026-11-01"]
