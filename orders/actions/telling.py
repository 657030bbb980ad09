"""Telling of orders, in the transaction of what is told: the company's other systems, and the customer."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from orders.models import Order, OrderLine, Status, StatusChange
from orders.payload import order_payload
from portal.accounts.models import User
from portal.customers.queries import still_acts
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant
from portal.webhooks.actions import tell

SENT, CHANGED, CANCELLED, STATUS_SET = "orders.sent", "orders.changed", "orders.cancelled", "orders.status_set"
# What became of a job, as a message. What only matters there and then is not told when we hear of it late.
MOVED = "orders.moved"
MESSAGES = {
    Status.ON_THE_WAY: "orders.on_the_way",
    Status.DONE: "orders.done",
    Status.ATTEMPTED: "orders.not_done",
    Status.CANCELLED: "orders.called_off",
}
# Of these the customer hears at its own address too, where nobody who ordered is left to tell.
IMPORTANT = {MOVED, MESSAGES[Status.ATTEMPTED], MESSAGES[Status.CANCELLED]}
FRESH = {Status.ON_THE_WAY: timedelta(hours=3), Status.DONE: timedelta(days=2)}


def order_url(order: Order) -> str:
    return current_tenant().absolute_url(reverse("orders:order", args=[order.number]))


def tell_dispatch(event: str, order: Order, jobs: Sequence[OrderLine], *, key: str = "") -> None:
    """Tell of an order as it is now, with the jobs that are new or changed; once for each revision, or for `key`."""
    tell(event=event, key=key or f"order:{order.pk}:{order.revision}", data=order_payload(order, jobs))


def tell_customer(job: OrderLine, step: StatusChange, *, is_moved: bool) -> None:
    """Tell who ordered what became of a job, as they have chosen."""
    status = Status(job.status)
    event = MOVED if is_moved else MESSAGES.get(status, "")
    if not event or timezone.now() - step.at > FRESH.get(status, timedelta(days=14)):
        return
    user = recipient_of(job.order)
    notify(
        event=event,
        key=f"job:{job.pk}:step:{step.pk}",
        user=user,
        customer=job.order.customer,
        context={"order": job.order, "job": job, "url": order_url(job.order)},
        channels=[Channel.SMS] if event in IMPORTANT else [],
    )


def recipient_of(order: Order) -> User | None:
    """Return who ordered, None when that was staff or somebody who has nothing to do with the customer any more."""
    return still_acts(order.ordered_by, order.customer, app="orders", on_behalf=order.on_behalf)
