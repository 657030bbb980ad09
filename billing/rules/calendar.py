"""Days and hours as a price list sees them: public holidays, a company's own days, and stretches of hours. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from metering.days import day_bounds, slots_of_day
from metering.periods import Span, View, span_of
from portal.holidays import public_holidays

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class CompanyCalendar:
    """The public holidays and those a company adds: each year on (month, day), or on single dates."""

    yearly: frozenset[tuple[int, int]] = frozenset()
    single: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        return day in public_holidays(day.year) or (day.month, day.day) in self.yearly or day in self.single

    def is_free(self, day: date) -> bool:
        return day.weekday() >= 5 or self.is_holiday(day)


PUBLIC_HOLIDAYS_ONLY = CompanyCalendar()


def twelve_months(month: date) -> list[date]:
    """Return the first days of twelve months up to and including this one, the latest first."""
    return span_of(View.LAST_12, month).months()[::-1]


@lru_cache(maxsize=4096)
def hours_of_day(day: date, zone: ZoneInfo) -> tuple[int, ...]:
    """The clock hour each hour of a local day begins at: 23 to 25 of them, with 2 never or twice at the changes."""
    return tuple(slot.start.hour for slot in slots_of_day(day, zone, 60))


@dataclass(frozen=True)
class Period:
    """A stretch of whole hours in a zone: from `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @classmethod
    def of_days(cls, first: date, last: date, zone: ZoneInfo) -> Period:
        """Return the period of whole local days, both included."""
        return cls(day_bounds(first, zone)[0], day_bounds(last, zone)[1], zone)

    @cached_property
    def first_day(self) -> date:
        return self.start.astimezone(self.zone).date()

    @cached_property
    def last_day(self) -> date:
        return (self.end.astimezone(UTC) - timedelta(seconds=1)).astimezone(self.zone).date()

    @cached_property
    def days(self) -> list[date]:
        return Span(self.first_day, self.last_day).days() if self.start < self.end else []

    def hours(self, day: date) -> tuple[int, int]:
        """Return which hours of the day lie within, counted from its beginning: from the first up to the second."""
        count = len(hours_of_day(day, self.zone))
        if self.first_day < day < self.last_day:
            return 0, count
        begins, ends = day_bounds(day, self.zone)
        before = int((self.start - begins).total_seconds()) // HOUR_S
        after = int((ends - self.end).total_seconds()) // HOUR_S
        return max(0, before), count - max(0, after)

    def instant(self, day: date, hour: int) -> datetime:
        """Return the local time at which an hour of a day begins; the number of hours in it is its end."""
        return (day_bounds(day, self.zone)[0] + timedelta(hours=hour)).astimezone(self.zone)
