"""Telling dispatch, through the company's own webhook, in the transaction of what is told."""

from collections.abc import Sequence

from orders.models import Order, OrderLine
from orders.payload import order_payload
from portal.webhooks.actions import tell

SENT, CHANGED, CANCELLED = "orders.sent", "orders.changed", "orders.cancelled"


def tell_dispatch(event: str, order: Order, jobs: Sequence[OrderLine]) -> None:
    """Tell of an order as it is now, with the jobs that are new or changed; once for each revision."""
    key = f"order:{order.pk}:{order.revision}"
    tell(event=event, key=key, data=order_payload(order, jobs))
