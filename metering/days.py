"""Local days of energy: where they begin, how many slots they have, and how readings fall into them.

A day is the calendar day of the tenant's zone. It has 23, 24 or 25 hours, times four at a resolution of 15 minutes.
Energy is integer watt-hours, a missing value is ``None`` and never 0. Nothing here knows the database or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from operator import ne
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


# Not frozen: millions are made in an import, and a frozen one takes three times as long to make. Nobody changes one.
@dataclass(slots=True)
class DayValues:
    """One local day: ``values_wh`` has an entry a slot in the order of time, ``quality`` too (None: all measured).

    ``registered_at`` is when the sender registered the newest of the values, None where it does not say;
    ``slots_registered_at`` has an entry a slot where they differ, else it is None.
    """

    day: date
    resolution_minutes: int
    values_wh: list[Wh]
    quality: list[int] | None = None
    registered_at: datetime | None = None
    slots_registered_at: list[datetime] | None = None

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
    """What came of laying an incoming day over a stored one; the tuples hold slot indexes.

    ``outdated`` counts values that differ from the stored ones and are older than they.
    """

    day: DayValues
    filled: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()
    unchanged: int = 0
    outdated: int = 0

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


# Years of days of the same zone: everybody's pages show the same ones. A day of hours takes 3 kB, one of quarters 11.
@lru_cache(maxsize=1500)
def slots_of_day(day: date, zone: ZoneInfo, resolution_minutes: int) -> tuple[Slot, ...]:
    """All slots of a local day in the order of time, with local start and end. Raises UnevenDay."""
    first, after = _bounds(day, zone)
    step = resolution_minutes * 60
    count = slot_count(day, zone, resolution_minutes)
    edges = [datetime.fromtimestamp(first + step * index, zone) for index in range(count + 1)]
    # No time comes twice on a day of 24 hours.
    seasons = [None] * count if after - first == 86_400 else map(_season, edges)
    return tuple(Slot(*slot) for slot in zip(range(count), edges, edges[1:], seasons, strict=False))


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
    hours = zip(*[iter(values_wh)] * per_hour, strict=True)
    if None not in values_wh:
        return list(map(sum, hours))
    return [None if None in quarters else sum(quarters) for quarters in hours]


def hourly_sums(values_wh: list[Wh], resolution_minutes: int) -> list[Wh]:
    """What is known of each clock hour, Wh; None where nothing is. An hour may lack quarters: peaks take `hourly`."""
    per_hour = HOUR // resolution_minutes
    if per_hour == 1:
        return values_wh
    hours = zip(*[iter(values_wh)] * per_hour, strict=True)
    return [None if quarters.count(None) == per_hour else sum(filter(None, quarters)) for quarters in hours]


def in_slots(values: DayValues, resolution_minutes: int) -> tuple[list[Wh], list[int], list[int]]:
    """A day's energy in Wh, the worst quality and the number of missing values of each slot, in the day's own
    resolution or by the hour.
    """
    flags = values.quality or [0] * len(values.values_wh)
    if values.resolution_minutes == resolution_minutes:
        return values.values_wh, flags, [int(value is None) for value in values.values_wh]
    per_slot = resolution_minutes // values.resolution_minutes
    starts = range(0, len(flags), per_slot)
    worst = [max(flags[at : at + per_slot]) for at in starts]
    missing = [values.values_wh[at : at + per_slot].count(None) for at in starts]
    return hourly_sums(values.values_wh, values.resolution_minutes), worst, missing


def peak_of(values_wh: list[Wh], resolution_minutes: int) -> Peak | None:
    """The highest clock hour, the first of equals; None when no hour is complete."""
    hours = hourly(values_wh, resolution_minutes)
    known = [value for value in hours if value is not None]
    if not known:
        return None
    highest = max(known)
    return Peak(highest, hours.index(highest))


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a stretch of a series falls: ``begin:end`` of its values, with so many empty slots before and after."""

    day: date
    begin: int
    end: int
    before: int
    after: int


# The series of a file begin and end at a handful of times.
@lru_cache(maxsize=4096)
def pieces_of(start: datetime, resolution_minutes: int, count: int, zone: ZoneInfo) -> tuple[Piece, ...]:
    """How `count` steps from the aware ``start`` fall into local days.

    Raises UnevenDay when the series' steps do not meet the days' slots.
    """
    pieces = []
    day = day_of(start, zone)
    at, position, step = int(start.timestamp()), 0, resolution_minutes * 60
    while position < count:
        slots = slot_count(day, zone, resolution_minutes)
        offset, odd = divmod(at - _bounds(day, zone)[0], step)
        if odd:
            raise UnevenDay(f"{start} does not begin on a step of {resolution_minutes} minutes")
        take = min(slots - offset, count - position)
        if take:
            pieces.append(Piece(day, position, position + take, offset, slots - offset - take))
        position += take
        at += take * step
        day += timedelta(days=1)
    return tuple(pieces)


def split_into_days(
    start: datetime,
    resolution_minutes: int,
    values_wh: list[Wh],
    quality: list[int] | None,
    zone: ZoneInfo,
    registered_at: datetime | None = None,
) -> list[DayValues]:
    """Cut a series that begins at the aware ``start`` into local days, each padded with None to its full length.

    Raises UnevenDay when the series' steps do not meet the days' slots.
    """
    pieces = pieces_of(start, resolution_minutes, len(values_wh), zone)
    return [_cut(piece, resolution_minutes, values_wh, quality, registered_at) for piece in pieces]


def _cut(
    piece: Piece,
    resolution_minutes: int,
    values_wh: list[Wh],
    quality: list[int] | None,
    registered_at: datetime | None,
) -> DayValues:
    if piece.end - piece.begin == len(values_wh) and not piece.before and not piece.after:
        flags = quality if quality and any(quality) else None
        return DayValues(piece.day, resolution_minutes, values_wh, flags, registered_at)
    values = [None] * piece.before + values_wh[piece.begin : piece.end] + [None] * piece.after
    flags = None
    if quality and any(quality[piece.begin : piece.end]):
        flags = [0] * piece.before + quality[piece.begin : piece.end] + [0] * piece.after
    return DayValues(piece.day, resolution_minutes, values, flags, registered_at)


def merge(stored: DayValues, incoming: DayValues) -> Merge:
    """Lay an incoming day over the stored one: what it lacks (None) leaves the stored value alone.

    ``filled`` slots had no value before, ``corrected`` ones had another value or quality. Of two values the one that
    was registered last counts, and the incoming one where both were at once or one does not say. A day in another
    resolution replaces the stored one when it is complete; raises ResolutionConflict when it is not.
    """
    if stored.resolution_minutes != incoming.resolution_minutes or len(stored.values_wh) != len(incoming.values_wh):
        return _replacement(stored, incoming)
    if incoming.slots_registered_at or stored.slots_registered_at or incoming.missing:
        return _overlay(stored, incoming)
    if _is_older(incoming.registered_at, stored.registered_at):
        return _overlay(stored, incoming)
    return _newer_whole_day(stored, incoming)


def _newer_whole_day(stored: DayValues, incoming: DayValues) -> Merge:
    """The usual correction, in a third of the time that looking at each slot takes."""
    before: Iterable[object] = stored.values_wh
    after: Iterable[object] = incoming.values_wh
    if stored.quality or incoming.quality:
        none = [0] * len(incoming.values_wh)
        before, after = zip(before, stored.quality or none), zip(after, incoming.quality or none)  # noqa: B905
    changed = [slot for slot, differs in enumerate(map(ne, before, after)) if differs]
    corrected = tuple(slot for slot in changed if stored.values_wh[slot] is not None)
    filled = tuple(slot for slot in changed if stored.values_wh[slot] is None)
    day = incoming
    if incoming.registered_at is None:
        day = replace(incoming, registered_at=stored.registered_at)
    return Merge(day, filled, corrected, len(incoming.values_wh) - len(changed))


def _replacement(stored: DayValues, incoming: DayValues) -> Merge:
    if incoming.missing:
        raise ResolutionConflict(f"part of {incoming.day} came in steps of {incoming.resolution_minutes} minutes")
    every = tuple(range(len(incoming.values_wh)))
    if stored.missing == len(stored.values_wh):
        return Merge(incoming, filled=every)
    if _is_older(incoming.registered_at, stored.registered_at):
        return Merge(stored, outdated=len(every))
    return Merge(incoming, corrected=every)


def _is_older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _overlay(stored: DayValues, incoming: DayValues) -> Merge:
    values, flags = list(stored.values_wh), list(stored.quality or [0] * len(stored.values_wh))
    new_flags = incoming.quality or [0] * len(values)
    times, new_times = _times_of(stored), _times_of(incoming)
    filled, corrected, unchanged, outdated = [], [], 0, 0
    for slot, value in enumerate(incoming.values_wh):
        if value is None:
            continue
        is_older = _is_older(new_times[slot], times[slot])
        if values[slot] is None:
            filled.append(slot)
        elif (values[slot], flags[slot]) == (value, new_flags[slot]):
            unchanged += 1
            if is_older:
                continue
        elif is_older:
            outdated += 1
            continue
        else:
            corrected.append(slot)
        values[slot], flags[slot], times[slot] = value, new_flags[slot], new_times[slot] or times[slot]
    day = DayValues(stored.day, stored.resolution_minutes, values, flags if any(flags) else None, stored.registered_at)
    _keep_times(day, times)
    return Merge(day, tuple(filled), tuple(corrected), unchanged, outdated)


def _times_of(day: DayValues) -> list[datetime | None]:
    if day.slots_registered_at:
        return [*day.slots_registered_at]
    return [None if value is None else day.registered_at for value in day.values_wh]


def _keep_times(day: DayValues, times: list[datetime | None]) -> None:
    """Keep the newest for the day, and those of the slots only where they are not all the same.

    A day without any value keeps the time it has.
    """
    known = {time for time in times if time is not None}
    day.registered_at = newest = max(known, default=day.registered_at)
    if newest is not None and len(known) > 1:
        day.slots_registered_at = [time or newest for time in times]
