"""Made-up metering points with a month of readings and prices, for bench.settle."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from billing.rules.calendar import Period, hours_of_day
from billing.rules.spot import SpotDay
from billing.rules.support import PriceBook, Scheme
from billing.rules.tariff_files import read
from billing.rules.tariffs import Group, PriceLists, Version
from billing.rules.taxes import SHIPPED, RateTable, shipped
from billing.rules.terms import SchemePeriod, Terms
from metering.days import DayValues

OSLO = ZoneInfo("Europe/Oslo")
# The month with the doubled hour.
MONTH = date(2026, 10, 1)
PRICE_LISTS = SHIPPED.parent / "demo_tariffs.yml"
PROFILES = 200
Case = tuple[Terms, dict[date, DayValues]]


def month() -> Period:
    last = (MONTH + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period.of_days(MONTH, last, OSLO)


def cases(rng: Random) -> list[Case]:
    """Some hundred different metering points; a run goes through them again and again."""
    rates, period = RateTable(shipped()[0]), month()
    lists = PriceLists(tuple(Version(tariff) for tariff in read(PRICE_LISTS.read_bytes(), rates).tariffs))
    kinds = [
        (Group.HOUSEHOLD, Scheme.SUPPORT),
        (Group.HOUSEHOLD, Scheme.SUPPORT),
        (Group.HOUSEHOLD, Scheme.NORGESPRIS),
        (Group.HOLIDAY_HOME, Scheme.NONE),
        (Group.SMALL_BUSINESS, Scheme.NONE),
    ]
    found = []
    for number in range(PROFILES):
        group, scheme = kinds[number % len(kinds)]
        schemes = (SchemePeriod(scheme, date(2020, 1, 1)),)
        found.append(
            (
                Terms(price_lists=lists, rates=rates, group=group, schemes=schemes),
                readings(rng, period, 15 if number % 10 == 0 else 60),
            )
        )
    return found


def readings(rng: Random, period: Period, minutes: int) -> dict[date, DayValues]:
    size, per_hour = rng.randrange(300, 9_000), 60 // minutes
    days = {}
    for day in period.days:
        hours = [rng.randrange(size) for _ in hours_of_day(day, OSLO)]
        days[day] = DayValues(day, minutes, [wh // per_hour for wh in hours for _ in range(per_hour)])
    return days


def prices(rng: Random, period: Period) -> PriceBook:
    spots = {}
    for day in period.days:
        quarters = tuple(Decimal(rng.randrange(5_000, 200_000)).scaleb(-5) for _ in hours_of_day(day, OSLO) * 4)
        spots[day] = SpotDay("NO1", day, 15, quarters)
    return PriceBook(spots)
