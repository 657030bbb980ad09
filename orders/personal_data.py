"""What the orders hold of a user, for them to take along, and what goes when their account is closed."""

from typing import Any


def export(user: Any) -> dict[str, Any]:
    """Return the user's basket, orders and reports, as plain values."""
    from orders.models import BasketLine, JobReport, Order
    from orders.payload import order_payload

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
        "orders": [order_payload(order, order.lines.all()) for order in orders.order_by("number")],
    }


def forget(user: Any) -> None:
    """Remove what was never ordered. Orders name the customer, and the person only as long as the account is there."""
    from orders.models import Basket

    Basket.objects.filter(user=user).delete()
