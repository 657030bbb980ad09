"""The figures of the grid guide, which our results must reproduce."""

from datetime import date
from decimal import Decimal

from django.utils.translation import override

from billing import wording
from billing.rules import capacity
from billing.rules.calendar import Period
from billing.rules.capacity import DayMax
from billing.rules.lines import Code, Line
from billing.rules.settlement import Settlement, settle
from billing.rules.terms import SoFar
from metering.days import slots_of_day
from tests.billing import price_lists as make

# 745.1 kWh as the guide writes it; both of its amounts follow from 745.08.
DAY_WH, NIGHT_WH = 745_080, 397_800
TOPS = {date(2023, 11, 1): (1, 5_240), date(2023, 11, 8): (5, 5_190), date(2023, 11, 2): (4, 5_170)}


def trial_settlement(**habits: object) -> Settlement:
    """12 November 2023: the month so far."""
    period = Period.of_days(date(2023, 11, 1), date(2023, 11, 12), make.OSLO)
    peaks = {(day, hour): wh for day, (hour, wh) in TOPS.items()}
    days = make.spread(period, day_wh=DAY_WH, night_wh=NIGHT_WH, peaks=peaks)
    return settle(period, make.terms(habits=make.habits(**habits)), days)


def amounts(lines: tuple[Line, ...]) -> list[tuple[str, str, Decimal]]:
    return [(line.code, line.period, line.amount) for line in lines]


def test_the_trial_settlement_adds_up_to_386_54() -> None:
    settled = trial_settlement(enova_in_energy=True, so_far=SoFar.LATER)
    assert amounts(settled.lines) == [
        (Code.ENERGY, "day", Decimal("117.44")),
        (Code.ENERGY, "night", Decimal("42.81")),
        (Code.CONSUMPTION_TAX, "day", Decimal("147.53")),
        (Code.CONSUMPTION_TAX, "night", Decimal("78.76")),
    ]
    assert settled.total == Decimal("386.54")


def test_the_trial_settlement_names_peaks_mean_and_tier() -> None:
    settled = trial_settlement()
    assert settled.basis
    assert settled.tier
    found = [
        (slots_of_day(top.day, make.OSLO, 60)[top.hour].start.isoformat(), top.wh) for top in settled.basis.counted
    ]
    assert found == [
        ("2023-11-01T01:00:00+01:00", 5_240),
        ("2023-11-08T05:00:00+01:00", 5_190),
        ("2023-11-02T04:00:00+01:00", 5_170),
    ]
    assert settled.basis.value == Decimal("5.2")
    assert (settled.tier.lower, settled.tier.upper, settled.tier.nok_per_year / 12) == (5, 10, Decimal("214.81"))
    with override("nb"):
        assert wording.tier_text(settled.tier) == "5–9,99 kW"


def test_so_far_the_capacity_charge_is_shown_by_the_days() -> None:
    line = next(line for line in trial_settlement().lines if line.code == Code.CAPACITY)
    assert (line.quantity, line.unit_price, line.amount) == (Decimal("0.40"), Decimal("268.5125"), Decimal("107.41"))


def test_october_2023_comes_out_line_by_line() -> None:
    period = make.month(date(2023, 10, 1))
    days = make.spread(period, day_wh=1_651_260, night_wh=697_400)
    lines = settle(period, make.terms(), days).lines
    assert amounts(tuple(line for line in lines if line.code != Code.CAPACITY)) == [
        (Code.ENERGY, "day", Decimal("239.64")),
        (Code.ENERGY, "night", Decimal("66.34")),
        (Code.ENOVA, "day", Decimal("20.64")),
        (Code.ENOVA, "night", Decimal("8.72")),
        (Code.CONSUMPTION_TAX, "day", Decimal("326.95")),
        (Code.CONSUMPTION_TAX, "night", Decimal("138.09")),
    ]


def test_the_two_hours_called_two_in_october_are_two_hours() -> None:
    """The guide's screen added them to 9.11 kW; its month's mean of 5.25 needs the higher of the two alone."""
    tops = [DayMax(date(2023, 10, 29), 5_450, 2), DayMax(date(2023, 10, 21), 5_170, 2)]
    tops.append(DayMax(date(2023, 10, 30), 5_130, 23))
    mean = capacity.mean_kw(capacity.highest(tops, 3))
    assert mean == Decimal("5.25")
    period = make.month(date(2023, 10, 1))
    days = make.even(period, 100)
    night = days[date(2023, 10, 29)].values_wh
    assert len(night) == 25
    night[2], night[3] = 3_660, 5_450
    basis = settle(period, make.terms(), days).basis
    assert basis
    assert basis.counted[0] == DayMax(date(2023, 10, 29), 5_450, 3)
    assert [slots_of_day(date(2023, 10, 29), make.OSLO, 60)[hour].season for hour in (2, 3)] == ["summer", "winter"]


def test_the_tier_table() -> None:
    table = [(tier.lower, tier.upper, tier.nok_per_year / 12) for tier in capacity.positions(make.capacity())]
    uppers = [*make.BOUNDS[1:], None]
    assert table == [
        (lower, upper, Decimal(nok)) for lower, upper, nok in zip(make.BOUNDS, uppers, make.NOK_A_MONTH, strict=True)
    ]


def test_the_months_of_the_guide_fall_into_its_tiers() -> None:
    """September to June: 3.68, 3.74, 3.94 and 4.69 are in 2–5 kW, October's 5.25 in 5–10."""
    found = [capacity.position_of(make.capacity(), Decimal(mean)) for mean in ("5.25", "3.68", "3.74", "3.94", "4.69")]
    assert [tier.number for tier in found if tier] == [3, 2, 2, 2, 2]
