"""Orders for other systems, in windows of time that neither overlap nor leave anything out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orders.models import Order, OrderLine
from orders.payload import order_payload
from portal.documents.tables import harmless

CHUNK = 500
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
# E.164: the plus sign is a part of it, and nothing else stands there.
PHONE = "contact_phone"


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

    def cell(name: str, value: Any) -> Any:
        return harmless(value) if isinstance(value, str) and name != PHONE else value

    whole = {f"customer_{name}": value for name, value in order["customer"].items()}
    for job in order["jobs"]:
        values = {**order, **whole, **job}
        yield [cell(name, values[name]) for name in CSV_COLUMNS]
