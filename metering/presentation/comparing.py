"""A period laid beside another: which value stands beside which, and by how much they differ.

What is lacking in one of the two is left out of both: a month of nine days is no less than a whole one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from metering import periods
from metering.forms import LAST_YEAR, Period
from metering.presentation.words import Shown, kwh
from metering.queries import DayReadings, DaysReadings, DayTotal, HourReading, MonthsReadings, MonthTotal
from portal.ui import formatting

# A time on the wall: hour, minute, and whether it is the second of the two hours of one name.
Wall = tuple[int, int, bool]


@dataclass(frozen=True)
class Beside:
    """What the period is laid beside, under the name that the key and the table give it; `nothing` says that it has no
    values.
    """

    name: str
    shown: Shown
    nothing: str


def wall(hour: HourReading) -> Wall:
    return hour.slot.start.hour, hour.slot.start.minute, hour.slot.season == "winter"


def hours_beside(shown: DayReadings, beside: Beside | None) -> dict[Wall, HourReading]:
    """Return the hours by the time on the wall, so that the days of the clock changes stand right.

    Of quarters and hours none stands beside the other.
    """
    if beside is None or not isinstance(beside.shown, DayReadings) or _step(shown) != _step(beside.shown):
        return {}
    return {wall(hour): hour for hour in beside.shown.hours}


def _step(shown: DayReadings) -> float:
    first = shown.hours[0].slot
    return first.end.timestamp() - first.start.timestamp()


def days_beside(shown: DaysReadings, beside: Beside | None, period: Period) -> dict[date, DayTotal]:
    if beside is None or not isinstance(beside.shown, DaysReadings):
        return {}
    values = {day.day: day for day in beside.shown.days}
    pairs = ((day.day, _counterpart(day.day, period)) for day in shown.days)
    return {day: values[other] for day, other in pairs if other in values}


def _counterpart(day: date, period: Period) -> date | None:
    return periods.counterpart(period.view, day) if period.compare == LAST_YEAR else day


def months_beside(shown: MonthsReadings, beside: Beside | None) -> dict[date, MonthTotal]:
    """The year before ends where this one has come to, so it can have fewer months."""
    if beside is None or not isinstance(beside.shown, MonthsReadings):
        return {}
    return {month.month: other for month, other in zip(shown.months, beside.shown.months, strict=False)}


def difference(shown: Shown, beside: Beside, period: Period, *, is_sum: bool) -> str:
    """Return by how much more or less was used than beside it, in the hours or days of which both have all; that there
    is nothing beside it, or "" where nothing can be told. With `is_sum` over installations, of which some lack a value
    now and then, both need only have some.
    """
    if not beside.shown.known:
        return beside.nothing
    pairs = list(_pairs(shown, beside, period, is_sum=is_sum))
    own, other, count = (sum(pair[at] for pair in pairs) for at in range(3))
    if not other:
        return ""
    return " ".join([_by_how_much(own, other, beside.name), _counted(count, shown)])


def _by_how_much(own: int, other: int, name: str) -> str:
    values = {
        "kwh": formatting.number(kwh(abs(own - other)), 1),
        "percent": abs(round((own - other) * 100 / other)),
        "name": name,
    }
    if own == other:
        return gettext("As much as %(name)s.") % values
    if own > other:
        return gettext("%(kwh)s kWh (%(percent)s %%) more than %(name)s.") % values
    return gettext("%(kwh)s kWh (%(percent)s %%) less than %(name)s.") % values


def _counted(count: int, shown: Shown) -> str:
    if not isinstance(shown, DayReadings):
        text = ngettext(
            "Counted on the %(count)s day of which both have values.",
            "Counted on the %(count)s days of which both have values.",
            count,
        )
    elif shown.is_by_quarter:
        text = ngettext(
            "Counted on the %(count)s quarter of an hour of which both have values.",
            "Counted on the %(count)s quarters of an hour of which both have values.",
            count,
        )
    else:
        text = ngettext(
            "Counted on the %(count)s hour of which both have values.",
            "Counted on the %(count)s hours of which both have values.",
            count,
        )
    return text % {"count": formatting.number(count)}


def _pairs(shown: Shown, beside: Beside, period: Period, *, is_sum: bool) -> Iterator[tuple[int, int, int]]:
    """Yield the energy of both, and of how many hours or days it is."""
    if isinstance(shown, MonthsReadings):
        yield from _days_of_months(shown, beside, period)
        return
    found: list[tuple[HourReading | DayTotal, HourReading | DayTotal]] = []
    if isinstance(shown, DayReadings):
        hours = hours_beside(shown, beside)
        found += [(hour, hours[wall(hour)]) for hour in shown.hours if wall(hour) in hours]
    else:
        days = days_beside(shown, beside, period)
        found += [(day, days[day.day]) for day in shown.days if day.day in days]
    for own, other in found:
        if own.wh is not None and other.wh is not None and (is_sum or (not own.missing and not other.missing)):
            yield own.wh, other.wh, 1


def _days_of_months(shown: MonthsReadings, beside: Beside, period: Period) -> Iterator[tuple[int, int, int]]:
    if not isinstance(beside.shown, MonthsReadings):
        return
    there = {day for month in beside.shown.months for day in month.known_days}
    pairs = {day: _counterpart(day, period) for month in shown.months for day in month.known_days}
    both = {day: other for day, other in pairs.items() if other in there}
    yield shown.used_on(both), beside.shown.used_on([day for day in both.values() if day]), len(both)
