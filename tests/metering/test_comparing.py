"""A period beside the year before, or beside another installation: only what both have is compared."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metering import periods
from metering.models import MeteringPoint
from metering.periods import Span, View
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.pages import NBSP, Page, page

pytestmark = pytest.mark.usefixtures("friday_noon")

# Friday; the values of the day before are here.
TODAY = date(2026, 11, 13)
Home = tuple[Client, MeteringPoint]


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> Home:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    point = factories.point(1)
    factories.holding(customer, point, since=date(2025, 1, 1))
    return client_for(user, tenant=tenant), point


def days(first: date, last: date) -> Iterable[date]:
    return Span(first, last).days()


def used(point: MeteringPoint, first: date, last: date, wh: int) -> None:
    for day in days(first, last):
        factories.readings(point, day, wh)


def said(shown: Page) -> str:
    html = shown.html.replace(NBSP, " ")
    return html.partition('<p class="note difference">')[2].partition("</p>")[0]


@pytest.mark.parametrize("view", ["year", "12m"])
@pytest.mark.parametrize("path", ["{}", "together"])
def test_of_months_only_the_days_both_years_have_are_compared(home: Home, view: str, path: str) -> None:
    client, point = home
    factories.holding(point.holdings.get().customer, factories.point(2), since=TODAY)
    used(point, date(2025, 9, 22), date(2025, 12, 31), 500)
    used(point, date(2026, 9, 1), date(2026, 11, 12), 1000)
    path = path.format(point.pk)
    shown = page(client, f"/grid/{path}/?view={view}&date=2026-11-12&compare=year")
    # 9 days of September, October (of 745 hours in both years) and 12 days of November, at half as much.
    assert said(shown) == (
        "624.5 kWh (100 %) more than the year before. Counted on the 52 days of which both have values."
    )
    rows = {row[0]: row[1:] for row in shown.rows}
    assert rows["November 2026"][:2] == ["288", "144"]
    assert rows["September 2026"][:2] == ["720", "108"]
    assert "both years to 12 Nov" in rows["November 2026"][2]
    if path != "together":
        assert rows["September 2026"][2] == "the year before: 21 days lack values"
    others = [float(row[1]) for row in rows.values() if len(row) > 1 and row[1] not in ("–", "")]
    assert abs(float(shown.total[2]) - sum(others)) < 1


@pytest.mark.parametrize(("lacking", "looked_up"), [([], 0), ([9], 1), ([7, 8, 9], 1)])
def test_of_months_that_both_years_have_alike_no_day_is_looked_up(
    home: Home, lacking: list[int], looked_up: int
) -> None:
    client, point = home
    factories.holding(point.holdings.get().customer, factories.point(2), since=TODAY)
    used(point, date(2025, 7, 1), date(2025, 9, 30), 500)
    for month in (7, 8, 9):
        used(
            point, date(2026, month, 2 if month in lacking else 1), periods.month_span(date(2026, month, 1)).last, 1000
        )
    with CaptureQueriesContext(connection) as asked:
        shown = page(client, "/grid/together/?view=year&date=2026-11-12&compare=year")
    assert said(shown).startswith(f"{12 * (92 - len(lacking)):,}.0 kWh (100 %) more than")
    assert said(shown).endswith(f"Counted on the {92 - len(lacking)} days of which both have values.")
    of_days = [query for query in asked if "metering_readingday" in query["sql"]]
    # This November one is held from the middle on, and last year's November is asked for as far as this one has come.
    assert len(of_days) == 2 + looked_up


def test_of_a_day_that_lacks_hours_in_one_year_nothing_is_compared(home: Home) -> None:
    client, point = home
    used(point, date(2025, 11, 1), date(2025, 11, 30), 500)
    used(point, date(2026, 11, 1), date(2026, 11, 11), 1000)
    factories.readings(point, date(2026, 11, 12), [None, *[1000] * 23])
    month = page(client, f"/grid/{point.pk}/?view=month&date=2026-11-12&compare=year")
    assert said(month).endswith("Counted on the 11 days of which both have values.")
    assert month.rows[-1] == ["Fri 13 Nov", "comes tomorrow 07:00", "12.0", "–", ""]
    # Today's row has last year's value; after it there are no rows, and nothing in the sum.
    assert (len(month.rows), month.total[2]) == (13, "156.0")
    day = page(client, f"/grid/{point.pk}/?view=day&date=2026-11-12&compare=year")
    assert said(day).endswith("Counted on the 23 hours of which both have values.")
    week = page(client, f"/grid/{point.pk}/?view=week&date=2026-11-12&compare=year")
    assert (len(week.rows), week.total[2]) == (5, "60.0")
    assert said(week).endswith("Counted on the 3 days of which both have values.")


def test_where_the_year_before_has_nothing_yet_the_page_says_until_when(home: Home) -> None:
    client, point = home
    used(point, TODAY - timedelta(days=364), TODAY - timedelta(days=364), 500)
    shown = page(client, f"/grid/{point.pk}/?view=year&date=2026-11-12&compare=year")
    assert said(shown) == "There are no readings for 1 Jan–12 Nov 2025."


@pytest.mark.parametrize(
    ("view", "today", "last"),
    [
        (View.YEAR, date(2026, 11, 13), date(2025, 11, 12)),
        (View.LAST_12, date(2026, 11, 13), date(2025, 11, 12)),
        (View.MONTH, date(2026, 11, 30), date(2025, 11, 30)),
        (View.MONTH, date(2028, 2, 29), date(2027, 2, 28)),
        (View.WEEK, date(2026, 11, 13), date(2025, 11, 14)),
        (View.YEAR, date(2026, 1, 1), date(2025, 1, 1)),
        (View.YEAR, date(2026, 12, 31), date(2025, 12, 30)),
        (View.LAST_12, date(2026, 11, 1), date(2025, 10, 31)),
        (View.MONTH, date(2026, 11, 1), date(2025, 11, 1)),
    ],
)
def test_the_year_before_goes_as_far_as_this_one_has_come(view: View, today: date, last: date) -> None:
    assert periods.a_year_before(view, periods.span_of(view, today), today).last == last


def test_of_a_stretch_that_is_over_the_whole_is_laid_beside() -> None:
    span = periods.span_of(View.MONTH, date(2025, 2, 3))
    assert periods.a_year_before(View.MONTH, span, date(2026, 11, 13)) == Span(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("view", "period"), [("month", "February 2025"), ("year", "1 Jan–12 Nov 2025"), ("day", "Tuesday 11 February 2025")]
)
def test_where_the_year_before_has_nothing_the_page_says_so(home: Home, view: str, period: str) -> None:
    client, point = home
    used(point, date(2026, 2, 1), date(2026, 2, 12), 1000)
    shown = page(client, f"/grid/{point.pk}/?view={view}&date=2026-02-10&compare=year")
    assert said(shown) == f"There are no readings for {period}."


def test_where_the_other_installation_has_nothing_the_page_says_so(home: Home) -> None:
    client, point = home
    other = factories.point(2)
    factories.holding(point.holdings.get().customer, other, since=date(2025, 1, 1))
    used(point, date(2026, 2, 1), date(2026, 2, 2), 1000)
    shown = page(client, f"/grid/{point.pk}/?view=month&date=2026-02-10&compare={other.pk}")
    assert said(shown) == f"{other.address} has no readings for February 2026."
