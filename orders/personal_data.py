"""What the orders hold of a user, for them to take along, and what goes when their account is closed."""

from typing import Any

OF_OTHERS = ("contact_name", "contact_phone", "driver_note")


def export(user: Any) -> dict[str, Any]:
    """Return the user's basket, orders and reports, as plain values."""
    from orders.models import BasketLine, JobReport, Order
    from orders.payload import order_payload
    from portal.customers.models import Customer
    from portal.customers.queries import today

    reached = set(Customer.objects.reachable_by(user, today()).values_list("pk", flat=True))

    orders = Order.objects.filter(ordered_by=user).select_related("customer").prefetch_related("lines__location")
    lines = BasketLine.objects.filter(basket__user=user).with_details()
    return {
        "basket": [
            {
                "job": line.title,
                "address": line.full_address,
                "wanted_on": line.wanted_on.isoformat(),
                "driver_note": line.driver_note,
                "contact": line.contact,
            }
            for line in lines
        ],
        "reports": [
            {
                "order": report.line.order.number,
                "kind": report.kind,
                "text": report.text,
                "reported_at": report.reported_at.isoformat(),
                "answer": report.answer,
            }
            for report in JobReport.objects.filter(reported_by=user).select_related("line__order").order_by("pk")
        ],
        "orders": [
            _seen_by(order_payload(order, order.lines.all()), reaches=order.customer_id in reached)
            for order in orders.order_by("number")
        ],
    }


def _seen_by(order: dict[str, Any], *, reaches: bool) -> dict[str, Any]:
    """Leave out who the driver shall call, and words to the driver, where the user acts for the customer no more: they
    may be about others, and colleagues may have written them since.
    """
    if reaches:
        return order
    return order | {"jobs": [{name: job[name] for name in job if name not in OF_OTHERS} for job in order["jobs"]]}


def forget(user: Any) -> None:
    """Remove what was never ordered. Orders name the customer, and the person only as long as the account is there."""
    from orders.models import Basket

    Basket.objects.filter(user=user).delete()
