"""Metering points settled from what is stored: who held them, what is missing, what differs."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from billing import queries
from billing.models import BillingSettings, OwnRate, OwnZone
from billing.rules.lines import Code
from billing.rules.settlement import Settlement
from billing.rules.unknowns import Unknown, What
from metering.models import Holding
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.metering import factories as meters

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def amounts(settled: Settlement, code: Code) -> list[Decimal]:
    return [line.amount for line in settled.lines if line.code == code]


def unknown(settled: Settlement) -> list[What]:
    return [one.what for one in settled.unknown]


@pytest.fixture
def _lists(tenant: Tenant) -> None:
    make.price_lists()


@pytest.mark.usefixtures("_lists")
def test_a_household_month_with_all_its_lines() -> None:
    point = make.point()
    make.holder(point, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    # October has 745 hours, 496 of them between 06 and 22.
    lines = [(line.code, line.period, line.quantity, line.unit_price, line.amount) for line in settled.lines]
    assert lines == [
        (Code.ENERGY, "day", Decimal("496.000"), Decimal("0.155"), Decimal("76.88")),
        (Code.ENERGY, "night", Decimal("249.000"), Decimal("0.103125"), Decimal("25.68")),
        (Code.ENOVA, "day", Decimal("496.000"), Decimal("0.0125"), Decimal("6.20")),
        (Code.ENOVA, "night", Decimal("249.000"), Decimal("0.0125"), Decimal("3.11")),
        (Code.CONSUMPTION_TAX, "day", Decimal("496.000"), Decimal("0.089125"), Decimal("44.21")),
        (Code.CONSUMPTION_TAX, "night", Decimal("249.000"), Decimal("0.089125"), Decimal("22.19")),
        (Code.CAPACITY, "", Decimal(1), Decimal("156.25"), Decimal("156.25")),
    ]
    assert settled.total == sum(line.amount for line in settled.lines)
    assert (settled.unknown, settled.has_all_readings) == ((), True)


@time_machine.travel(datetime(2026, 11, 13, 9, tzinfo=UTC), tick=False)
@pytest.mark.usefixtures("_lists")
def test_a_month_so_far_says_until_when_it_is_valid() -> None:
    point = make.point()
    make.holder(point)
    make.readings(point, NOVEMBER, date(2026, 11, 12))
    settled = queries.settlement_of(point, NOVEMBER)
    assert settled.valid_until
    assert settled.valid_until.isoformat() == "2026-11-13T00:00:00+01:00"
    assert amounts(settled, Code.CAPACITY) == [Decimal("62.50")]
    until = queries.settlement_of(point, NOVEMBER, date(2026, 11, 12))
    assert until.has_all_readings
    assert until.total == settled.total


@time_machine.travel(datetime(2026, 12, 1, 2, tzinfo=UTC), tick=False)
@pytest.mark.usefixtures("_lists")
def test_a_month_that_is_over_is_charged_in_full_and_says_what_is_missing() -> None:
    point = make.point()
    make.holder(point, support_scheme="none")
    make.readings(point, NOVEMBER, date(2026, 11, 12))
    settled = queries.settlement_of(point, NOVEMBER)
    assert amounts(settled, Code.CAPACITY) == [Decimal("156.25")]
    assert settled.unknown == (Unknown(What.READINGS, date(2026, 11, 13), date(2026, 11, 30)),)


@pytest.mark.usefixtures("_lists")
def test_hours_that_are_missing_are_named_and_not_zero() -> None:
    point = make.point()
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 5))
    meters.readings(point, date(2026, 10, 6), [1_000] * 9 + [None] * 3 + [1_000] * 12)
    make.readings(point, date(2026, 10, 7), date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    assert [(gap.start.isoformat(), gap.end.isoformat()) for gap in settled.gaps] == [
        ("2026-10-06T09:00:00+02:00", "2026-10-06T12:00:00+02:00")
    ]
    assert settled.energy_wh == 742_000


@pytest.mark.usefixtures("_lists")
def test_who_moves_in_pays_from_that_day_and_by_their_own_peaks() -> None:
    point = make.point()
    old = make.holder(point, valid_to=date(2026, 10, 15))
    new = make.holder(point, date(2026, 10, 16))
    make.readings(point, OCTOBER, date(2026, 10, 15), 9_000)
    make.readings(point, date(2026, 10, 16), date(2026, 10, 31), 1_000)
    theirs, mine = (queries.settlement_of(point, OCTOBER, customer=customer) for customer in (old, new))
    assert (theirs.period.last_day, mine.period.first_day) == (date(2026, 10, 15), date(2026, 10, 16))
    assert [one.tier.lower for one in (theirs, mine) if one.tier] == [5, 0]
    # 15 and 16 of 31 days of 281.25 and 156.25 kr.
    assert amounts(theirs, Code.CAPACITY) + amounts(mine, Code.CAPACITY) == [Decimal("136.09"), Decimal("80.65")]
    # Without naming a customer it is whoever holds it.
    assert queries.settlement_of(point, OCTOBER).total == mine.total


@pytest.mark.usefixtures("_lists")
def test_who_leaves_and_comes_back_pays_for_the_days_they_held() -> None:
    point = make.point()
    one = make.holder(point, valid_to=date(2026, 10, 5))
    make.holder(point, date(2026, 10, 6), valid_to=date(2026, 10, 19))
    Holding.objects.create(customer=one, metering_point=point, valid_from=date(2026, 10, 20))
    make.readings(point, OCTOBER, date(2026, 10, 31), 1_000)
    settled = queries.settlement_of(point, OCTOBER, customer=one)
    # 5 and 12 of October's 31 days; of 25 hours the one on which the clock goes back.
    assert settled.energy_wh == (5 + 12) * 24_000 + 1_000
    [capacity] = [line for line in settled.lines if line.code == Code.CAPACITY]
    assert (capacity.because.days, capacity.amount) == (17, Decimal("85.69"))
    # The days of others are nothing that is missing.
    assert (settled.gaps, settled.has_all_readings) == ((), True)
    batch = next(one for one in queries.settle_all(OCTOBER) if one.point == point).settlement
    assert batch
    assert (batch.total, batch.lines) == (settled.total, settled.lines)


@pytest.mark.usefixtures("_lists")
def test_a_business_that_comes_back_pays_the_fund_for_the_days_it_held(tenant: Tenant) -> None:
    make.price_lists(make.GOOD.replace("husholdning, fritid", "liten_næring"))
    point = make.point(customer_group="small_business")
    one = make.holder(point, valid_to=date(2026, 10, 5))
    Holding.objects.create(customer=one, metering_point=point, valid_from=date(2026, 10, 20))
    make.readings(point, OCTOBER, date(2026, 10, 31), 1_000)
    # 800 kr a year, for 17 of 31 days.
    assert amounts(queries.settlement_of(point, OCTOBER), Code.ENOVA) == [Decimal("36.56")]


@pytest.mark.usefixtures("_lists")
def test_two_holders_of_a_month_share_the_points_cap() -> None:
    point = make.point()
    old, new = make.holder(point, valid_to=date(2026, 10, 15)), make.holder(point, date(2026, 10, 16))
    make.readings(point, OCTOBER, date(2026, 10, 31), 10_000)
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "2")
    # 15 days of 240 kWh, and what is left of 5 000.
    theirs, mine = (queries.settlement_of(point, OCTOBER, customer=customer) for customer in (old, new))
    assert [covered(one) for one in (theirs, mine)] == [3_600_000, 1_400_000]
    assert queries.support_of(point, OCTOBER, customer=new).kwh == 1_400
    # 240 kWh a day since the 16th: five days, and 200 kWh of the sixth.
    assert sum(hour.covered_kwh for hour in queries.support_of_day(point, date(2026, 10, 21), customer=new)) == 200
    batch = {one.customer: one.settlement for one in queries.settle_all(OCTOBER) if one.point == point}
    assert {pk: covered(one) for pk, one in batch.items() if one} == {old.pk: 3_600_000, new.pk: 1_400_000}
    assert {pk: one.lines for pk, one in batch.items() if one} == {old.pk: theirs.lines, new.pk: mine.lines}


def covered(settled: Settlement) -> int:
    return sum(day.covered_wh for day in settled.support_days)


@pytest.mark.usefixtures("_lists")
def test_a_part_of_a_month_has_its_share_of_the_support() -> None:
    point = make.point()
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31), 10_000)
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "2")
    assert covered(queries.settlement_of(point, OCTOBER, since=date(2026, 10, 16))) == 1_400_000


@pytest.mark.usefixtures("_lists")
def test_who_never_held_it_gets_no_answer() -> None:
    point = make.point()
    make.holder(point, date(2026, 10, 16))
    stranger = core.customer()
    with pytest.raises(queries.NotHeld):
        queries.settlement_of(point, OCTOBER, customer=stranger)
    with pytest.raises(queries.NotHeld):
        queries.settlement_of(point, date(2026, 9, 1))


def test_a_point_without_price_list_says_so(tenant: Tenant) -> None:
    point = make.point()
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    assert What.TARIFF in unknown(settled)
    assert (settled.tier, amounts(settled, Code.ENERGY)) == (None, [])
    # The taxes are known all the same.
    assert amounts(settled, Code.CONSUMPTION_TAX) == [Decimal("66.40")]


@pytest.mark.usefixtures("_lists")
def test_a_point_without_readings_says_so() -> None:
    settled = queries.settlement_of(make.point(), OCTOBER)
    assert (unknown(settled), settled.lines, settled.total) == ([What.READINGS], (), Decimal("0.00"))


@pytest.mark.usefixtures("_lists")
def test_a_point_without_customer_group_says_so() -> None:
    point = make.point(customer_group="")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    assert unknown(queries.settlement_of(point, OCTOBER)) == [What.GROUP]


def test_a_business_with_a_tariff_by_the_fuse(tenant: Tenant) -> None:
    content = make.GOOD.replace("TRE_DØGNMAX_MND", "OV_TREFASE").replace("husholdning, fritid", "liten_næring")
    assert not make.price_lists(content.replace("terskel: 5", "terskel: 125")).refused
    point = make.point(customer_group="small_business")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    without = queries.settlement_of(point, OCTOBER)
    assert (unknown(without), amounts(without, Code.CAPACITY)) == ([What.FUSE], [])
    point.fuse_ampere = 160
    point.save()
    settled = queries.settlement_of(point, OCTOBER)
    # 2700 kr a year, without VAT; the energy fund is 800 a year.
    assert amounts(settled, Code.CAPACITY) == [Decimal("225.00")]
    assert amounts(settled, Code.ENOVA) == [Decimal("66.67")]
    assert (settled.is_private, settled.tier and settled.tier.unit) == (False, "A")


@pytest.mark.usefixtures("_lists")
@pytest.mark.parametrize(
    ("place", "energy", "tax"),
    [
        ({"county": "Vestland"}, "76.88", ["44.21", "22.19"]),
        ({"county": "Nordland"}, "61.50", ["35.36", "17.75"]),
        ({"county": "Troms – Romsa – Tromssa", "postal_code": "9151"}, "61.50", []),
        ({"county": "Finnmark"}, "61.50", []),
    ],
)
def test_taxes_go_by_the_county(place: dict[str, str], energy: str, tax: list[str]) -> None:
    point = make.point(**place)
    make.holder(point, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    assert amounts(settled, Code.ENERGY)[0] == Decimal(energy)
    assert amounts(settled, Code.CONSUMPTION_TAX) == [Decimal(amount) for amount in tax]


@pytest.mark.usefixtures("_lists")
def test_the_companys_own_rates_and_zones_go_first() -> None:
    OwnRate.objects.create(kind="consumption_tax", amount=Decimal(10), valid_from=OCTOBER)
    OwnZone.objects.create(zone="no_vat", county="Vestland", valid_from=OCTOBER)
    point = make.point()
    make.readings(point, OCTOBER, date(2026, 10, 31))
    assert amounts(queries.settlement_of(point, OCTOBER), Code.CONSUMPTION_TAX) == [Decimal("49.60"), Decimal("24.90")]


@pytest.mark.usefixtures("_lists")
def test_the_month_before_can_set_the_tier() -> None:
    BillingSettings.objects.create(tier_month="previous")
    point = make.point()
    make.holder(point)
    make.readings(point, date(2026, 9, 1), date(2026, 9, 30), 6_000)
    make.readings(point, OCTOBER, date(2026, 10, 31), 1_000)
    settled = queries.settlement_of(point, OCTOBER)
    assert settled.tier
    assert settled.tier.lower == 5


@pytest.mark.usefixtures("_lists")
def test_support_for_a_household_and_none_for_a_holiday_home() -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "1.77")
    home, cabin = make.point(0), make.point(1, customer_group="holiday_home")
    for point in (home, cabin):
        make.holder(point)
        make.readings(point, OCTOBER, date(2026, 10, 31))
    # 90 % of 100 øre for 745 kWh, and VAT.
    assert amounts(queries.settlement_of(home, OCTOBER), Code.SUPPORT) == [Decimal("-838.13")]
    assert amounts(queries.settlement_of(cabin, OCTOBER), Code.SUPPORT) == []


@pytest.mark.usefixtures("_lists")
def test_a_dwelling_that_is_registered_as_a_holiday_home_gets_no_support() -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "1.77")
    point = make.point(holiday_home=True)
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31))
    assert amounts(queries.settlement_of(point, OCTOBER), Code.SUPPORT) == []


@pytest.mark.usefixtures("_lists")
def test_who_changes_to_norgespris_in_the_month_has_both() -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "1.77")
    point = make.point()
    customer = make.holder(point, valid_to=date(2026, 10, 10), support_scheme="support")
    Holding.objects.create(
        customer=customer, metering_point=point, valid_from=date(2026, 10, 11), support_scheme="norgespris"
    )
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    # 240 hours at 0.90, 505 at 1.37, with VAT.
    assert amounts(settled, Code.SUPPORT) == [Decimal("-270.00")]
    assert amounts(settled, Code.NORGESPRIS) == [Decimal("-864.81")]
    assert settled.period.first_day == OCTOBER


@pytest.mark.usefixtures("_lists")
def test_prices_that_are_missing_or_preliminary_are_marked() -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 30), "1.77")
    point = make.point()
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled = queries.settlement_of(point, OCTOBER)
    assert [(one.what, one.detail) for one in settled.unknown] == [(What.PRICES, "24")]
    make.spot_prices("NO5", date(2026, 10, 31), date(2026, 10, 31), "1.77", preliminary=True)
    settled = queries.settlement_of(point, OCTOBER)
    assert (settled.unknown, settled.is_preliminary) == ((), True)


@pytest.mark.usefixtures("_lists")
def test_a_batch_settles_as_one_by_one_does() -> None:
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), "1.2")
    points = [make.point(serial) for serial in range(3)]
    for number, point in enumerate(points):
        make.holder(point, date(2026, 10, 1 + 5 * number))
        make.readings(point, OCTOBER, date(2026, 10, 31), 1_000 * (number + 1))
    make.holder(make.point(7), date(2026, 11, 1))
    batch = [(one.point, one.settlement) for one in queries.settle_all(OCTOBER)]
    single = [(point, queries.settlement_of(point, OCTOBER)) for point in points]
    found = [(point, settled) for point, settled in batch if settled]
    assert [(point, settled.total, settled.tier) for point, settled in found] == [
        (point, settled.total, settled.tier) for point, settled in single
    ]
    assert [settled for _, settled in batch if settled is None] == [None]
