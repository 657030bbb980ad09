"""Settling every night, fetching spot prices, drawing invoices and telling of them."""

from datetime import date

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from billing.actions import spot, store_month
from billing.actions.invoicing import rendering, storing, telling
from billing.queries.mended import mended
from metering.periods import add_months, month_of
from portal.customers.queries import today as local_today
from portal.tenancy.tasks import TenantTask, send_for_each_tenant

MODULE = "grid"
# Corrections of readings come in for some days after the month; later ones are looked for one by one.
STILL_CORRECTED = 10


@shared_task(base=TenantTask, atomic=False)
def settle_months() -> dict[str, dict[str, int]]:
    """Settle the tenant's current month, the one before while readings for it may still be corrected, and of earlier
    ones what was mended since they were settled.

    Returns for each month how many metering points were settled, and how many could not be: those are in the log.
    """
    # Metering points that have come meanwhile are given the invoices that named them before.
    storing.link_points()
    today = local_today()
    months = months_to_settle(today)
    kept = {month: store_month(month=month) for month in months}
    for month, points in mended(min(months), today).items():
        kept[month] = store_month(month=month, points=points)
    return {f"{month:%Y-%m}": {"settled": one.settled, "failed": len(one.failed)} for month, one in kept.items()}


def months_to_settle(today: date) -> list[date]:
    month = month_of(today)
    return [add_months(month, -1), month] if today.day <= STILL_CORRECTED else [month]


@shared_task
def settle_all_tenants() -> None:
    """Send one `settle_months` for each active tenant with a grid."""
    send_for_each_tenant(settle_months, module=MODULE, queue="imports")


@shared_task
def fetch_spot_prices() -> None:
    """Ask the installation's source for the prices that are missing or not final."""
    if settings.SPOT_PRICE_SOURCE:
        spot.fetch_wanted(source=settings.SPOT_PRICE_SOURCE, now=timezone.now())


@shared_task(base=TenantTask, atomic=False)
def render_invoice(pk: int) -> None:
    """Draw an invoice's PDF, unless it has one."""
    rendering.render(pk)


@shared_task(base=TenantTask, atomic=False)
def draw_ahead(pk: int) -> None:
    """Draw an invoice's PDF before anybody asks for it; on a queue of its own, for there may be tens of thousands."""
    rendering.render(pk)


@shared_task(base=TenantTask, atomic=False)
def announce_invoices() -> None:
    """Tell customers of their new invoices, some at a time, each some in a transaction of its own."""
    while telling.announce():
        pass


@shared_task(base=TenantTask, atomic=False)
def remind_of_invoices() -> None:
    """Tell customers of invoices that fall due, and of those that are late."""
    today = local_today()
    while telling.remind(today=today):
        pass


@shared_task
def announce_all_tenants() -> None:
    """Find what a lost wake-up has left behind."""
    send_for_each_tenant(announce_invoices, where=telling.has_new)


@shared_task
def remind_all_tenants() -> None:
    send_for_each_tenant(remind_of_invoices)
