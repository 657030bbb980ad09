"""Writing down what staff look at: orders hold names, phones and words of people."""

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from orders.models import JobReport, Order, OrderLine
from portal.audit import actions as audit
from portal.audit.reads import WritesDownReads


class OfAnOrder(WritesDownReads):
    """Mixin of the pages of an order, of a job, and of what is reported of a job."""

    read_verb = "orders.read"

    def read_of(self, obj: Order | OrderLine | JobReport) -> tuple[Order, Any, dict[str, Any]]:
        job = obj.line if isinstance(obj, JobReport) else obj
        if isinstance(job, Order):
            return job, job.customer, {"number": job.number}
        return job.order, job.order.customer, {"number": job.order.number, "job": job.position}


def write_down_slips(request: HttpRequest, jobs: Iterable[OrderLine]) -> None:
    """One entry for each customer whose jobs are on the slips."""
    shown = list(jobs)
    prefetch_related_objects(shown, "order__customer")
    codes: dict[Any, list[str]] = {}
    for job in shown:
        codes.setdefault(job.order.customer, []).append(job.code)
    for customer, of_customer in codes.items():
        audit.record(verb="orders.slips_read", by=request.user, customer=customer, data={"jobs": of_customer})  # type: ignore[arg-type]
