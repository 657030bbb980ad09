"""Writing down what staff look at: orders hold names, phones and words of people."""

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse

from orders.models import Order, OrderLine
from portal.audit import actions as audit


class WritesDownReads:
    """Mixin of the pages of an order and of a job."""

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        found = (getattr(response, "context_data", None) or {}).get("original")
        if request.method == "GET" and isinstance(found, Order | OrderLine):
            order = found if isinstance(found, Order) else found.order
            data = {"number": order.number, **({"job": found.position} if isinstance(found, OrderLine) else {})}
            audit.record(verb="orders.read", by=request.user, obj=order, customer=order.customer, data=data)
        return response


def write_down_slips(request: HttpRequest, jobs: Iterable[OrderLine]) -> None:
    """One entry for each customer whose jobs are on the slips."""
    shown = list(jobs)
    prefetch_related_objects(shown, "order__customer")
    codes: dict[Any, list[str]] = {}
    for job in shown:
        codes.setdefault(job.order.customer, []).append(job.code)
    for customer, of_customer in codes.items():
        audit.record(verb="orders.slips_read", by=request.user, customer=customer, data={"jobs": of_customer})  # type: ignore[arg-type]
