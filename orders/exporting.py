"""Orders for other systems, in windows of time that neither overlap nor leave anything out.

A row says when it was written (`changed_at`), which is before its transaction commits: who asks meanwhile does not see
it, and would miss it for good if the next window began later. So a window ends no later than the oldest transaction
under way began.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from orders.models import Order, OrderLine
from orders.payload import order_payload
from portal.documents.tables import harmless

CHUNK = 500
# Our own transaction writes nothing. Only sessions of our own role tell when they began, and only they write orders.
OLDEST = """
    SELECT min(xact_start) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""
CSV_COLUMNS = (
    *("number", "revision", "customer_number", "customer_name", "ordered_at", "on_behalf", "position", "job", "status"),
    *(
        "status_reason",
        "status_at",
        "wanted_on",
        "cancellable_until",
        "site_number",
        "address",
        "unit_number",
        "quantity",
    ),
    *("equipment_code", "waste_code", "destination", "destination_address", "driver_note", "invoice_reference"),
    *("contact_name", "contact_phone"),
)
FREE_TEXT = {"status_reason", "destination", "driver_note", "invoice_reference", "contact_name"}


def settled_until() -> datetime:
    """Return the moment before which everything that was written can be seen."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        oldest: datetime | None = cursor.fetchone()[0]
    now = timezone.now()
    return min(now, oldest) if oldest else now


def orders_changed(since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield the orders of which a job was written from `since` to before `until`, whole and as they are now, by number.

    Reads them in chunks, whatever their number.
    """
    changed = OrderLine.objects.filter(changed_at__gte=since, changed_at__lt=until).values("order")
    orders = Order.objects.filter(pk__in=changed).select_related("customer").prefetch_related("lines__location")
    for order in orders.order_by("number").iterator(chunk_size=CHUNK):
        yield order_payload(order, sorted(order.lines.all(), key=lambda job: job.position))


def csv_rows(order: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield an order's jobs as rows of CSV_COLUMNS. What people write is harmless to a spreadsheet too."""
    whole = {f"customer_{name}": value for name, value in order["customer"].items()}
    for job in order["jobs"]:
        values = {**order, **whole, **job}
        yield [harmless(values[name]) if name in FREE_TEXT else values[name] for name in CSV_COLUMNS]
