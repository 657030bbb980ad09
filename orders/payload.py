"""An order as other programs get it: by webhook, and in exports. Plain values, the same names everywhere."""

from collections.abc import Iterable
from typing import Any

from orders.models import Order, OrderLine


def order_payload(order: Order, jobs: Iterable[OrderLine]) -> dict[str, Any]:
    """Return an order with jobs of it. Moments are ISO 8601 in UTC, days "2026-11-13", phones E.164."""
    return {
        "number": order.number,
        "revision": order.revision,
        "customer": {"number": order.customer.number, "name": order.customer.name},
        "ordered_at": order.ordered_at.isoformat(),
        "on_behalf": order.on_behalf,
        "jobs": [job_payload(job) for job in jobs],
    }


def job_payload(job: OrderLine) -> dict[str, Any]:
    """Return one job; `unit_number` is "" for a new unit, `destination…` for all that is not a move."""
    return {
        "position": job.position,
        "job": job.job_type,
        "status": job.status,
        "status_reason": job.status_reason,
        "status_at": job.status_at.isoformat() if job.status_at else None,
        "wanted_on": job.wanted_on.isoformat(),
        "cancellable_until": job.cancellable_until.isoformat(),
        "site_number": job.location.number,
        "address": job.address,
        "unit_number": job.unit_number,
        "quantity": job.quantity,
        "equipment_code": job.equipment_code,
        "waste_code": job.waste_code,
        "destination": job.destination,
        "destination_address": job.destination_address,
        "driver_note": job.driver_note,
        "invoice_reference": job.invoice_reference,
        "contact_name": job.contact_name,
        "contact_phone": job.contact_phone,
    }
