"""What pages ask: price lists with the right taxes, peaks, support by day and hour, a forecast."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import queries, wording
from billing.rules import capacity
from billing.rules.support import Scheme
from billing.rules.tariffs import Method
from metering.models import MeteringPoint
from metering.periods import Span
from portal.tenancy.models import Tenant
from tests.billing import factories as make
from tests.metering import factories as meters

OCTOBER = date(2026, 10, 1)
CHANGE = date(2026, 10, 25)


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    make.price_lists()
    return make.point()


def energy(prices: queries.PriceList | None) -> list[tuple[str, str, Decimal, Decimal | None]]:
    assert prices
    periods = prices.version.tariff.energy
    return [
        (one.period.code, wording.period_text(one.period, periods), one.shown, one.with_taxes) for one in prices.energy
    ]


def test_a_private_customer_sees_prices_with_vat(point: MeteringPoint) -> None:
    prices = queries.price_list_of(point, OCTOBER)
    assert prices
    # 8.25 and 12.4 øre, 7.13 electricity tax, 1.00 to the energy fund, 25 % on all of it.
    assert energy(prices) == [
        ("night", "natt (22–06)", Decimal("10.3125"), Decimal("20.475")),
        ("day", "dag (06–22)", Decimal("15.5"), Decimal("25.6625")),
    ]
    assert [tier.nok_per_month for tier in prices.tiers] == [Decimal("156.25"), Decimal("281.25")]
    assert (prices.is_private, prices.vat_percent) == (True, 25)


def test_a_business_sees_prices_without_vat(tenant: Tenant) -> None:
    make.price_lists(make.GOOD.replace("husholdning, fritid", "liten_næring"))
    prices = queries.price_list_of(make.point(customer_group="small_business"), OCTOBER)
    assert energy(prices)[0][2:] == (Decimal("8.25"), Decimal("15.38"))
    assert prices
    assert (prices.enova, prices.enova_per_year, prices.vat_percent) == (None, 800, 0)
    assert prices.tiers[0].nok_per_month == 125


def test_the_lists_over_time_the_latest_first(point: MeteringPoint) -> None:
    found = queries.versions_of(point, OCTOBER)
    assert [one.version.tariff.valid_from for one in found] == [date(2026, 7, 1), date(2025, 7, 1)]


def test_there_is_none_before_the_first(point: MeteringPoint) -> None:
    assert queries.price_list_of(point, date(2025, 6, 30)) is None


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2026, 10, 1, 3, 59, tzinfo=UTC), "night"),
        (datetime(2026, 10, 1, 4, 0, tzinfo=UTC), "day"),
        (datetime(2026, 10, 1, 20, 0, tzinfo=UTC), "night"),
        # An hour later on the same clock after it went back.
        (datetime(2026, 10, 26, 5, 0, tzinfo=UTC), "day"),
    ],
)
def test_the_energy_price_now(point: MeteringPoint, now: datetime, code: str) -> None:
    price = queries.energy_price_now(point, now)
    assert price
    assert price.period.code == code


def test_a_month_of_peaks(point: MeteringPoint) -> None:
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 24))
    meters.readings(point, CHANGE, [1_000] * 2 + [3_660, 5_450] + [1_000] * 21)
    found = queries.peaks_of(point, OCTOBER)
    assert [(one.kw, one.start.isoformat()) for one in found.counted[:2]] == [
        (Decimal("5.450"), "2026-10-25T02:00:00+01:00"),
        (Decimal("1.000"), "2026-10-01T00:00:00+02:00"),
    ]
    assert len(found.days) == 25
    assert found.value == Decimal("7.45") / 3
    assert found.to_next
    assert found.to_next.peak_kw == 15 - Decimal("6.45")


def test_a_year_of_peaks_is_one_look_and_only_the_holders(point: MeteringPoint) -> None:
    old, new = make.holder(point, valid_to=date(2026, 8, 14)), make.holder(point, date(2026, 8, 15))
    make.readings(point, date(2026, 8, 1), date(2026, 8, 14), 9_000)
    make.readings(point, date(2026, 8, 15), date(2026, 9, 2), 2_000)
    with CaptureQueriesContext(connection) as seen:
        found = queries.peaks_of_year(point, OCTOBER, customer=new)
    assert [(one.month.month, one.value) for one in found] == [(10, None), (9, 2), (8, 2)]
    assert len([query for query in seen if "readingday" in query["sql"]]) == 1
    assert queries.peaks_of(point, date(2026, 8, 1), customer=old).value == 9


def test_support_opens_to_days_and_hours_that_add_up(point: MeteringPoint) -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "1.2345")
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31), 1_333)
    month = queries.support_of(point, OCTOBER)
    assert month.nok
    assert sum(day.nok or 0 for day in month.days) == month.nok
    assert (month.schemes, month.preliminary, len(month.days)) == ((Scheme.SUPPORT,), False, 31)
    hours = queries.support_of_day(point, CHANGE)
    assert len(hours) == 25
    assert [hour.start.isoformat() for hour in hours[2:4]] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]
    exact = Decimal("1.333") * 25 * (Decimal("1.2345") - Decimal("0.77")) * Decimal("0.9") * Decimal("1.25")
    shown = next(day.nok for day in month.days if day.day == CHANGE)
    assert sum(hour.nok or 0 for hour in hours) == shown
    assert abs(exact - (shown or 0)) < Decimal("0.01")
    assert (hours[0].spot_ore, hours[0].rate_ore) == (Decimal("154.3125"), Decimal("52.25625"))


def test_a_day_after_the_cap_is_used_up_gives_nothing(point: MeteringPoint) -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "2")
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31), 20_000)
    month = queries.support_of(point, OCTOBER)
    assert month.kwh == 5_000
    # 480 kWh a day: ten days, and 200 kWh of the eleventh.
    assert [day.kwh for day in month.days[9:12]] == [480, 200, 0]
    assert sum(hour.covered_kwh for hour in queries.support_of_day(point, date(2026, 10, 11))) == 200


def test_days_without_prices_are_gaps_and_not_zero(point: MeteringPoint) -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 2), "2")
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 4))
    month = queries.support_of(point, OCTOBER)
    assert [day.nok is None for day in month.days[:5]] == [False, False, True, True, True]
    assert month.preliminary


def test_a_year_of_support_leaves_out_what_others_held(point: MeteringPoint) -> None:
    make.holder(point, date(2026, 9, 10), support_scheme="norgespris")
    make.spot_prices("NO5", date(2026, 9, 1), date(2026, 10, 31), "0.30")
    make.readings(point, date(2026, 9, 1), date(2026, 10, 31))
    found = queries.support_of_year(point, OCTOBER)
    # 30 øre is below 40: the household pays 10 øre with VAT for 745 and 504 kWh.
    assert [(one.month.month, one.nok) for one in found] == [(10, Decimal("-93.13")), (9, Decimal("-63.00"))]


def test_a_forecast_is_the_month_as_the_latest_weeks_were(point: MeteringPoint) -> None:
    make.holder(point)
    make.readings(point, date(2026, 9, 20), date(2026, 10, 10), 1_000)
    found = queries.forecast_of(point, OCTOBER)
    assert found
    assert (found.settlement.energy_wh, found.estimated_days) == (745_000, 21)
    assert (found.based_on_first, found.based_on_last) == (date(2026, 9, 20), date(2026, 10, 10))
    assert found.settlement.total == Decimal("334.52")


def test_free_days_are_forecast_from_free_days(point: MeteringPoint) -> None:
    make.holder(point)
    for day in Span(date(2026, 9, 21), date(2026, 10, 4)).days():
        make.readings(point, day, day, 2_000 if day.weekday() >= 5 else 1_000)
    found = queries.forecast_of(point, OCTOBER)
    assert found
    # October 2026 has 22 working days, and 9 days at weekends, one of them with 25 hours.
    assert found.settlement.energy_wh == 22 * 24_000 + 9 * 48_000 + 2_000


def test_days_between_two_stints_are_nobodys_to_estimate(point: MeteringPoint) -> None:
    one = make.holder(point, date(2026, 9, 1), valid_to=date(2026, 10, 10))
    make.holder(point, date(2026, 10, 11), valid_to=date(2026, 10, 20))
    meters.holding(one, point, since=date(2026, 10, 21))
    make.readings(point, date(2026, 9, 20), date(2026, 10, 25), 1_000)
    found = queries.forecast_of(point, OCTOBER, customer=one)
    assert found
    # 26 to 31 October; the ten days of the other are none of theirs.
    assert (found.estimated_days, found.settlement.energy_wh) == (6, 505_000)
    make.readings(point, date(2026, 10, 26), date(2026, 10, 31), 1_000)
    assert queries.forecast_of(point, OCTOBER, customer=one) is None


def test_a_tier_is_looked_up_by_its_bounds_and_not_by_its_number(point: MeteringPoint) -> None:
    new = queries.price_list_of(point, OCTOBER)
    assert new
    other = capacity.Position(1, Decimal(0), Decimal(2), Decimal(1000), "kW")
    assert new.tier(other) is None
    assert new.tier(replace(new.tiers[1].position, number=1)) == new.tiers[1]
    assert new.place(Method.THREE_DAILY_MAXIMA, Decimal(6)) == new.tiers[1]
    assert new.place(Method.MONTHLY_MAXIMUM, Decimal(6)) is None


def test_nothing_is_forecast_from_too_little(point: MeteringPoint) -> None:
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 6))
    assert queries.forecast_of(point, OCTOBER) is None
