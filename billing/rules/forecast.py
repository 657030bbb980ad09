"""What the rest of a month may bring: each hour as it was on average on the latest days of the same kind. Pure.

A forecast is for energy; peaks are seldom average, so the tier is the one so far or higher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from billing.rules.calendar import CompanyCalendar, hours_of_day
from metering.days import DayValues, Wh, hourly

# As many as show both kinds of days often enough, and few enough to follow the season.
LOOKED_BACK = 28
FEWEST = 7


@dataclass(frozen=True)
class Forecast:
    """`days` are the month's days, measured or estimated; `estimated` those that are not (wholly) measured, `based_on`
    the days that the estimate rests on.
    """

    days: Mapping[date, DayValues]
    estimated: tuple[date, ...]
    based_on: tuple[date, ...]


def forecast(
    month: Sequence[date], measured: Mapping[date, DayValues], zone: ZoneInfo, calendar: CompanyCalendar
) -> Forecast | None:
    """Fill the days of a month that have no readings, or lack some. None when too few days are measured to tell.

    `month` are those of its days that are the holder's, in order. `measured` may reach back before the month; its
    latest days count.
    """
    whole = sorted(day for day, values in measured.items() if not values.missing and day <= month[-1])
    based_on = whole[-LOOKED_BACK:]
    missing = [day for day in month if day not in measured or measured[day].missing]
    if not missing or len(based_on) < FEWEST:
        return None
    profiles = _profiles([measured[day] for day in based_on], zone, calendar)
    days = {day: measured[day] for day in month if day in measured}
    for day in missing:
        profile = profiles.get(calendar.is_free(day)) or profiles[not calendar.is_free(day)]
        days[day] = _filled(measured.get(day), day, profile, zone)
    return Forecast(days, tuple(missing), tuple(based_on))


def _profiles(days: Sequence[DayValues], zone: ZoneInfo, calendar: CompanyCalendar) -> dict[bool, tuple[int, ...]]:
    """Return the mean Wh of each clock hour, for days that are free and for those that are not."""
    sums: dict[bool, list[list[int]]] = defaultdict(lambda: [[] for _ in range(24)])
    for values in days:
        clock = hours_of_day(values.day, zone)
        for hour, wh in zip(clock, hourly(values.values_wh, values.resolution_minutes), strict=True):
            sums[calendar.is_free(values.day)][hour].append(wh or 0)
    return {kind: tuple(round(sum(one) / len(one)) if one else 0 for one in hours) for kind, hours in sums.items()}


def _filled(there: DayValues | None, day: date, profile: Sequence[int], zone: ZoneInfo) -> DayValues:
    """Return a day by the hour with its own values where it has them."""
    clock = hours_of_day(day, zone)
    known: Sequence[Wh] = hourly(there.values_wh, there.resolution_minutes) if there else [None] * len(clock)
    return DayValues(day, 60, [profile[hour] if wh is None else wh for hour, wh in zip(clock, known, strict=True)])


def looked_back(first: date) -> date:
    """Return the first day whose readings a forecast for the month beginning at `first` may rest on."""
    return first - timedelta(days=LOOKED_BACK)
