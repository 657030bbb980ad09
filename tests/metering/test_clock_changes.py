"""The days on which the clock is changed: chart, table and the files that people take along tell the same."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from metering import day_rows, partitions
from metering.days import DayValues, Direction, Wh
from metering.models import Holding, MeteringPoint
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.pages import Page, page

pytestmark = pytest.mark.usefixtures("friday_noon")

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAYS = pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)], ids=["spring", "autumn"])
MISSING = 5


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    return factories.point(1)


@pytest.fixture
def client(tenant: Tenant, point: MeteringPoint, client_for: Callable[..., Client]) -> Client:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    factories.holding(customer, point)
    return client_for(user, tenant=tenant)


def store(point: MeteringPoint, day: date, hours: int, minutes: int) -> list[Wh]:
    """Store a day on which every value is another, and one is missing; returns the values."""
    count = hours * 60 // minutes
    values: list[Wh] = [1000 + 20 * at for at in range(count)]
    values[MISSING] = None
    partitions.open_months([day])
    key = (point.pk, int(Direction.CONSUMPTION), day)
    day_rows.write({key: DayValues(day, minutes, values)}, batch=None, at=timezone.now())
    return values


def content(client: Client, point: MeteringPoint, day: date, step: str, form: str) -> bytes:
    query = {"points": str(point.pk), "first": str(day), "last": str(day), "step": step, "format": form}
    answer: Any = client.get("/grid/download/", query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(client: Client, point: MeteringPoint, day: date, step: str) -> list[list[str]]:
    text = content(client, point, day, step, "csv").decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()[1:]]


def excel_rows(client: Client, point: MeteringPoint, day: date, step: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content(client, point, day, step, "xlsx")))
    return [list(row) for row in book.active.iter_rows(min_row=2)]  # type: ignore[union-attr]


def shown_values(shown: Page) -> tuple[list[str], list[str]]:
    """Return what the chart and what the table say of each slot, without the unit and the marks."""
    chart = [label.rpartition(": ")[2].split(",")[0].removesuffix(" kWh") for label, _ in shown.bars]
    return chart, [row[1] for row in shown.rows]


def two(kwh: str) -> str:
    return f"{Decimal(kwh.replace(',', '.')):.2f}" if kwh else "missing"


def in_words(cell: Any) -> str:
    return f"{cell.value:%Y-%m-%d %H:%M}"


@DAYS
@pytest.mark.parametrize(("minutes", "step"), [(60, "hour"), (15, "quarter")])
def test_chart_table_and_files_have_the_same_values_at_the_same_times(
    client: Client, point: MeteringPoint, day: date, hours: int, minutes: int, step: str
) -> None:
    values = store(point, day, hours, minutes)
    shown = page(client, f"/grid/{point.pk}/?view=day&date={day}{'&quarters=on' if minutes == 15 else ''}")
    file = csv_rows(client, point, day, step)
    chart, table = shown_values(shown)
    expected = ["missing" if wh is None else f"{Decimal(wh) / 1000:.2f}" for wh in values]
    assert chart == table == [two(row[5]) for row in file] == expected
    excel = excel_rows(client, point, day, step)
    assert [None if row[5].value is None else round(row[5].value * 1000) for row in excel] == values
    assert [[in_words(cell) for cell in row[3:5]] for row in excel] == [row[3:5] for row in file]
    # No two slots have the same name (which of two it is stands in the remark), each is as long as it lasts.
    assert [row[8].value or "" for row in excel] == [row[8] for row in file]
    assert len({row[0] for row in shown.rows}) == len({(row[3], row[8]) for row in file}) == len(values)
    begins = [datetime.fromisoformat(row[3]) for row in file]
    assert [row[4] for row in file] == [f"{one + timedelta(minutes=minutes):%Y-%m-%d %H:%M}" for one in begins]
    assert [row[0][:5] for row in shown.rows] == [row[3][11:] for row in file]
    assert shown.total[1] == f"{sum(wh or 0 for wh in values) / 1000:.2f}"


@DAYS
def test_the_day_is_one_value_in_the_month_and_in_the_files(
    client: Client, point: MeteringPoint, day: date, hours: int
) -> None:
    values = store(point, day, hours, 60)
    total = sum(wh or 0 for wh in values)
    month = page(client, f"/grid/{point.pk}/?view=month&date={day}")
    row = month.rows[day.day - 1]
    assert (row[1], row[3]) == (f"{total / 1000:.1f}", "1 hour missing")
    [in_file] = csv_rows(client, point, day, "day")
    assert (in_file[4], in_file[7]) == (f"{total / 1000:.3f}".replace(".", ","), "1 hour missing")
    factories.holding(Holding.objects.get().customer, factories.point(2), since=day)
    together = page(client, f"/grid/together/?view=day&date={day}")
    assert shown_values(together) == shown_values(page(client, f"/grid/{point.pk}/?view=day&date={day}"))


def test_a_clock_change_of_which_nothing_came_has_its_hours_in_the_files(client: Client, point: MeteringPoint) -> None:
    for day, hours in ((SPRING, 23), (AUTUMN, 25)):
        file = csv_rows(client, point, day, "hour")
        assert [row[8].rpartition(", ")[2] for row in file] == ["Missing"] * hours
        assert len({(row[3], row[8]) for row in file}) == hours
