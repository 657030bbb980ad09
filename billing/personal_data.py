"""What is reckoned of a person's own installations: taken along on request. What was billed is kept as the law says."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from billing.models import Invoice, SettledMonth
from metering.models import Holding
from portal.accounts.models import User
from portal.customers.models import Membership


def export(user: User) -> list[dict[str, Any]]:
    """Return the settled months of a person's customers, from the time these held the metering points."""
    customers = Membership.objects.filter(user=user).values("customer")
    holdings: dict[int, list[Holding]] = {}
    for holding in Holding.objects.filter(customer__in=customers):
        holdings.setdefault(holding.metering_point_id, []).append(holding)
    months = SettledMonth.objects.filter(metering_point__in=holdings).order_by("metering_point", "month")
    return [month.payload for month in months if _is_theirs(month, holdings[month.metering_point_id])]


def _is_theirs(month: SettledMonth, holdings: Iterable[Holding]) -> bool:
    """A month is settled for whoever held the metering point last in it."""
    first, last = (date.fromisoformat(month.payload[end]) for end in ("from", "until"))
    return any(one.valid_from <= last and (one.valid_to is None or one.valid_to >= first) for one in holdings)


def export_invoices(user: User) -> list[dict[str, Any]]:
    """Return the invoices of a person's customers; they are accounts, and kept as the law says."""
    customers = Membership.objects.filter(user=user).values("customer")
    invoices = Invoice.objects.filter(customer__in=customers).order_by("issued_on", "pk").prefetch_related("lines")
    return [
        {
            "number": invoice.number,
            "kind": invoice.kind,
            "customer_number": invoice.customer_number,
            "issued_on": invoice.issued_on.isoformat(),
            "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
            "metering_point": invoice.gsrn,
            "kid": invoice.kid,
            "net": str(invoice.net),
            "vat": str(invoice.vat),
            "total": str(invoice.total),
            "paid": str(invoice.paid),
            "lines": [{"text": line.text, "amount": str(line.amount)} for line in invoice.lines.all()],
        }
        for invoice in invoices
    ]
