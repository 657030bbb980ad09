"""High and low load: working days from 06 to 22, and the rest. Pure.

It is how much of the power is used when the grid is used most. What it costs is the price list's business, whose hours
may be others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from metering.days import Slot, Wh

FIRST_HOUR, LAST_HOUR = 6, 21


@dataclass(frozen=True, slots=True)
class Load:
    """Watt-hours in the hours of high and of low load."""

    high_wh: int = 0
    low_wh: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.high_wh + other.high_wh, self.low_wh + other.low_wh)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def is_high(slot: Slot) -> bool:
    return FIRST_HOUR <= slot.start.hour <= LAST_HOUR and is_working_day(slot.start.date())


def load_of(day: date, slots: Sequence[Slot], values_wh: Sequence[Wh]) -> Load:
    """Split a local day's values, one for each slot. Missing values count as nothing."""
    if not is_working_day(day):
        return Load(0, sum(value or 0 for value in values_wh))
    high = sum(
        value or 0 for slot, value in zip(slots, values_wh, strict=True) if FIRST_HOUR <= slot.start.hour <= LAST_HOUR
    )
    return Load(high, sum(value or 0 for value in values_wh) - high)
