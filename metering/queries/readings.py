"""Readings of one installation: hours of a day, days of a week or month, months of a year. One query at most."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from metering.days import Direction, Slot, Wh, in_slots, slot_count, slots_of_day, total
from metering.loads import HighHours, Load, load_of, working_hours
from metering.models import ReadingDay
from metering.peaks import DayPeak
from metering.periods import Span, month_of, month_span
from metering.queries.installations import Installation
from metering.queries.revisions import NEVER, Before, before_of
from metering.queries.stored import StoredDay, stored_days
from portal.tenancy.models import current_tenant


@dataclass(frozen=True)
class HourReading:
    """A slot of a day (an hour, or a quarter): `wh` is None where a value is missing, `quality` the worst there is.

    `before` is what it was before it was last corrected. An hour of which only some quarters
    are known has their sum, and `missing` counts the others (of installations together, those that lack a value of it):
    the hours of a day are always all of it.
    """

    slot: Slot
    wh: Wh
    quality: int = 0
    before: Before = NEVER
    missing: int = 0


@dataclass(frozen=True)
class DayTotal:
    """A day: `wh` is None when the day has no value at all; `missing` counts the hours that are not whole (of
    installations together, those that lack values).
    """

    day: date
    wh: Wh
    missing: int
    peak: DayPeak | None
    was_corrected: bool
    is_held: bool
    load: Load = field(default_factory=Load)
    has_estimates: bool = False


@dataclass(frozen=True)
class MonthTotal:
    """A month: `wh` is None without any value; `missing_days` counts held days up to yesterday without a whole set, of
    installations together those on which one lacks some. `known_days` are those with a whole set, of installations
    together those with any value.
    """

    month: date
    wh: Wh
    missing_days: int
    is_held: bool
    load: Load = field(default_factory=Load)
    known_days: Collection[date] = ()


@dataclass(frozen=True)
class DayReadings:
    day: date
    hours: tuple[HourReading, ...]
    was_corrected: bool
    load: Load = field(default_factory=Load)
    # Whether it was measured by the quarter of an hour.
    has_quarters: bool = False
    # The highest clock hour that is known in whole; of an installation.
    peak_wh: Wh = None

    @property
    def is_by_quarter(self) -> bool:
        """Whether `hours` are quarters of an hour."""
        return len(self.hours) > 25

    @cached_property
    def wh(self) -> int:
        return sum(hour.wh or 0 for hour in self.hours)

    @cached_property
    def known(self) -> list[HourReading]:
        return [hour for hour in self.hours if hour.wh is not None]


@dataclass(frozen=True)
class DaysReadings:
    """The days of a span, every one of them."""

    span: Span
    days: tuple[DayTotal, ...]

    @cached_property
    def wh(self) -> int:
        return sum(day.wh or 0 for day in self.days)

    @cached_property
    def known(self) -> list[DayTotal]:
        return [day for day in self.days if day.wh is not None]

    @cached_property
    def peaks(self) -> list[DayPeak]:
        return [day.peak for day in self.days if day.peak]

    @cached_property
    def load(self) -> Load:
        return sum((day.load for day in self.days), Load())

    @cached_property
    def month(self) -> date:
        return month_of(self.span.first)


@dataclass(frozen=True)
class MonthsReadings:
    """The months of a span, every one of them. `used_on` returns the energy of some of their known days."""

    span: Span
    months: tuple[MonthTotal, ...]
    used_on: Callable[[Collection[date]], int]

    @cached_property
    def wh(self) -> int:
        return sum(month.wh or 0 for month in self.months)

    @cached_property
    def known(self) -> list[MonthTotal]:
        return [month for month in self.months if month.wh is not None]

    @cached_property
    def load(self) -> Load:
        return sum((month.load for month in self.months), Load())


def rows_of(installation: Installation, direction: Direction, span: Span) -> dict[date, ReadingDay]:
    """Return the stored days of the span on which the customer held the installation."""
    rows = ReadingDay.objects.filter(
        metering_point=installation.point, direction=direction, day__range=(span.first, span.last)
    )
    return {row.day: row for row in rows.filter(installation.held_q)}


def _stored(installation: Installation, direction: Direction, span: Span) -> dict[date, StoredDay]:
    """Return the days of the span on which the customer held the installation, for a page."""
    rows = stored_days(installation.point, direction, span)
    return {day: row for day, row in rows.items() if installation.holds(day)}


def day_of(
    installation: Installation,
    direction: Direction,
    day: date,
    *,
    by_quarter: bool = False,
    high: HighHours = working_hours,
) -> DayReadings:
    """Return the hours of a day, or its quarters where it has them; of a corrected day also what it was before."""
    row = _stored(installation, direction, Span(day, day)).get(day)
    resolution = row.resolution_minutes if row and by_quarter else 60
    slots = slots_of_day(day, current_tenant().zone, resolution)
    if row is None:
        return DayReadings(day, tuple(HourReading(slot, None) for slot in slots), was_corrected=False)
    values, quality, missing = in_slots(row.day_values, resolution)
    before = (
        before_of(installation.point, direction, row.day_values, resolution) if row.revision else [NEVER] * len(slots)
    )
    hours = tuple(map(HourReading, slots, values, quality, before, missing))
    load = load_of(day, slots, values, high)
    return DayReadings(day, hours, bool(row.revision), load, row.resolution_minutes < 60, row.peak_wh)


def days_of(
    installation: Installation, direction: Direction, span: Span, *, high: HighHours = working_hours
) -> DaysReadings:
    """Return every day of a span."""
    rows = _stored(installation, direction, span)
    return DaysReadings(span, tuple(_day_total(installation, day, rows.get(day), high) for day in span.days()))


def month_of_installation(installation: Installation, direction: Direction, day: date) -> DaysReadings:
    """Return every day of the month `day` is in."""
    return days_of(installation, direction, month_span(day))


def months_of(
    installation: Installation, direction: Direction, span: Span, today: date, *, high: HighHours = working_hours
) -> MonthsReadings:
    """Return every month of a span."""
    by_month: dict[date, list[date]] = {first: [] for first in span.months()}
    for day in span.days():
        by_month[month_of(day)].append(day)
    rows = _stored(installation, direction, span)
    months = tuple(_month_total(installation, days, rows, today, high) for days in by_month.values())
    return MonthsReadings(span, months, lambda days: sum(total(rows[day].values_wh) for day in days))


def _month_total(
    installation: Installation, days: list[date], rows: dict[date, StoredDay], today: date, high: HighHours
) -> MonthTotal:
    zone = current_tenant().zone
    is_known, high_wh, low_wh, missing = False, 0, 0, 0
    whole: list[date] = []
    for day in days:
        row = rows.get(day)
        lacks = row is not None and None in row.values_wh
        if row and not (lacks and row.values_wh.count(None) == len(row.values_wh)):
            is_known = True
            load = load_of(day, slots_of_day(day, zone, row.resolution_minutes), row.values_wh, high)
            high_wh, low_wh = high_wh + load.high_wh, low_wh + load.low_wh
            if not lacks:
                whole.append(day)
        if day < today:
            missing += lacks if row else installation.holds(day)
    return MonthTotal(
        month_of(days[0]),
        high_wh + low_wh if is_known else None,
        missing,
        is_held=any(day in rows or installation.holds(day) for day in days),
        load=Load(high_wh, low_wh),
        known_days=frozenset(whole),
    )


def _day_total(installation: Installation, day: date, row: StoredDay | None, high: HighHours) -> DayTotal:
    if row is None:
        missing = slot_count(day, current_tenant().zone, 60)
        return DayTotal(day, None, missing, None, was_corrected=False, is_held=installation.holds(day))
    slots = slots_of_day(day, current_tenant().zone, row.resolution_minutes)
    in_hour = 60 // row.resolution_minutes
    return DayTotal(
        day,
        total(row.values_wh) if row.values_wh.count(None) < len(row.values_wh) else None,
        len({at // in_hour for at, wh in enumerate(row.values_wh) if wh is None}),
        _peak(row),
        was_corrected=row.revision > 0,
        is_held=True,
        load=load_of(day, slots, row.values_wh, high),
        has_estimates=bool(row.quality and any(row.quality)),
    )


def _peak(row: StoredDay) -> DayPeak | None:
    if row.peak_wh is None or row.peak_hour is None:
        return None
    slot = slots_of_day(row.day, current_tenant().zone, 60)[row.peak_hour]
    return DayPeak(row.day, row.peak_wh, slot.start, slot.end)
