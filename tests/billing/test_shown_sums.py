"""Every sum that is shown is the sum of what is shown beside it, on every page that shows it."""

from datetime import date

import pytest

from billing import queries
from billing.queries.costs import costs_of_day, costs_of_days, support_of_months
from billing.rules.lines import Code
from metering.days import slot_count
from metering.models import Holding, MeteringPoint
from metering.periods import Span
from portal.tenancy.models import Tenant
from tests.billing import factories as make
from tests.billing import price_lists as lists
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")

OCTOBER, LAST = date(2026, 10, 1), date(2026, 10, 31)
DAYS = Span(OCTOBER, LAST).days()


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    """A household whose hours and prices differ, so that hardly any amount is whole øre."""
    make.price_lists()
    point = make.point()
    for number, day in enumerate(DAYS):
        hours = range(slot_count(day, lists.OSLO, 60))
        meters.readings(point, day, [317 + (hour * 131 + number * 77) % 1_013 for hour in hours])
        make.spot_prices("NO5", day, day, f"0.{(number * 3779) % 9_000 + 999:04}")
    return point


@pytest.mark.parametrize("scheme", ["support", "norgespris"])
def test_support_is_the_same_by_the_month_the_day_the_hour_and_in_the_settlement(
    point: MeteringPoint, scheme: str
) -> None:
    make.holder(point, support_scheme=scheme)
    month = queries.support_of(point, OCTOBER)
    assert month.nok == sum(day.nok or 0 for day in month.days)
    lines = [line.amount for line in queries.settlement_of(point, OCTOBER).lines]
    assert -month.nok in lines
    for day in month.days:
        assert sum(hour.nok or 0 for hour in queries.support_of_day(point, day.day)) == day.nok, day.day
    assert costs_of_days(point, Span(OCTOBER, LAST)).support.total == month.nok
    assert support_of_months(point, [OCTOBER]).support.total == month.nok


def test_a_month_of_two_schemes_is_the_sum_of_its_two_lines(point: MeteringPoint) -> None:
    customer = make.holder(point, valid_to=date(2026, 10, 10), support_scheme="support")
    Holding.objects.create(
        customer=customer, metering_point=point, valid_from=date(2026, 10, 11), support_scheme="norgespris"
    )
    lines = queries.settlement_of(point, OCTOBER).lines
    schemes = [line.amount for line in lines if line.code in (Code.SUPPORT, Code.NORGESPRIS)]
    assert len(schemes) == 2
    assert queries.support_of(point, OCTOBER).nok == -sum(schemes)


def test_a_day_costs_the_same_in_a_week_a_month_and_by_the_hour(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="none")
    month = costs_of_days(point, Span(OCTOBER, LAST)).cost
    week = costs_of_days(point, Span(date(2026, 10, 19), date(2026, 10, 25))).cost
    assert month.total == sum(filter(None, month.parts.values())) == month.grid + month.power
    assert week.total == sum(month.parts[day] or 0 for day in week.parts)
    by_hour = {day: costs_of_day(point, day).cost for day in DAYS}
    assert {day: cost.total for day, cost in by_hour.items()} == month.parts
    assert all(cost.total == sum(filter(None, cost.parts.values())) for cost in by_hour.values())
    assert sum(cost.grid for cost in by_hour.values()) == month.grid


def test_what_stands_beside_amounts_with_vat_has_vat(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="support")
    month = queries.support_of(point, OCTOBER)
    # What is set without VAT is told with this one.
    assert month.vat_percent == 25


def test_where_no_vat_is_paid_the_threshold_has_none(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point(county="Nordland", price_area="NO4")
    make.holder(point, support_scheme="support")
    make.readings(point, OCTOBER, OCTOBER)
    make.spot_prices("NO4", OCTOBER, OCTOBER, "2")
    month = queries.support_of(point, OCTOBER)
    assert month.vat_percent == 0


def test_hours_say_that_their_price_is_preliminary(point: MeteringPoint) -> None:
    make.holder(point, support_scheme="support")
    november = date(2026, 11, 1)
    make.readings(point, november, november)
    make.spot_prices("NO5", november, november, "2", preliminary=True)
    assert {hour.preliminary for hour in queries.support_of_day(point, november)} == {True}
    assert {hour.preliminary for hour in queries.support_of_day(point, OCTOBER)} == {False}
