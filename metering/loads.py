"""High and low load: how much of the power is used in the hours the grid charges most for, and in the rest. Pure.

Which hours they are is the price list's to say (see extras.register_load); where there is none, working days from 06
to 22.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import compress

from metering.days import Slot, Wh
from portal.holidays import public_holidays

FIRST_HOUR, LAST_HOUR = 6, 21
# A day has so many hours, or quarters, unless the clock is changed.
USUAL = (24, 96)
# The clock hours (0 to 23) of a local day that are of high load.
HighHours = Callable[[date], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Load:
    """Watt-hours in the hours of high and of low load."""

    high_wh: int = 0
    low_wh: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.high_wh + other.high_wh, self.low_wh + other.low_wh)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(day.year)


def working_hours(day: date) -> frozenset[int]:
    """Return the hours from 06 to 22 of a working day, none of another."""
    return frozenset(range(FIRST_HOUR, LAST_HOUR + 1)) if is_working_day(day) else frozenset()


def is_high(slot: Slot, hours: HighHours = working_hours) -> bool:
    return slot.start.hour in hours(slot.start.date())


def load_of(day: date, slots: Sequence[Slot], values_wh: Sequence[Wh], hours: HighHours = working_hours) -> Load:
    """Split a local day's values, one for each slot. Missing values count as nothing."""
    total, high_hours = sum(filter(None, values_wh)), hours(day)
    if not high_hours:
        return Load(0, total)
    if len(slots) in USUAL:
        is_high = _usual_day(len(slots), high_hours)
    else:
        is_high = tuple(slot.start.hour in high_hours for slot in slots)
    high = sum(filter(None, compress(values_wh, is_high)))
    return Load(high, total - high)


@lru_cache(maxsize=256)
def _usual_day(count: int, high_hours: frozenset[int]) -> tuple[bool, ...]:
    """Tell of each slot of a day whose clock was not changed whether it is of high load."""
    per_hour = count // 24
    return tuple(at // per_hour in high_hours for at in range(count))
