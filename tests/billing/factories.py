"""Makers of what billing needs in the database; the scope of the tenant must be open."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from billing.actions import import_tariffs
from billing.actions.tariffs import Report
from billing.models import SpotPriceDay
from billing.rules.spot import SpotDay
from metering import day_rows, partitions
from metering.days import DayValues, Direction, slot_count
from metering.models import Holding, MeteringPoint
from metering.periods import Span
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant
from tests import factories as core
from tests.billing.tariff_texts import GOOD
from tests.metering import factories as meters

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)


def price_lists(content: str | bytes = GOOD, **options: Any) -> Report:
    """Import a tariff file; by default the good one: households and holiday homes from July 2025 and July 2026."""
    raw = content.encode() if isinstance(content, str) else content
    return import_tariffs(content=raw, file="made-up.yml", by=None, **options)


def point(serial: int = 0, **fields: Any) -> MeteringPoint:
    defaults = {"customer_group": "household", "county": "Vestland", "price_area": "NO5"}
    return meters.point(serial, **(defaults | fields))


def holder(point: MeteringPoint, since: date = date(2020, 1, 1), **fields: Any) -> Customer:
    """Return a private customer who holds the point."""
    customer = core.customer(kind=Customer.Kind.PRIVATE)
    Holding.objects.create(customer=customer, metering_point=point, valid_from=since, **fields)
    return customer


def readings(point: MeteringPoint, first: date, last: date, wh: int = 1_000) -> None:
    """Store the same energy in every hour from first to last, both included."""
    days, zone = Span(first, last).days(), current_tenant().zone
    partitions.open_months(days)
    rows = {
        (point.pk, int(Direction.CONSUMPTION), day): DayValues(day, 60, [wh] * slot_count(day, zone, 60))
        for day in days
    }
    day_rows.write(rows, batch=None, at=NOW)


def spot_prices(
    area: str, first: date, last: date, nok: str = "1", *, preliminary: bool = False, at: datetime = NOW
) -> None:
    """Store the same spot price (NOK/kWh) for every hour from first to last, both included."""
    zone = current_tenant().zone
    for day in Span(first, last).days():
        prices = (Decimal(nok),) * slot_count(day, zone, 60)
        SpotPriceDay.objects.put(SpotDay(area, day, 60, prices, preliminary), source="test", at=at)
