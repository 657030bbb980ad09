"""Which days can be ordered, and until when. Pure: the calendar, the zone and the present moment are given."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from orders.problems import CutOffPassed, DayPassed, Problem, PublicHoliday, TooFarAhead, WeeklyDayOff

DAY = timedelta(days=1)
# A week of jobs for one unit is rare, and a day further ahead than this is nobody's "next".
DAYS_LOOKED_AT = 10
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class LeadTime:
    """How long before a job to order it: by `hour` on the day `days_before` it, in working days or plain ones."""

    days_before: int
    working_days: bool
    hour: time


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which the vehicles drive. `weekdays` are 0 (Monday) to 6; `open_days` are driven whatever they are:
    a Saturday before Christmas, a bridged holiday.
    """

    holidays: frozenset[date] = frozenset()
    weekdays: frozenset[int] = field(default=MONDAY_TO_FRIDAY)
    open_days: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        return day in self.open_days or (day.weekday() in self.weekdays and day not in self.holidays)

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays and not self.is_open(day)

    def open_day_from(self, day: date) -> date:
        """Return the first open day from `day` on."""
        while not self.is_open(day):
            day += DAY
        return day

    def open_days_before(self, day: date, count: int) -> date:
        """Return the open day that lies `count` open days before `day`; 0 gives the day itself."""
        while count > 0:
            day -= DAY
            count -= self.is_open(day)
        return day


@dataclass(frozen=True)
class Terms:
    """A company's rules for ordering. `furthest_days` is how far ahead one can order, in calendar days."""

    lead_time: LeadTime
    calendar: WorkingCalendar
    zone: tzinfo
    furthest_days: int = 180

    def deadline(self, day: date) -> datetime:
        """Return the moment (UTC) before which a job on `day` must be ordered, changed or cancelled.

        The hour is the one on the company's wall. An hour that comes twice in autumn means the first, one that is
        skipped in spring the moment an hour after the clock stood there.
        """
        lead = self.lead_time
        if lead.working_days:
            last = self.calendar.open_days_before(day, lead.days_before)
        else:
            last = day - lead.days_before * DAY
        return datetime.combine(last, lead.hour, tzinfo=self.zone).astimezone(UTC)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def last_day(self, now: datetime) -> date:
        return self.today(now) + self.furthest_days * DAY

    def problem_with(self, day: date, now: datetime) -> Problem | None:
        """Return why a job cannot be ordered for `day` at the moment `now`, or None when it can."""
        if day < self.today(now):
            return DayPassed(day)
        if day > self.last_day(now):
            return TooFarAhead(day, self.last_day(now))
        if self.calendar.is_holiday(day):
            return PublicHoliday(day)
        if not self.calendar.is_open(day):
            return WeeklyDayOff(day)
        if now >= self.deadline(day):
            return CutOffPassed(day, self.deadline(day), now, self.zone)
        return None

    def _possible_days(self, now: datetime) -> Iterator[date]:
        first = self.today(now)
        days = (first + offset * DAY for offset in range(self.furthest_days + 1))
        return (day for day in days if self.problem_with(day, now) is None)

    def next_days(self, now: datetime, count: int = DAYS_LOOKED_AT) -> list[date]:
        """Return the first `count` days that can be ordered at the moment `now`; fewer where there are no more."""
        return list(islice(self._possible_days(now), count))


def next_route_day(weekday: int, today: date, calendar: WorkingCalendar) -> date | None:
    """Return the next day after today of a weekly route, or None when it falls on a day off.

    Where a route goes instead in a holiday week is the company's to say, so we claim nothing.
    """
    day = today + ((weekday - today.weekday() - 1) % 7 + 1) * DAY
    return day if calendar.is_open(day) else None
