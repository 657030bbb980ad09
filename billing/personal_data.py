"""What is reckoned of a person's own installations: taken along on request. What was billed is kept as the law says."""

from typing import Any

from billing.models import Invoice, SettledMonth
from portal.accounts.models import User
from portal.customers.models import Membership


def export(user: User) -> list[dict[str, Any]]:
    """Return the settled months of a person's customers: of each the part in which it held the metering point."""
    customers = Membership.objects.filter(user=user).values("customer")
    months = SettledMonth.objects.filter(customer__in=customers).order_by("metering_point", "month", "pk")
    return [month.payload for month in months]


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
