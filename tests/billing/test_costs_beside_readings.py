"""The overview shows what hours and days cost, and what the state gave, beside the readings."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from billing import queries
from billing.queries.costs import costs_of_day, costs_of_days, support_of_months
from metering import day_rows
from metering.days import DayValues, Direction
from metering.models import MeteringPoint, ReadingDay
from metering.periods import Span
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    """A household with 1 kWh an hour since October, a spot price of 1 krone, and electricity support."""
    make.price_lists()
    point = make.point()
    make.readings(point, date(2026, 10, 1), date(2026, 11, 12))
    make.spot_prices("NO5", date(2026, 10, 1), date(2026, 11, 14))
    return point


def test_an_hour_costs_spot_price_and_grid_energy_with_taxes(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="support")
    prices = queries.price_list_of(point, date(2026, 11, 12))
    assert prices
    night, day = sorted(one.with_taxes or Decimal(0) for one in prices.energy)
    costs = costs_of_day(point, date(2026, 11, 12))
    # 1 kWh an hour at 1 krone without VAT: 1.25 with it; a Thursday has 16 hours by day.
    assert costs.cost.power == Decimal("30.00")
    assert abs(costs.cost.grid - (16 * day + 8 * night) / 100) <= Decimal("0.005")
    first = costs.cost.parts[datetime(2026, 11, 11, 23, tzinfo=UTC)] or Decimal(0)
    assert abs(first - Decimal("1.25") - night / 100) <= Decimal("0.01")
    assert sum(filter(None, costs.cost.parts.values())) == costs.cost.total
    hours = queries.support_of_day(point, date(2026, 11, 12))
    assert costs.support.total == sum(hour.nok or 0 for hour in hours)


def test_the_long_day_in_autumn_has_25_hours_of_cost(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="none")
    costs = costs_of_day(point, date(2026, 10, 25))
    assert len(costs.cost.parts) == 25
    assert costs.support.total is None
    assert not costs.cost.has_gaps


def test_days_and_hours_agree(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="norgespris")
    days = costs_of_days(point, Span(date(2026, 10, 26), date(2026, 11, 1)))
    for day in (date(2026, 10, 31), date(2026, 11, 1)):
        by_hour = costs_of_day(point, day)
        assert days.cost.parts[day] == by_hour.cost.total
        assert days.support.parts[day] == by_hour.support.total
    assert sum(filter(None, days.cost.parts.values())) == days.cost.total


def test_what_has_no_price_is_not_guessed(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="support")
    make.readings(point, date(2026, 9, 30), date(2026, 9, 30))
    costs = costs_of_days(point, Span(date(2026, 9, 28), date(2026, 10, 4)))
    assert costs.cost.parts[date(2026, 9, 30)] is None
    assert costs.cost.parts[date(2026, 10, 1)]
    assert costs.cost.has_gaps


def test_what_is_yet_to_come_is_no_gap(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="none")
    november = Span(date(2026, 11, 1), date(2026, 11, 30))
    assert not costs_of_days(point, november).cost.has_gaps
    assert not costs_of_day(point, date(2026, 11, 13)).cost.has_gaps
    # Half past midnight the tenant's yesterday is over, while it is still the same day in UTC.
    with time_machine.travel("2026-11-14 00:30:00+01:00", tick=False):
        assert costs_of_days(point, november).cost.has_gaps


@pytest.mark.parametrize(("view", "marked"), [("day", 24 * 2), ("week", 2), ("12m", 1)])
def test_amounts_that_may_still_change_are_marked(
    tenant: Tenant, client_for: Callable[..., Client], point: MeteringPoint, view: str, marked: int
) -> None:
    user = core.user(language="en")
    core.membership(user, make.holder(point, support_scheme="support"))
    day = date(2026, 9, 30)
    make.readings(point, day, day)
    make.spot_prices("NO5", day, day, preliminary=True)
    client, path = client_for(user, tenant=tenant), f"/grid/{point.pk}/?view={view}&date="
    page = client.get(f"{path}2026-09-30").content.decode().replace("\N{NO-BREAK SPACE}", "&nbsp;")
    assert page.count("&nbsp;*<") == marked
    assert "* The price is preliminary" in page
    assert "* The price is preliminary" not in client.get(f"{path}2026-10-14").content.decode() or view == "12m"


def test_another_holders_days_are_nobodys_business(point: MeteringPoint) -> None:
    make.holder(point, since=date(2026, 11, 1))
    with pytest.raises(queries.NotHeld):
        costs_of_day(point, date(2026, 10, 31))


def test_months_have_the_support_page_s_amounts(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="support")
    found = support_of_months(point, [date(2026, 10, 1), date(2026, 11, 1)])
    assert found.support.parts[date(2026, 10, 1)] == queries.support_of(point, date(2026, 10, 1)).nok


@pytest.mark.parametrize("view", ["day", "week", "month", "year", "12m"])
def test_the_overview_shows_support_and_cost(
    tenant: Tenant, client_for: Callable[..., Client], point: MeteringPoint, view: str
) -> None:
    user = core.user(language="en")
    core.membership(user, make.holder(point, support_scheme="support"))
    answer = client_for(user, tenant=tenant).get(f"/grid/{point.pk}/?view={view}&date=2026-11-10", follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Electricity support" in page
    assert ("Estimated cost" in page) == (view not in ("year", "12m"))


def test_an_hours_cost_is_not_said_to_be_its_first_quarters(
    tenant: Tenant, client_for: Callable[..., Client], point: MeteringPoint
) -> None:
    user = core.user(language="en")
    core.membership(user, make.holder(point, support_scheme="support"))
    day = date(2026, 11, 5)
    key = (point.pk, int(Direction.CONSUMPTION), day)
    ReadingDay.objects.filter(day=day).delete()
    day_rows.write({key: DayValues(day, 15, [250] * 96)}, batch=None, at=datetime(2026, 11, 6, tzinfo=UTC))
    client = client_for(user, tenant=tenant)
    hours, quarters = (
        client.get(f"/grid/{point.pk}/?view=day&date={day}{more}").content.decode() for more in ("", "&quarters=on")
    )
    assert ("Estimated cost</dt>" in hours, "Estimated cost</dt>" in quarters) == (True, True)
    column = '<th scope="col">Estimated cost (kr)</th>'
    assert (column in hours, column in quarters) == (True, False)
