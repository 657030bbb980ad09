"""Electricity support (strømstøtte) and Norgespris, hour by hour. Pure.

Each hour has a rate: what the household gets per kWh, without VAT. For support that is a share of what the spot price
exceeds the threshold by, never below zero; before September 2023 one rate for the month, from the month's mean price.
For Norgespris it is the spot price less the fixed price, below zero too. Rates are whole numbers of 10⁻¹⁶ NOK per kWh:
exact, and fast enough to settle a month of every metering point. The monthly cap is used up in the order of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from operator import mul
from typing import cast

from billing.rules.spot import SpotDay, mean
from metering.periods import month_of, month_span

SCALE = 16
# Rates times Wh.
AMOUNT_SCALE = SCALE + 3
Rate = int | None
Wh = int | None


class Scheme(StrEnum):
    SUPPORT = "support"
    NORGESPRIS = "norgespris"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RatedDay:
    """A day's rates, one an hour in the order of time; None where the price is missing."""

    day: date
    rates: tuple[Rate, ...]
    preliminary: bool

    def since(self, hour: int) -> RatedDay:
        """Return the rates from an hour of the day on, counted from its beginning."""
        return RatedDay(self.day, self.rates[hour:], self.preliminary) if hour else self


# The rates of a day; None where it has no prices.
RatesOf = Callable[[date], RatedDay | None]


# Not frozen: see readings.DayHours.
@dataclass(slots=True)
class DayAmount:
    """What a day gives: `nok` is exact, without VAT. `unpriced` hours have energy and no price yet."""

    day: date
    covered_wh: int
    nok: Decimal
    unpriced: int
    preliminary: bool


@dataclass(frozen=True, slots=True)
class HourAmount:
    """One hour of a day; `hour` counts from the day's beginning. None: no reading, or no price yet."""

    hour: int
    wh: Wh
    covered_wh: int
    nok_per_kwh: Decimal | None
    nok: Decimal | None


# Years of days in a few areas, the same for all metering points.
@lru_cache(maxsize=4096)
def support_day(spot: SpotDay, *, threshold_ore: Decimal, share_percent: Decimal) -> RatedDay:
    """Return the rates of support by the hour."""
    threshold, share = threshold_ore.scaleb(-2), share_percent.scaleb(-2)
    return _rated(spot, lambda price: max(Decimal(0), (price - threshold) * share))


@lru_cache(maxsize=4096)
def norgespris_day(spot: SpotDay, *, fixed_ore: Decimal) -> RatedDay:
    """Return what each hour's spot price is above the fixed price; below zero where the household pays."""
    fixed = fixed_ore.scaleb(-2)
    return _rated(spot, lambda price: price - fixed)


def support_of_month(
    spots: Sequence[SpotDay], days: Iterable[date], *, threshold_ore: Decimal, share_percent: Decimal, is_whole: bool
) -> list[RatedDay]:
    """Return days of support by the month: every hour has the rate that follows from the mean of the month's prices.

    `is_whole`: `spots` are all days of the month. The mean of a part is preliminary; without prices there is no rate.
    """
    prices = tuple(price for spot in spots for price in spot.hourly)
    average = mean(tuple(price for price in prices if price is not None))
    preliminary = not is_whole or None in prices or any(spot.preliminary for spot in spots)
    rate = None
    if average is not None:
        exact = max(Decimal(0), (average - threshold_ore.scaleb(-2)) * share_percent.scaleb(-2))
        rate = scaled(exact)
    # 25 hours are as many as a day can have.
    return [RatedDay(day, (rate,) * 25, preliminary) for day in days]


def _rated(spot: SpotDay, rate: Callable[[Decimal], Decimal]) -> RatedDay:
    return RatedDay(
        spot.day, tuple(None if price is None else scaled(rate(price)) for price in spot.hourly), spot.preliminary
    )


def scaled(nok_per_kwh: Decimal) -> int:
    """Return a price as a whole number of 10⁻¹⁶ NOK per kWh."""
    return round(nok_per_kwh.scaleb(SCALE))


def amounts(
    readings: Iterable[tuple[date, Sequence[Wh]]],
    rated: Mapping[date, RatedDay],
    *,
    cap_wh: int | None,
    used: Mapping[date, int] | None = None,
) -> list[DayAmount]:
    """Return what each day gives. `readings`: the hours of days in the order of time, of one month.

    `used` is what of the cap was used up before each day's first hour, by default what these readings used. A day that
    has no rates, or not as many as it has hours, is unpriced.
    """
    left = cap_wh
    found = []
    for day, hours in readings:
        if used is not None and cap_wh is not None:
            left = cap_wh - used[day]
        one, used_up = _amount(day, hours, rated.get(day), left)
        found.append(one)
        left = None if left is None else left - used_up
    return found


def _amount(day: date, hours: Sequence[Wh], rated: RatedDay | None, left: int | None) -> tuple[DayAmount, int]:
    known: Sequence[int] = [wh or 0 for wh in hours] if None in hours else cast("Sequence[int]", hours)
    total = sum(known)
    if rated is None or len(rated.rates) < len(hours):
        unpriced = len([wh for wh in known if wh])
        return DayAmount(day, 0, Decimal(0), unpriced, preliminary=unpriced > 0), total
    if left is not None and total > left:
        known = _within_cap(known, left)
    if None in rated.rates:
        pairs = list(zip(known, rated.rates, strict=False))
        covered = sum(wh for wh, rate in pairs if rate is not None)
        unpriced = len([wh for wh, rate in pairs if rate is None and wh])
        points = sum(wh * rate for wh, rate in pairs if rate is not None)
        return DayAmount(day, covered, exact_nok(points), unpriced, rated.preliminary or unpriced > 0), total
    points = sum(map(mul, known, rated.rates))
    return DayAmount(day, sum(known), exact_nok(points), 0, rated.preliminary), total


def _within_cap(hours: Sequence[int], left: int) -> list[int]:
    covered = []
    for wh in hours:
        covered.append(max(0, min(wh, left)))
        left -= wh
    return covered


def exact_nok(points: int) -> Decimal:
    """Return what Wh times such prices come to."""
    return Decimal(points).scaleb(-AMOUNT_SCALE)


def hours_of(hours: Sequence[Wh], rated: RatedDay | None, *, left_wh: int | None) -> list[HourAmount]:
    """Return a day's hours one by one; `left_wh` is what was left of the cap when it began (None: no cap)."""
    known = [wh or 0 for wh in hours]
    covered = known if left_wh is None else _within_cap(known, left_wh)
    rates: Sequence[Rate] = rated.rates if rated and len(rated.rates) >= len(hours) else (None,) * len(hours)
    return [
        HourAmount(
            hour=number,
            wh=wh,
            covered_wh=covered[number],
            nok_per_kwh=None if rates[number] is None else Decimal(rates[number] or 0).scaleb(-SCALE),
            nok=None if wh is None or rates[number] is None else exact_nok(covered[number] * (rates[number] or 0)),
        )
        for number, wh in enumerate(hours)
    ]


@dataclass
class PriceBook:
    """The spot prices of one area, and the rates that follow from them: worked out once, for all metering points."""

    spots: Mapping[date, SpotDay]
    _rated: dict[tuple[Scheme, Decimal, Decimal], Mapping[date, RatedDay]] = field(default_factory=dict, repr=False)
    _months: dict[tuple[date, Decimal, Decimal], Mapping[date, RatedDay]] = field(default_factory=dict, repr=False)

    def support(self, threshold_ore: Decimal, share_percent: Decimal) -> RatesOf:
        key = (Scheme.SUPPORT, threshold_ore, share_percent)
        if key not in self._rated:
            self._rated[key] = {
                day: support_day(spot, threshold_ore=threshold_ore, share_percent=share_percent)
                for day, spot in self.spots.items()
            }
        return self._rated[key].get

    def support_by_month(self, threshold_ore: Decimal, share_percent: Decimal) -> RatesOf:
        def of_day(day: date) -> RatedDay | None:
            key = (month_of(day), threshold_ore, share_percent)
            if key not in self._months:
                self._months[key] = self._month(*key)
            return self._months[key].get(day)

        return of_day

    def norgespris(self, fixed_ore: Decimal) -> RatesOf:
        key = (Scheme.NORGESPRIS, fixed_ore, Decimal(0))
        if key not in self._rated:
            self._rated[key] = {day: norgespris_day(spot, fixed_ore=fixed_ore) for day, spot in self.spots.items()}
        return self._rated[key].get

    def _month(self, month: date, threshold_ore: Decimal, share_percent: Decimal) -> Mapping[date, RatedDay]:
        days = month_span(month).days()
        spots = [self.spots[day] for day in days if day in self.spots]
        rated = support_of_month(
            spots, days, threshold_ore=threshold_ore, share_percent=share_percent, is_whole=len(spots) == len(days)
        )
        return {one.day: one for one in rated}
