"""Local days of energy: where they begin, how many slots they have, and how readings fall into them.

A day is the calendar day of the tenant's zone. It has 23, 24 or 25 hours, times four at a resolution of 15 minutes.
Energy is integer watt-hours, a missing value is ``None`` and never 0. Nothing here knows the database or the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

HOUR = 60
QUARTER = 15
RESOLUTIONS = (QUARTER, HOUR)

Wh = int | None


class Direction(IntEnum):
    """Seen from the installation: consumption flows in, production flows out. The numbers are stored."""

    CONSUMPTION = 1
    PRODUCTION = 2


class Quality(IntEnum):
    """How a value came to be; the numbers are stored."""

    MEASURED = 0
    ESTIMATED = 1
    TEMPORARY = 2
    CALCULATED = 3


class UnevenDay(ValueError):
    """The series does not fall on the slots of the local day (odd start, or a day the step does not divide)."""


class ResolutionConflict(ValueError):
    """Part of a day came in another resolution than the day already has."""


@dataclass(frozen=True, slots=True)
class DayValues:
    """One local day: ``values_wh`` has an entry a slot in the order of time, ``quality`` too (None: all measured)."""

    day: date
    resolution_minutes: int
    values_wh: list[Wh]
    quality: list[int] | None = None

    @property
    def total_wh(self) -> int:
        return total(self.values_wh)

    @property
    def peak(self) -> Peak | None:
        return peak_of(self.values_wh, self.resolution_minutes)

    @property
    def missing(self) -> int:
        return self.values_wh.count(None)


@dataclass(frozen=True, slots=True)
class Peak:
    """The hour with the most energy (Wh in one hour = mean W); ``hour`` counts from the day's beginning, 0 to 24."""

    wh: int
    hour: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One stretch of a local day. ``season`` tells the two autumn hours of one name apart; it is None else."""

    index: int
    start: datetime
    end: datetime
    season: Literal["summer", "winter"] | None


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of laying an incoming day over a stored one; the tuples hold slot indexes."""

    day: DayValues
    filled: tuple[int, ...]
    corrected: tuple[int, ...]
    unchanged: int

    @property
    def is_change(self) -> bool:
        return bool(self.filled or self.corrected)


# A year of days for a handful of zones; a file touches the same few days once for every metering point.
@lru_cache(maxsize=8192)
def _bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Epoch seconds of the first instant of the day and of the next. A midnight the clock skips begins at the jump."""
    return _first_instant(day, zone), _first_instant(day + timedelta(days=1), zone)


def _first_instant(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp())


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First instant of the local day and of the one after, in UTC."""
    first, after = _bounds(day, zone)
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(after, UTC)


@lru_cache(maxsize=65_536)
def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day an aware instant falls on."""
    return instant.astimezone(zone).date()


def slot_count(day: date, zone: ZoneInfo, resolution_minutes: int) -> int:
    """How many slots the day has: 23, 24 or 25 hours. Raises UnevenDay where the step does not divide it."""
    first, after = _bounds(day, zone)
    count, rest = divmod(after - first, resolution_minutes * 60)
    if rest:
        raise UnevenDay(f"{day} in {zone.key} does not consist of whole steps of {resolution_minutes} minutes")
    return count


def slots_of_day(day: date, zone: ZoneInfo, resolution_minutes: int) -> list[Slot]:
    """All slots of a local day in the order of time, with local start and end. Raises UnevenDay."""
    first, _ = _bounds(day, zone)
    step = resolution_minutes * 60
    count = slot_count(day, zone, resolution_minutes)
    edges = [datetime.fromtimestamp(first + step * index, zone) for index in range(count + 1)]
    return [Slot(index, edges[index], edges[index + 1], _season(edges[index])) for index in range(count)]


def _season(start: datetime) -> Literal["summer", "winter"] | None:
    """Which of two hours of the same name this is. A slot's start exists, so only a doubled time has two offsets."""
    if start.replace(fold=0).utcoffset() == start.replace(fold=1).utcoffset():
        return None
    return "winter" if start.fold else "summer"


def total(values_wh: list[Wh]) -> int:
    """Sum of the values there are, Wh."""
    return sum(filter(None, values_wh))


def hourly(values_wh: list[Wh], resolution_minutes: int) -> list[Wh]:
    """Values by clock hour, Wh. An hour that lacks a quarter has no value: it would be no hour's mean power."""
    per_hour = HOUR // resolution_minutes
    if per_hour == 1:
        return values_wh
    hours = (values_wh[at : at + per_hour] for at in range(0, len(values_wh), per_hour))
    return [None if None in quarters else total(quarters) for quarters in hours]


def peak_of(values_wh: list[Wh], resolution_minutes: int) -> Peak | None:
    """The highest clock hour, the first of equals; None when no hour is complete."""
    hours = hourly(values_wh, resolution_minutes)
    known = [value for value in hours if value is not None]
    if not known:
        return None
    highest = max(known)
    return Peak(highest, hours.index(highest))


def split_into_days(
    start: datetime,
    resolution_minutes: int,
    values_wh: list[Wh],
    quality: list[int] | None,
    zone: ZoneInfo,
) -> list[DayValues]:
    """Cut a series that begins at the aware ``start`` into local days, each padded with None to its full length.

    Raises UnevenDay when the series' steps do not meet the days' slots.
    """
    days = []
    day = day_of(start, zone)
    at, position, step = int(start.timestamp()), 0, resolution_minutes * 60
    while position < len(values_wh):
        count = slot_count(day, zone, resolution_minutes)
        offset, odd = divmod(at - _bounds(day, zone)[0], step)
        if odd:
            raise UnevenDay(f"{start} does not begin on a step of {resolution_minutes} minutes")
        take = min(count - offset, len(values_wh) - position)
        if take:
            piece = slice(position, position + take)
            flags = None if quality is None else quality[piece]
            days.append(_padded(day, resolution_minutes, values_wh[piece], flags, offset, count))
        position += take
        at += take * step
        day += timedelta(days=1)
    return days


def _padded(
    day: date, resolution_minutes: int, values_wh: list[Wh], quality: list[int] | None, offset: int, count: int
) -> DayValues:
    before, after = offset, count - offset - len(values_wh)
    values: list[Wh] = [None] * before + values_wh + [None] * after
    flags = [0] * before + quality + [0] * after if quality and any(quality) else None
    return DayValues(day, resolution_minutes, values, flags)


def merge(stored: DayValues, incoming: DayValues) -> Merge:
    """Lay an incoming day over the stored one: what it lacks (None) leaves the stored value alone.

    ``filled`` slots had no value before, ``corrected`` ones had another value or quality. A day in another resolution
    replaces the stored one when it is complete; raises ResolutionConflict when it is not.
    """
    if stored.resolution_minutes != incoming.resolution_minutes or len(stored.values_wh) != len(incoming.values_wh):
        return _replacement(stored, incoming)
    if stored.values_wh == incoming.values_wh and stored.quality == incoming.quality:
        return Merge(stored, (), (), len(stored.values_wh) - stored.missing)
    return _overlay(stored, incoming)


def _replacement(stored: DayValues, incoming: DayValues) -> Merge:
    if incoming.missing:
        raise ResolutionConflict(f"part of {incoming.day} came in steps of {incoming.resolution_minutes} minutes")
    every = tuple(range(len(incoming.values_wh)))
    return Merge(incoming, (), every, 0) if stored.missing < len(stored.values_wh) else Merge(incoming, every, (), 0)


def _overlay(stored: DayValues, incoming: DayValues) -> Merge:
    values, flags = list(stored.values_wh), list(stored.quality or [0] * len(stored.values_wh))
    new_flags = incoming.quality or [0] * len(values)
    filled, corrected, unchanged = [], [], 0
    for slot, value in enumerate(incoming.values_wh):
        if value is None:
            continue
        if values[slot] is None:
            filled.append(slot)
        elif (values[slot], flags[slot]) != (value, new_flags[slot]):
            corrected.append(slot)
        else:
            unchanged += 1
        values[slot], flags[slot] = value, new_flags[slot]
    day = DayValues(stored.day, stored.resolution_minutes, values, flags if any(flags) else None)
    return Merge(day, tuple(filled), tuple(corrected), unchanged)
