"""The stretches of time that readings are shown by: a day, a week, a month, a year, the last twelve months. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# The same weekday a year before: 52 weeks.
WEEKS_OF_A_YEAR = 52 * WEEK


class View(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    # The twelve months that end with the one asked for.
    LAST_12 = "12m"

    @property
    def is_by_month(self) -> bool:
        return self in (View.YEAR, View.LAST_12)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both included."""

    first: date
    last: date

    def days(self) -> list[date]:
        return [self.first + DAY * number for number in range((self.last - self.first).days + 1)]

    def nearest(self, day: date) -> date:
        """Return the day, or the end of the span that is nearest to it."""
        return min(max(day, self.first), self.last)

    def months(self) -> list[date]:
        """Return the first day of each month the span touches."""
        found = [month_of(self.first)]
        while (following := add_months(found[-1], 1)) <= self.last:
            found.append(following)
        return found


def month_of(day: date) -> date:
    return day.replace(day=1)


def add_months(first: date, months: int) -> date:
    """Move the first day of a month by so many months."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def month_span(day: date) -> Span:
    first = month_of(day)
    return Span(first, add_months(first, 1) - DAY)


def span_of(view: View, day: date) -> Span:
    """Return the stretch a day lies in; weeks begin on Monday."""
    match view:
        case View.DAY:
            return Span(day, day)
        case View.WEEK:
            monday = day - DAY * day.weekday()
            return Span(monday, monday + WEEK - DAY)
        case View.MONTH:
            return month_span(day)
        case View.YEAR:
            return Span(date(day.year, 1, 1), date(day.year, 12, 31))
        case View.LAST_12:
            return Span(add_months(month_of(day), -11), month_span(day).last)


def before(view: View, day: date) -> date:
    """Return a day of the stretch before; of the last twelve months, those that end a month earlier."""
    if view == View.LAST_12:
        return month_of(day) - DAY
    return span_of(view, day).first - DAY


def after(view: View, day: date) -> date:
    """Return the first day of the stretch after."""
    return span_of(View.MONTH if view == View.LAST_12 else view, day).last + DAY


def a_year_before(view: View, span: Span, today: date) -> Span:
    """Return the stretch of the year before that one compares with: the same weekdays for days and weeks, the same
    months else. Of a stretch that is not over, only as far as it has come: to the day of which there is something.
    """
    if view in (View.DAY, View.WEEK):
        return Span(span.first - WEEKS_OF_A_YEAR, min(span.last, today) - WEEKS_OF_A_YEAR)
    first = add_months(month_of(span.first), -12)
    # In a month each day is a row, also today's, whose values come; in a year what there is adds up to yesterday.
    until = today - DAY if view.is_by_month else today
    if until < span.last:
        # From 29 February one comes to the 28th.
        return Span(first, max(first, counterpart(view, until) or counterpart(view, until - DAY) or first))
    return Span(first, month_span(add_months(month_of(span.last), -12)).last)


def counterpart(view: View, day: date) -> date | None:
    """Return the day a year before that stands beside `day`: the same weekday in a week, the same date in a month.

    29 February has none.
    """
    if view in (View.DAY, View.WEEK):
        return day - WEEKS_OF_A_YEAR
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None
