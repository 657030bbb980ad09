"""Made-up prices for a made-up grid company: price lists over the years, how it bills, and a year of spot prices.

The spot prices are the same for all tenants, so they follow from the day alone: dear winter mornings, cheap summer
nights, a windy day now and then with prices below zero.
"""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from billing.actions import import_tariffs, store_month
from billing.models import BillingSettings, SpotPriceDay
from billing.rules.spot import SpotDay
from metering.days import slots_of_day
from metering.models import MeteringPoint
from metering.periods import add_months, month_of
from portal.tenancy.models import Tenant

PRICE_LISTS = Path(__file__).resolve().parent / "data" / "demo_tariffs.yml"
DAYS = 430
# From here on the market's prices are for quarters.
QUARTERS_SINCE = date(2025, 10, 1)
# The rhythm of a day, in percent of its mean: people get up, and come home.
RHYTHM = (72, 68, 66, 66, 70, 84, 108, 132, 136, 122, 110, 102, 96, 92, 92, 98, 112, 130, 138, 130, 116, 104, 92, 80)


def build(tenant: Tenant, *, rng: Random, today: date) -> None:  # noqa: ARG001  (every module's demo gets it)
    """Fill a new tenant whose metering points and readings are there. Its scope and a transaction must be open."""
    content = PRICE_LISTS.read_bytes().replace(b"Vidnett AS", tenant.legal_name.encode())
    import_tariffs(content=content, file=f"{tenant.slug}-priser.yml", by=None)
    BillingSettings.objects.create(extra_holidays=["12-24", "12-31"], default_county="Akershus")
    for area in sorted(set(MeteringPoint.objects.exclude(price_area="").values_list("price_area", flat=True))):
        _spot_prices(area, tenant, today)
    month = month_of(today)
    for each in (add_months(month, -1), month):
        store_month(month=each)


def _spot_prices(area: str, tenant: Tenant, today: date) -> None:
    """Give an area its prices up to tomorrow, unless another company's demo has done it."""
    there = set(SpotPriceDay.objects.of(area).values_list("day", flat=True))
    for number in range(-DAYS, 2):
        day = today + timedelta(days=number)
        if day not in there:
            at = datetime.combine(day - timedelta(days=1), time(12, 5), tzinfo=UTC)
            SpotPriceDay.objects.put(spot_day(area, day, tenant), source="demo", at=at)


def spot_day(area: str, day: date, tenant: Tenant) -> SpotDay:
    """Return a day's prices, the same whenever they are made."""
    rng = Random(f"{area}:{day}")  # noqa: S311  (made-up prices)
    resolution = 15 if day >= QUARTERS_SINCE else 60
    season = 0.52 + 0.24 * math.cos((day.timetuple().tm_yday - 25) / 365 * 2 * math.pi)
    # A spell of cold or wind lasts for days: the mean of this one and its neighbours.
    spell = sum(Random(f"{area}:{day + timedelta(days=near)}:spell").gauss(0, 0.16) for near in range(-2, 3)) / 2  # noqa: S311
    level = max(0.04, season + spell) * (0.86 if day.weekday() >= 5 else 1)
    prices = []
    for slot in slots_of_day(day, tenant.zone, resolution):
        price = level * RHYTHM[slot.start.hour] / 100 * rng.uniform(0.94, 1.06)
        if level < 0.2 and slot.start.hour < 5:
            price -= 0.12
        prices.append(Decimal(f"{price:.5f}"))
    return SpotDay(area, day, resolution, tuple(prices))
