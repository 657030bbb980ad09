"""What must hold for any readings."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.calendar import Period, hours_of_day
from billing.rules.lines import Code
from billing.rules.money import apportion, kwh, to_ore
from billing.rules.settlement import Settlement, settle
from billing.rules.spot import SpotDay
from billing.rules.support import PriceBook, Scheme
from billing.rules.tariffs import Energy, EnergyException, When
from billing.rules.terms import SchemePeriod
from metering.days import DayValues, day_bounds
from tests.billing import price_lists as make

# Both clock changes, a leap February, and the months with Easter and Christmas.
MONTHS = [date(2024, 2, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 10, 1), date(2026, 12, 1)]
SEASONS = Energy(
    Decimal("15.21"),
    (
        EnergyException("Vinterdag", Decimal("29.89"), When(months=(1, 2, 3, 12), hours=make.DAY_HOURS)),
        EnergyException("Sommernatt", Decimal("9.4"), When(months=(4, 10), hours=(22, 23, 0, 1, 2, 3, 4, 5))),
    ),
)
TARIFFS = [
    make.tariff(),
    make.tariff(energy=make.energy(when=make.WORKING_DAYS)),
    make.tariff(energy=SEASONS),
    make.tariff(energy=make.energy(day=None)),
]
WH = st.integers(0, 40_000)


@st.composite
def readings(draw: st.DrawFn) -> tuple[Period, dict[date, DayValues]]:
    """A month with a few drawn hours repeated, some days in quarters: enough to differ, few enough to be quick."""
    period = make.month(draw(st.sampled_from(MONTHS)))
    pattern = draw(st.lists(WH, min_size=5, max_size=37))
    quarters = draw(st.booleans())
    days, at = {}, 0
    for day in period.days:
        hours = len(hours_of_day(day, make.OSLO))
        values = [pattern[(at + number) % len(pattern)] for number in range(hours)]
        at += hours
        days[day] = (
            make.day_of(day, [wh // 4 for wh in values for _ in range(4)], 15) if quarters else make.day_of(day, values)
        )
    return period, days


def energy_of(settled: Settlement, *codes: Code) -> Counter[tuple[str, str, Decimal]]:
    """Return the Wh by code, price period and price."""
    found: Counter[tuple[str, str, Decimal]] = Counter()
    for line in settled.lines:
        if line.code in (codes or (Code.ENERGY,)):
            found[line.code, line.period, line.unit_price] += int(line.quantity * 1000)
    return found


@settings(max_examples=60, deadline=None)
@given(readings(), st.sampled_from(TARIFFS))
def test_the_periods_add_up_to_the_whole(case: tuple[Period, dict[date, DayValues]], tariff: make.Tariff) -> None:
    period, days = case
    settled = settle(period, make.terms(tariff), days)
    assert sum(energy_of(settled).values()) == settled.energy_wh == sum(day.total_wh for day in days.values())
    assert settled.total == sum(line.amount for line in settled.lines)
    assert all(line.amount == to_ore(line.amount) for line in settled.lines)


@settings(max_examples=60, deadline=None)
@given(readings(), st.sampled_from(TARIFFS), st.data())
def test_a_month_may_be_split_at_any_hour(
    case: tuple[Period, dict[date, DayValues]], tariff: make.Tariff, data: st.DataObject
) -> None:
    period, days = case
    hours = int((period.end - period.start).total_seconds()) // 3600
    cut = period.start + timedelta(hours=data.draw(st.integers(1, hours - 1)))
    parts = [Period(period.start, cut, make.OSLO), Period(cut, period.end, make.OSLO)]
    terms, by_kwh = make.terms(tariff), (Code.ENERGY, Code.ENOVA, Code.CONSUMPTION_TAX)
    together = sum((energy_of(settle(part, terms, days), *by_kwh) for part in parts), Counter())
    whole = energy_of(settle(period, terms, days), *by_kwh)
    assert +together == +whole
    assert sum(whole.values()) == 3 * sum(day.total_wh for day in days.values())


@settings(max_examples=60, deadline=None)
@given(
    readings(), st.sampled_from(list(Scheme)[:2]), st.lists(st.integers(-20, 300), min_size=5, max_size=29), st.data()
)
def test_support_is_the_same_wherever_a_month_is_split(
    case: tuple[Period, dict[date, DayValues]], scheme: Scheme, ore: list[int], data: st.DataObject
) -> None:
    period, days = case
    hours = int((period.end - period.start).total_seconds()) // 3600
    cut = period.start + timedelta(hours=data.draw(st.integers(1, hours - 1)))
    # The other scheme holds from some day on: both draw on the month's one cap.
    turn = data.draw(st.sampled_from(period.days))
    other = Scheme.NORGESPRIS if scheme == Scheme.SUPPORT else Scheme.SUPPORT
    schemes = (SchemePeriod(scheme, date.min, turn), SchemePeriod(other, turn + timedelta(days=1)))
    terms, book = make.terms(schemes=schemes), prices_by_the_hour(period, ore)

    def given_by(*parts: Period) -> tuple[Decimal, int]:
        found = [day for part in parts for day in settle(part, terms, days, prices=book).support_days]
        return sum((day.nok for day in found), Decimal(0)), sum(day.covered_wh for day in found)

    assert given_by(Period(period.start, cut, make.OSLO), Period(cut, period.end, make.OSLO)) == given_by(period)
    assert given_by(period)[1] <= 5_000_000


def prices_by_the_hour(period: Period, ore: list[int]) -> PriceBook:
    """A few drawn prices in turn: no two hours of a day in a row need have the same."""
    spots, at = {}, 0
    for day in period.days:
        hours = len(hours_of_day(day, make.OSLO))
        prices = tuple(Decimal(ore[(at + number) % len(ore)]) / 100 for number in range(hours))
        spots[day], at = SpotDay("NO1", day, 60, prices), at + hours
    return PriceBook(spots)


@settings(max_examples=60, deadline=None)
@given(readings(), st.sampled_from(TARIFFS), st.data())
def test_more_consumption_never_costs_less(
    case: tuple[Period, dict[date, DayValues]], tariff: make.Tariff, data: st.DataObject
) -> None:
    period, days = case
    day = data.draw(st.sampled_from(period.days))
    slot = data.draw(st.integers(0, len(days[day].values_wh) - 1))
    more = list(days[day].values_wh)
    more[slot] = (more[slot] or 0) + data.draw(WH)
    terms = make.terms(tariff)
    assert (
        settle(period, terms, {**days, day: replace(days[day], values_wh=more)}).total
        >= settle(period, terms, days).total
    )


@settings(max_examples=40, deadline=None)
@given(readings())
def test_the_tier_is_chosen_by_the_exact_mean(case: tuple[Period, dict[date, DayValues]]) -> None:
    period, days = case
    settled = settle(period, make.terms(), days)
    tops = sorted((peak.wh for day in days.values() if (peak := day.peak)), reverse=True)[:3]
    assert settled.basis
    assert settled.basis.value == Decimal(sum(tops)) / 3000
    assert settled.tier
    assert settled.tier.lower * 3000 <= sum(tops)
    assert settled.tier.upper is None or sum(tops) < settled.tier.upper * 3000


@given(st.lists(st.decimals(-1000, 1000, places=5), max_size=40))
def test_what_is_shown_of_parts_adds_up(parts: list[Decimal]) -> None:
    total = to_ore(sum(parts, Decimal(0)))
    shown = apportion(parts, total)
    assert sum(shown, Decimal(0)) == total
    assert all(abs(one - exact) < Decimal("0.01") for one, exact in zip(shown, parts, strict=True))


def test_a_day_of_a_period_is_cut_at_the_hour() -> None:
    begin, end = day_bounds(date(2026, 10, 25), make.OSLO)
    period = Period(begin + timedelta(hours=3), end, make.OSLO)
    assert period.hours(date(2026, 10, 25)) == (3, 25)
    assert kwh(settle(period, make.terms(), make.even(period, 1_000)).energy_wh) == 22
