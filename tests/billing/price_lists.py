"""Made-up price lists, readings and terms for the pure rules. The figures of the tiers are those of the grid guide."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from billing.rules.calendar import PUBLIC_HOLIDAYS_ONLY, Period, hours_of_day
from billing.rules.tariffs import (
    CapacityCharge,
    DayWord,
    Energy,
    EnergyException,
    Group,
    Method,
    PriceLists,
    Tariff,
    Tier,
    Version,
    When,
)
from billing.rules.taxes import RateTable, shipped
from billing.rules.terms import Habits, Terms
from metering.days import DayValues, Wh

OSLO = ZoneInfo("Europe/Oslo")
DAY_HOURS = tuple(range(6, 22))
NOK_A_MONTH = ("120.72", "156.76", "214.81", "330.13", "416.62", "500.70", "739.34", "1119.72", "1500.10")
BOUNDS = (0, 2, 5, 10, 15, 20, 25, 50, 75)
RATES, ZONES = shipped()
DAYTIME = When(hours=DAY_HOURS)
WORKING_DAYS = When(days=(DayWord.WORKING_DAY,), hours=DAY_HOURS)


def energy(base: str = "7.61", day: str | None = "11.61", when: When = DAYTIME) -> Energy:
    exceptions = (EnergyException("Dag", Decimal(day), when),) if day else ()
    return Energy(Decimal(base), exceptions)


def capacity(
    method: Method = Method.THREE_DAILY_MAXIMA,
    bounds: Sequence[int] = BOUNDS,
    nok_a_month: Sequence[str] = NOK_A_MONTH,
    *,
    inclusive: bool | None = True,
) -> CapacityCharge:
    tiers = tuple(Tier(Decimal(at), Decimal(nok) * 12) for at, nok in zip(bounds, nok_a_month, strict=True))
    return CapacityCharge(method, inclusive, tiers)


def tariff(**fields: Any) -> Tariff:
    defaults: dict[str, Any] = {
        "groups": tuple(Group),
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "energy": energy(),
        "capacity": capacity(),
    }
    return Tariff(**(defaults | fields))


def terms(*tariffs: Tariff, **fields: Any) -> Terms:
    lists = PriceLists(tuple(Version(one, f"version {number}") for number, one in enumerate(tariffs or (tariff(),), 1)))
    defaults: dict[str, Any] = {"price_lists": lists, "rates": RateTable(RATES), "group": Group.HOUSEHOLD}
    return Terms(**(defaults | fields))


def habits(**fields: Any) -> Habits:
    return Habits(**fields)


def month(first: date) -> Period:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period.of_days(first, last, OSLO)


def even(period: Period, wh: int) -> dict[date, DayValues]:
    """Readings with the same energy in every hour."""
    return {day: day_of(day, [wh] * len(hours_of_day(day, OSLO))) for day in period.days}


def day_of(day: date, values: list[Wh], resolution: int = 60) -> DayValues:
    return DayValues(day, resolution, values)


def spread(
    period: Period,
    *,
    day_wh: int,
    night_wh: int,
    peaks: dict[tuple[date, int], int] | None = None,
    when: When = DAYTIME,
) -> dict[date, DayValues]:
    """Readings that add up to so much in the hours of `when` and so much else, as evenly as whole watt-hours go.

    `peaks` gives some hours (counted from the day's beginning) their value.
    """
    plan = energy(when=when).plan
    peaks = peaks or {}
    values: dict[date, list[Wh]] = {day: [0] * len(hours_of_day(day, OSLO)) for day in period.days}
    slots = [(day, number, hour) for day in period.days for number, hour in enumerate(hours_of_day(day, OSLO))]
    for is_day, total in ((True, day_wh), (False, night_wh)):
        places = [
            (day, number)
            for day, number, hour in slots
            if plan(day.month, day.weekday(), is_holiday=PUBLIC_HOLIDAYS_ONLY.is_holiday(day))[hour] == is_day
        ]
        given = {place: peaks[place] for place in places if place in peaks}
        free = [place for place in places if place not in peaks]
        share, rest = divmod(total - sum(given.values()), len(free))
        given |= {place: share + (at < rest) for at, place in enumerate(free)}
        for (day, number), wh in given.items():
            values[day][number] = wh
    return {day: day_of(day, hours) for day, hours in values.items()}
