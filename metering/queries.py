"""What customers see of their readings. Charts, tables and exports all read here, so they cannot disagree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q

from metering.days import DayValues, Direction, Slot, Wh, hourly, slot_count, slots_of_day, total
from metering.models import Holding, MeteringPoint, ReadingDay
from metering.peaks import DayPeak
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant


@dataclass(frozen=True)
class Installation:
    """A metering point as one customer holds it; ``periods`` are the days it was theirs, both ends included."""

    point: MeteringPoint
    periods: tuple[tuple[date, date | None], ...]

    def holds(self, day: date) -> bool:
        return any(first <= day and (last is None or day <= last) for first, last in self.periods)

    @cached_property
    def first_day(self) -> date:
        return min(first for first, _ in self.periods)

    def last_day(self, today: date) -> date:
        """Return the last day there is something to see of: today, or the day it was given up."""
        return min(today, max(last or today for _, last in self.periods))

    @property
    def is_present(self) -> bool:
        return any(last is None for _, last in self.periods)


@dataclass(frozen=True)
class HourReading:
    """An hour of a day; `wh` is None where a value is missing, `quality` the worst of its values."""

    slot: Slot
    wh: Wh
    quality: int


@dataclass(frozen=True)
class DayTotal:
    """A day of a month: `wh` is None when the day has no value at all; `missing` counts its hours or quarters."""

    day: date
    wh: Wh
    missing: int
    peak: DayPeak | None
    was_corrected: bool
    is_held: bool


@dataclass(frozen=True)
class MonthReadings:
    month: date
    days: tuple[DayTotal, ...]

    @property
    def wh(self) -> int:
        return sum(day.wh or 0 for day in self.days)

    @property
    def known(self) -> list[DayTotal]:
        return [day for day in self.days if day.wh is not None]

    @property
    def peaks(self) -> list[DayPeak]:
        return [day.peak for day in self.days if day.peak]


@dataclass(frozen=True)
class DayReadings:
    day: date
    hours: tuple[HourReading, ...]
    was_corrected: bool

    @property
    def wh(self) -> int:
        return sum(hour.wh or 0 for hour in self.hours)

    @property
    def known(self) -> list[HourReading]:
        return [hour for hour in self.hours if hour.wh is not None]


def installations_of(customer: Customer, today: date) -> list[Installation]:
    """Return the installations the customer holds or has held, those held now first."""
    periods: dict[MeteringPoint, list[tuple[date, date | None]]] = {}
    for holding in Holding.objects.of(customer).filter(valid_from__lte=today):
        periods.setdefault(holding.metering_point, []).append((holding.valid_from, holding.valid_to))
    return [Installation(point, tuple(sorted(spans, key=lambda span: span[0]))) for point, spans in periods.items()]


def month_of(installation: Installation, direction: Direction, day: date) -> MonthReadings:
    """Return every day of the month `day` is in, in one query."""
    first = day.replace(day=1)
    days = _days_of_month(first)
    rows = _rows(installation, direction, days[0], days[-1])
    return MonthReadings(first, tuple(_day_total(installation, one, rows.get(one)) for one in days))


def day_of(installation: Installation, direction: Direction, day: date) -> DayReadings:
    """Return the hours of a day, in one query."""
    row = _rows(installation, direction, day, day).get(day)
    slots = slots_of_day(day, current_tenant().zone, 60)
    values = row.day_values if row else DayValues(day, 60, [None] * len(slots))
    pairs = zip(slots, hourly(values.values_wh, values.resolution_minutes), _hourly_quality(values), strict=True)
    hours = tuple(HourReading(slot, wh, quality) for slot, wh, quality in pairs)
    return DayReadings(day, hours, bool(row and row.revision))


def _rows(installation: Installation, direction: Direction, first: date, last: date) -> dict[date, ReadingDay]:
    held = reduce(or_, (_within(period) for period in installation.periods))
    rows = ReadingDay.objects.filter(metering_point=installation.point, direction=direction, day__range=(first, last))
    return {row.day: row for row in rows.filter(held)}


def _within(period: tuple[date, date | None]) -> Q:
    first, last = period
    return Q(day__gte=first) if last is None else Q(day__range=(first, last))


def _days_of_month(first: date) -> list[date]:
    following = (first + timedelta(days=32)).replace(day=1)
    return [first + timedelta(days=number) for number in range((following - first).days)]


def _day_total(installation: Installation, day: date, row: ReadingDay | None) -> DayTotal:
    if row is None:
        missing = slot_count(day, current_tenant().zone, 60)
        return DayTotal(day, None, missing, None, was_corrected=False, is_held=installation.holds(day))
    missing = row.values_wh.count(None)
    wh = total(row.values_wh) if missing < len(row.values_wh) else None
    return DayTotal(day, wh, missing, _peak(row), was_corrected=row.revision > 0, is_held=True)


def _peak(row: ReadingDay) -> DayPeak | None:
    if row.peak is None:
        return None
    slot = slots_of_day(row.day, current_tenant().zone, 60)[row.peak.hour]
    return DayPeak(row.day, row.peak.wh, slot.start, slot.end)


def _hourly_quality(values: DayValues) -> Iterable[int]:
    per_hour = 60 // values.resolution_minutes
    flags = values.quality or [0] * len(values.values_wh)
    return (max(flags[at : at + per_hour]) for at in range(0, len(flags), per_hour))
