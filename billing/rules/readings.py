"""A period's readings by the hour: what is there, what is missing, and each day's highest hour. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from billing.rules.calendar import Period
from billing.rules.capacity import DayMax
from billing.rules.terms import ALL_DAYS, Held
from metering.days import DayValues, Wh, hourly, hourly_sums


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours without a reading, in local time, up to but not including `end`."""

    start: datetime
    end: datetime


# Not frozen: a batch makes millions, and a frozen one takes three times as long to make. Nobody changes one.
@dataclass(slots=True)
class DayHours:
    """The hours of a day that lie in a period, beginning with its hour number `low`.

    `wh` is the energy there is: of an hour that lacks a quarter, that of the others. `full` is None for such an hour:
    it is no hour's mean power.
    """

    day: date
    low: int
    wh: list[Wh]
    full: list[Wh]

    @property
    def highest(self) -> DayMax | None:
        known = [wh for wh in self.full if wh is not None]
        if not known:
            return None
        top = max(known)
        return DayMax(self.day, top, self.low + self.full.index(top))


@dataclass(frozen=True, slots=True)
class Readings:
    """The days of a period in order. `first` and `last` are where the readings begin and end (None: there are none);
    `gaps` are what is missing between.
    """

    days: tuple[DayHours, ...]
    first: datetime | None
    last: datetime | None
    gaps: tuple[Gap, ...]

    @property
    def maxima(self) -> list[DayMax]:
        return [top for day in self.days if (top := day.highest)]


def within(period: Period, days: Mapping[date, DayValues], held: Held = ALL_DAYS) -> Readings:
    """Cut the stored days to the period, and to those of its days that are `held`: the others are not there at all."""
    found = tuple(_day_hours(period, day, days.get(day)) for day in period.days if held.includes(day))
    runs = _missing_runs(found)
    if not runs:
        return Readings(found, _local(period, period.start), _local(period, period.end), ())
    gaps = [Gap(period.instant(*begin), period.instant(*end)) for begin, end in runs]
    first, last = _local(period, period.start), _local(period, period.end)
    if gaps[0].start == first:
        first = gaps.pop(0).end
    if gaps and gaps[-1].end == last:
        last = gaps.pop().start
    if first >= last:
        return Readings(found, None, None, ())
    return Readings(found, first, last, tuple(gaps))


def _local(period: Period, instant: datetime) -> datetime:
    return instant.astimezone(period.zone)


def wh_before(period: Period, day: date, values: DayValues) -> int:
    """Return the energy of a day's hours before the period."""
    low, _ = period.hours(day)
    return sum(filter(None, hourly_sums(values.values_wh, values.resolution_minutes)[:low])) if low else 0


def _day_hours(period: Period, day: date, values: DayValues | None) -> DayHours:
    low, high = period.hours(day)
    if values is None:
        nothing: list[Wh] = [None] * (high - low)
        return DayHours(day, low, nothing, nothing)
    full = hourly(values.values_wh, values.resolution_minutes)
    if high - low < len(full):
        full = full[low:high]
    if None not in full:
        return DayHours(day, low, full, full)
    return DayHours(day, low, hourly_sums(values.values_wh, values.resolution_minutes)[low:high], full)


Moment = tuple[date, int]


def _missing_runs(days: tuple[DayHours, ...]) -> list[tuple[Moment, Moment]]:
    """Return stretches of missing hours as (day, hour number) of their first hour and of the hour after the last."""
    runs: list[tuple[Moment, Moment]] = []
    is_open = False
    for day in days:
        if None not in day.full:
            is_open = False
            continue
        for number, wh in enumerate(day.full, day.low):
            if wh is not None:
                is_open = False
            elif is_open:
                runs[-1] = (runs[-1][0], (day.day, number + 1))
            else:
                runs.append(((day.day, number), (day.day, number + 1)))
                is_open = True
    return runs
