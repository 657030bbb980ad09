"""Which days can be ordered and until when, over weekends, Easter and both changes of the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from orders.cutoff import LeadTime, Terms, WorkingCalendar, next_route_day
from orders.problems import CutOffPassed, DayPassed, PublicHoliday, TooFarAhead, WeeklyDayOff
from orders.queries import holidays_around
from portal.tenancy.models import Tenant
from tests.orders import makers

OSLO = ZoneInfo("Europe/Oslo")
CALENDAR = WorkingCalendar(holidays_around(2026))


def terms(days_before: int = 1, *, working_days: bool = True, hour: time = time(14), furthest_days: int = 180) -> Terms:
    return Terms(LeadTime(days_before, working_days, hour), CALENDAR, OSLO, furthest_days)


def at(text: str) -> datetime:
    """Return a moment by Norwegian clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("rule", "day", "deadline"),
    [
        (terms(1), "2026-11-13", "2026-11-12T14:00"),
        # Monday: the working day before is Friday, the calendar day before is Sunday.
        (terms(1), "2026-11-16", "2026-11-13T14:00"),
        (terms(1, working_days=False), "2026-11-16", "2026-11-15T14:00"),
        (terms(2, hour=time(23, 59)), "2026-11-16", "2026-11-12T23:59"),
        (terms(0, hour=time(7)), "2026-11-16", "2026-11-16T07:00"),
        # Easter: Maundy Thursday to Easter Monday are holidays, so Tuesday is ordered on Wednesday the week before.
        (terms(1), "2026-04-07", "2026-04-01T14:00"),
        (terms(2), "2026-04-08", "2026-04-01T14:00"),
        # Constitution Day and Whit Monday.
        (terms(1), "2026-05-18", "2026-05-15T14:00"),
        (terms(1), "2026-05-26", "2026-05-22T14:00"),
    ],
)
def test_the_deadline_is_counted_back_in_working_days(rule: Terms, day: str, deadline: str) -> None:
    assert rule.deadline(date.fromisoformat(day)) == at(deadline)


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        # The clock goes forward on Sunday 29 March 2026 and back on Sunday 25 October.
        ("2026-03-27", 13),
        ("2026-03-31", 12),
        ("2026-10-23", 12),
        ("2026-10-27", 13),
    ],
)
def test_the_hour_is_that_of_the_wall_clock_on_both_sides_of_a_clock_change(day: str, utc_hour: int) -> None:
    assert terms(1).deadline(date.fromisoformat(day)).astimezone(UTC).hour == utc_hour


def test_a_job_after_the_clock_change_has_its_deadline_before_it() -> None:
    # Friday 27 March, still winter time: 13 UTC; Monday's job is in summer time.
    assert terms(1).deadline(date(2026, 3, 30)) == datetime(2026, 3, 27, 13, tzinfo=UTC)


def test_an_hour_that_does_not_exist_or_comes_twice_still_gives_one_moment() -> None:
    night = terms(0, working_days=False, hour=time(2, 30))
    assert night.deadline(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert night.deadline(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-12T13:59", ["2026-11-13", "2026-11-16", "2026-11-17"]),
        ("2026-11-12T14:00", ["2026-11-16", "2026-11-17", "2026-11-18"]),
        ("2026-11-14T09:00", ["2026-11-17", "2026-11-18", "2026-11-19"]),
        ("2026-04-01T13:00", ["2026-04-07", "2026-04-08", "2026-04-09"]),
        ("2026-12-23T15:00", ["2026-12-28", "2026-12-29", "2026-12-30"]),
    ],
)
def test_the_next_possible_days(now: str, days: list[str]) -> None:
    assert terms(1).next_days(at(now), 3) == [date.fromisoformat(day) for day in days]


def test_the_day_is_the_companys_even_when_utc_has_another() -> None:
    assert terms(0, hour=time(23, 59)).next_days(datetime(2026, 11, 12, 23, 30, tzinfo=UTC), 1) == [date(2026, 11, 13)]


def test_there_are_no_possible_days_further_ahead_than_one_may_order() -> None:
    assert terms(1, furthest_days=2).next_days(at("2026-11-13T15:00"), 3) == []


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-11-11", DayPassed),
        ("2026-11-12", CutOffPassed),
        ("2026-11-14", WeeklyDayOff),
        ("2026-12-25", PublicHoliday),
        ("2027-12-01", TooFarAhead),
    ],
)
def test_each_reason_why_a_day_cannot_be_ordered(day: str, reason: type) -> None:
    assert type(terms(1).problem_with(date.fromisoformat(day), at("2026-11-12T09:00"))) is reason


def test_too_late_says_when_the_deadline_was() -> None:
    problem = terms(1).problem_with(date(2026, 11, 13), at("2026-11-12T14:00"))
    assert problem == CutOffPassed(date(2026, 11, 13), at("2026-11-12T14:00"), at("2026-11-12T14:00"), OSLO)


def test_a_company_may_drive_on_saturdays_and_on_days_of_its_own() -> None:
    saturday, good_friday = date(2026, 11, 14), date(2026, 4, 3)
    saturdays = replace(CALENDAR, weekdays=frozenset(range(6)))
    assert saturdays.is_open(saturday)
    assert not saturdays.is_open(date(2026, 11, 15))
    own = replace(CALENDAR, open_days=frozenset({good_friday}))
    rule = replace(terms(1), calendar=own)
    assert rule.next_days(at("2026-04-01T15:00"), 2) == [date(2026, 4, 7), date(2026, 4, 8)]
    assert rule.next_days(at("2026-04-01T13:00"), 2) == [good_friday, date(2026, 4, 7)]
    # A day that is driven counts as a working day before the next one, too.
    assert rule.deadline(date(2026, 4, 7)) == at("2026-04-03T14:00")
    assert replace(terms(1), calendar=saturdays).deadline(date(2026, 11, 16)) == at("2026-11-14T14:00")
    assert type(rule.problem_with(date(2026, 4, 2), at("2026-04-01T09:00"))) is PublicHoliday


def test_a_weekly_route_comes_next_on_its_weekday_but_claims_nothing_for_a_holiday() -> None:
    assert next_route_day(1, date(2026, 11, 12), CALENDAR) == date(2026, 11, 17)
    assert next_route_day(3, date(2026, 11, 12), CALENDAR) == date(2026, 11, 19)
    assert next_route_day(0, date(2026, 4, 2), CALENDAR) is None


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        # Ordered on the Friday before: still winter time in March, and summer time in October.
        (date(2026, 3, 30), datetime(2026, 3, 27, 13, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 23, 12, tzinfo=UTC)),
        # The Tuesday after Easter is ordered on the Wednesday before it.
        (date(2027, 3, 30), datetime(2027, 3, 24, 13, tzinfo=UTC)),
    ],
)
def test_the_deadline_is_kept_with_the_order(tenant: Tenant, day: date, utc: datetime) -> None:
    with time_machine.travel(datetime.combine(day, time(8), tzinfo=UTC) - timedelta(days=14), tick=False):
        site = makers.site()
        job = makers.sent(site, wanted_on=day).lines.get()
    assert job.cancellable_until == utc
