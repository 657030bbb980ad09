"""Electricity support and Norgespris: the published rates come out, the caps hold, clock changes are whole."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.rules.calendar import Period, hours_of_day
from billing.rules.lines import Code
from billing.rules.settlement import Settlement, settle
from billing.rules.spot import SpotDay
from billing.rules.support import PriceBook, Scheme, amounts, hours_of, norgespris_day, support_day, support_of_month
from billing.rules.tariffs import Group
from billing.rules.taxes import Kind, Rate, RateTable
from billing.rules.terms import SchemePeriod
from metering.days import day_bounds
from tests.billing import price_lists as make

DAY = date(2026, 11, 3)
SUPPORT = (SchemePeriod(Scheme.SUPPORT, date(2020, 1, 1)),)


def spot(day: date, *prices: str | None, preliminary: bool = False) -> SpotDay:
    """A day of prices; one stands for all hours."""
    found = [None if price is None else Decimal(price) for price in prices]
    hours = len(hours_of_day(day, make.OSLO))
    return SpotDay("NO1", day, 60, tuple(found * hours if len(found) == 1 else found), preliminary)


def book(period: Period, price: str) -> PriceBook:
    return PriceBook({day: spot(day, price) for day in period.days})


def settled(period: Period, wh: int, price: str, scheme: Scheme, **terms: object) -> Settlement:
    own = make.terms(schemes=(SchemePeriod(scheme, date(2020, 1, 1)),), **terms)
    return settle(period, own, make.even(period, wh), prices=book(period, price))


def amount(settlement: Settlement, code: Code) -> Decimal | None:
    return next((line.amount for line in settlement.lines if line.code == code), None)


@pytest.mark.parametrize(
    ("month", "mean", "ore_with_vat"),
    [
        (date(2022, 2, 1), "120.54", "50.54"),
        (date(2022, 8, 1), "344.29", "274.29"),
        (date(2022, 8, 1), "434.49", "364.49"),
        # Published for February 2023, in NO1, NO2 and NO5.
        (date(2023, 2, 1), "114.88", "50.49"),
        (date(2023, 2, 1), "110.80", "45.90"),
    ],
)
def test_the_months_published_rates(month: date, mean: str, ore_with_vat: str) -> None:
    period = make.month(month)
    found = settled(period, 1_000, str(Decimal(mean) / 100), Scheme.SUPPORT)
    exact = Decimal(found.energy_wh) / 1000 * Decimal(ore_with_vat) / 100
    assert amount(found, Code.SUPPORT) == pytest.approx(-exact, abs=Decimal("0.05"))


@pytest.mark.parametrize(
    ("month", "share", "threshold"),
    [
        (date(2021, 12, 1), "55", "70"),
        (date(2022, 9, 1), "90", "70"),
        (date(2023, 4, 1), "80", "70"),
        (date(2023, 6, 1), "90", "70"),
        (date(2023, 9, 1), "90", "70"),
        (date(2024, 1, 1), "90", "73"),
        (date(2025, 1, 1), "90", "75"),
        (date(2026, 1, 1), "90", "77"),
    ],
)
def test_the_rules_by_their_dates(month: date, share: str, threshold: str) -> None:
    found = settled(make.month(month), 1_000, "2", Scheme.SUPPORT)
    ore = (200 - Decimal(threshold)) * Decimal(share) / 100 * Decimal("1.25")
    line = next(line for line in found.lines if line.code == Code.SUPPORT)
    assert -line.unit_price * 100 == ore
    assert {str(rate.amount) for rate in line.because.rates} == {share, threshold}


def test_hour_by_hour_is_not_the_mean_of_the_day() -> None:
    prices = spot(DAY, *["0.20"] * 12, *["1.77"] * 12)
    rated = support_day(prices, threshold_ore=Decimal(77), share_percent=Decimal(90))
    [day] = amounts([(DAY, [1_000] * 24)], {DAY: rated}, cap_wh=None)
    assert day.nok == 12 * Decimal("0.9")


def test_quarters_are_settled_by_the_mean_of_their_hour() -> None:
    quarters = tuple(Decimal(price) for price in ("0.50", "0.60", "1.30", "1.60")) * 24
    rated = support_day(SpotDay("NO1", DAY, 15, quarters), threshold_ore=Decimal(77), share_percent=Decimal(90))
    # (50 + 60 + 130 + 160) / 4 is 100 øre; the quarters alone would have given 30.8.
    assert rated.rates[0] == int(Decimal("0.207").scaleb(16))


def test_a_low_or_negative_price_gives_no_support_and_takes_none() -> None:
    rated = support_day(spot(DAY, "-0.30"), threshold_ore=Decimal(77), share_percent=Decimal(90))
    assert set(rated.rates) == {0}


def test_norgespris_goes_both_ways() -> None:
    period = make.month(date(2026, 3, 1))
    dear, cheap = (settled(period, 1_000, price, Scheme.NORGESPRIS) for price in ("1.00", "0.10"))
    # 743 hours: 60 øre to the customer, 30 øre from them, and VAT.
    assert amount(dear, Code.NORGESPRIS) == Decimal("-557.25")
    assert amount(cheap, Code.NORGESPRIS) == Decimal("278.63")
    assert norgespris_day(spot(DAY, "-0.1"), fixed_ore=Decimal(40)).rates[0] == int(Decimal("-0.5").scaleb(16))


def test_norgespris_excludes_support() -> None:
    found = settled(make.month(date(2026, 3, 1)), 1_000, "2", Scheme.NORGESPRIS)
    assert amount(found, Code.SUPPORT) is None


def test_norgespris_before_it_began_is_nothing() -> None:
    found = settled(make.month(date(2025, 9, 1)), 1_000, "2", Scheme.NORGESPRIS)
    assert (amount(found, Code.NORGESPRIS), found.unknown) == (None, ())


def test_a_threshold_nobody_has_decided_is_unknown() -> None:
    found = settled(make.month(date(2027, 1, 1)), 1_000, "2", Scheme.SUPPORT)
    assert amount(found, Code.SUPPORT) is None
    assert ("rate", "support_threshold") in [(one.what, one.detail) for one in found.unknown]


@pytest.mark.parametrize(
    ("scheme", "group", "dwellings", "covered"),
    [
        (Scheme.SUPPORT, Group.HOUSEHOLD, 1, "5000.000"),
        (Scheme.SUPPORT, Group.HOUSEHOLD, 2, "7430.000"),
        (Scheme.NORGESPRIS, Group.HOUSEHOLD, 1, "5000.000"),
        (Scheme.NORGESPRIS, Group.HOLIDAY_HOME, 1, "1000.000"),
    ],
)
def test_the_caps(scheme: Scheme, group: Group, dwellings: int, covered: str) -> None:
    found = settled(make.month(date(2026, 3, 1)), 10_000, "2", scheme, group=group, dwellings=dwellings)
    line = next(line for line in found.lines if line.code in (Code.SUPPORT, Code.NORGESPRIS))
    assert line.quantity == Decimal(covered)


@pytest.mark.parametrize(
    ("group", "scheme"), [(Group.HOLIDAY_HOME, Scheme.SUPPORT), (Group.SMALL_BUSINESS, Scheme.NORGESPRIS)]
)
def test_who_cannot_have_a_scheme_has_none(group: Group, scheme: Scheme) -> None:
    found = settled(make.month(date(2026, 3, 1)), 1_000, "2", scheme, group=group)
    assert [line for line in found.lines if line.code in (Code.SUPPORT, Code.NORGESPRIS)] == []


def test_the_cap_is_used_up_in_the_order_of_time() -> None:
    days = [DAY, DAY + timedelta(days=1)]
    rated = {day: norgespris_day(spot(day, "1.40"), fixed_ore=Decimal(40)) for day in days}
    found = amounts([(day, [1_000] * 24) for day in days], rated, cap_wh=30_500)
    assert [(one.covered_wh, one.nok) for one in found] == [(24_000, Decimal(24)), (6_500, Decimal("6.5"))]
    hours = hours_of([1_000] * 24, rated[days[1]], left_wh=6_500)
    assert [one.covered_wh for one in hours][4:9] == [1_000, 1_000, 500, 0, 0]
    assert sum(one.nok or 0 for one in hours) == Decimal("6.5")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_the_clock_change_has_all_its_hours(day: date, hours: int) -> None:
    rated = norgespris_day(spot(day, "1.40"), fixed_ore=Decimal(40))
    [found] = amounts([(day, [1_000] * hours)], {day: rated}, cap_wh=None)
    assert (found.nok, found.unpriced) == (hours, 0)


def test_a_period_that_begins_in_the_afternoon_has_the_afternoons_prices() -> None:
    begin, end = day_bounds(DAY, make.OSLO)
    period = Period(begin + timedelta(hours=12), end, make.OSLO)
    prices = PriceBook({DAY: spot(DAY, *["0.20"] * 12, *["1.77"] * 12)})
    found = settle(period, make.terms(schemes=SUPPORT), make.even(period, 1_000), prices=prices)
    # 12 hours, 90 % of one krone, with VAT.
    assert amount(found, Code.SUPPORT) == Decimal("-13.50")


def test_a_period_later_in_the_month_has_what_is_left_of_the_cap() -> None:
    month = make.month(date(2026, 3, 1))
    first, rest = (Period.of_days(date(2026, 3, a), date(2026, 3, b), make.OSLO) for a, b in ((1, 15), (16, 31)))
    days, prices = make.even(month, 10_000), book(month, "2")
    covered = [
        sum(day.covered_wh for day in settle(part, make.terms(schemes=SUPPORT), days, prices=prices).support_days)
        for part in (first, rest)
    ]
    assert covered == [3_600_000, 1_400_000]


def test_both_schemes_of_a_month_draw_on_one_cap() -> None:
    month = make.month(date(2026, 3, 1))
    turn = date(2026, 3, 15)
    schemes = (SchemePeriod(Scheme.SUPPORT, date.min, turn), SchemePeriod(Scheme.NORGESPRIS, turn + timedelta(days=1)))
    found = settle(month, make.terms(schemes=schemes), make.even(month, 10_000), prices=book(month, "2"))
    lines = {line.code: line.quantity for line in found.lines if line.code in (Code.SUPPORT, Code.NORGESPRIS)}
    assert lines == {Code.SUPPORT: 3_600, Code.NORGESPRIS: 1_400}


def test_what_was_used_under_no_scheme_leaves_the_cap_alone() -> None:
    month = make.month(date(2026, 3, 1))
    schemes = (SchemePeriod(Scheme.NONE, date.min, date(2026, 3, 15)), SchemePeriod(Scheme.SUPPORT, date(2026, 3, 16)))
    found = settle(month, make.terms(schemes=schemes), make.even(month, 10_000), prices=book(month, "2"))
    assert sum(day.covered_wh for day in found.support_days) == (16 * 24 - 1) * 10_000


def test_an_hour_without_a_price_is_not_guessed() -> None:
    rated = norgespris_day(spot(DAY, *["1.40"] * 23, None), fixed_ore=Decimal(40))
    [found] = amounts([(DAY, [1_000] * 24)], {DAY: rated}, cap_wh=None)
    assert (found.nok, found.covered_wh, found.unpriced, found.preliminary) == (23, 23_000, 1, True)
    assert hours_of([1_000] * 24, rated, left_wh=None)[23].nok is None


def test_the_mean_of_half_a_month_is_preliminary() -> None:
    days = make.month(date(2022, 2, 1)).days
    prices = [spot(day, "1.2054") for day in days[:14]]
    rated = support_of_month(
        prices, days, threshold_ore=Decimal(70), share_percent=Decimal(80), is_whole=len(prices) == len(days)
    )
    assert {one.preliminary for one in rated} == {True}


def test_no_credit_is_shown_as_minus_nothing() -> None:
    found = settled(make.month(date(2026, 3, 1)), 1_000, "0.10", Scheme.SUPPORT)
    assert str(amount(found, Code.SUPPORT)) == "0.00"


def test_a_rate_that_changes_within_the_month_holds_from_its_day() -> None:
    month, turn = make.month(date(2026, 10, 1)), date(2026, 10, 25)
    rates = (*make.RATES, Rate(Kind.SUPPORT_THRESHOLD, Decimal(100), turn, date(2026, 10, 27), is_own=True))
    terms = replace(make.terms(schemes=SUPPORT), rates=RateTable(rates))
    found = settle(month, terms, make.even(month, 1_000), prices=book(month, "2"))
    given = {day.day.day: day.nok for day in found.support_days}
    # 123 øre above the threshold of 77, 100 above the other; the 25th has 25 hours.
    usual, other = 24 * Decimal("1.107"), Decimal("0.9")
    assert [given[day] for day in (1, 24, 25, 26, 27, 31)] == [usual, usual, 25 * other, 24 * other, usual, usual]


def test_rates_are_steady_until_the_next_of_them_begins_or_ends() -> None:
    table = RateTable((Rate(Kind.VAT, Decimal(25), date(2026, 1, 1), date(2026, 7, 1)),))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [table.steady_until(day) for day in days] == [days[1], days[3], days[3], date.max]
