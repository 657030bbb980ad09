"""A real household's month: April 2026, which holds Easter and so has five working days fewer than it looks."""

import csv
from datetime import date, datetime
from decimal import Decimal

import pytest

from billing.rules.lines import Code
from billing.rules.money import kwh
from billing.rules.settlement import Settlement, settle
from metering.days import DayValues, Wh
from tests import samples
from tests.billing import price_lists as make

SAMPLE = samples.SAMPLES / "readings/elhub_minside_april2026.csv"
PEAKS = {(date(2026, 4, 10), 22): 5_939, (date(2026, 4, 18), 15): 4_779, (date(2026, 4, 25), 9): 4_262}


def recorded() -> dict[date, DayValues]:
    """The sample itself, which is not part of the repository."""
    days: dict[date, list[Wh]] = {}
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            wh = round(Decimal(row["Volum"].replace(",", ".")) * 1000)
            days.setdefault(datetime.fromisoformat(row["Fra"]).date(), []).append(wh)
    return {day: make.day_of(day, values) for day, values in days.items()}


def made_up() -> dict[date, DayValues]:
    """Another household with the same sums and the same three highest days, and a day of May."""
    april = make.month(date(2026, 4, 1))
    days = make.spread(april, day_wh=620_829, night_wh=760_998, peaks=PEAKS, when=make.WORKING_DAYS)
    return {**days, date(2026, 5, 1): make.day_of(date(2026, 5, 1), [9_000] * 24)}


IF_THERE = pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not part of the repository")


@pytest.fixture(scope="module", params=[made_up, pytest.param(recorded, marks=IF_THERE)])
def settled(request: pytest.FixtureRequest) -> Settlement:
    terms = make.terms(make.tariff(energy=make.energy(when=make.WORKING_DAYS)))
    return settle(make.month(date(2026, 4, 1)), terms, request.param())


def test_the_days_of_may_in_the_file_do_not_count(settled: Settlement) -> None:
    assert kwh(settled.energy_wh) == Decimal("1381.827")
    assert settled.has_all_readings


def test_working_days_from_6_to_22_and_the_rest(settled: Settlement) -> None:
    energy = {line.period: line.quantity for line in settled.lines if line.code == Code.ENERGY}
    assert energy == {"day": Decimal("620.829"), "night": Decimal("760.998")}


def test_a_mean_just_below_the_bound_stays_in_the_lower_tier(settled: Settlement) -> None:
    assert settled.basis
    assert settled.basis.value
    assert [top.wh for top in settled.basis.counted] == [5_939, 4_779, 4_262]
    assert round(settled.basis.value, 4) == Decimal("4.9933")
    assert settled.tier
    assert (settled.tier.lower, settled.tier.upper) == (2, 5)


def test_it_says_how_little_was_left_to_the_next_tier(settled: Settlement) -> None:
    assert settled.to_next
    assert settled.to_next.mean_kw == 5 - Decimal("14.980") / 3
    # 4.282 in the place of 4.262 would have made it 15.000 in three hours.
    assert settled.to_next.peak_kw == Decimal("4.282")
