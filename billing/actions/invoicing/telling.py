"""Telling customers of new invoices, of those that fall due, and of those that are late.

Told are the owners of the customer, each as they have chosen (notifications.preferences). Each invoice is told of once.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from billing.models import Invoice, InvoiceSettings, PaymentAgreement
from billing.models.invoices import InvoiceQuerySet
from billing.rules.invoicing import kid
from portal.customers.models import Customer
from portal.customers.queries import owners_of
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant
from portal.tenancy.tasks import send_on_commit

NEW, DUE, OVERDUE = "invoices.new", "invoices.due", "invoices.overdue"
SOME = 200
# What is older is history that was taken in late: nobody wants to be told of it.
NEWS_FOR = timedelta(days=45)
LATE_FOR = timedelta(days=30)


def has_new() -> bool:
    return Invoice.objects.filter(announced_at=None).exists()


@transaction.atomic
def announce() -> int:
    """Tell of some new invoices, have their PDFs drawn, and return how many they were; 0 when there are no more."""
    waiting = Invoice.objects.filter(announced_at=None).order_by("pk")
    invoices = _taken(waiting)
    now = timezone.now()
    oldest = now.date() - NEWS_FOR
    _tell([invoice for invoice in invoices if invoice.issued_on >= oldest], NEW)
    for invoice in invoices:
        if invoice.original_id is None and invoice.issued_on >= oldest:
            send_on_commit("billing.tasks.draw_ahead", invoice.pk)
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).update(announced_at=now)
    return len(invoices)


@transaction.atomic
def remind(*, today: date) -> int:
    """Remind of some invoices before and after they are due, and return how many; 0 when there are no more."""
    settings = InvoiceSettings.current()
    waiting = Invoice.objects.unpaid().filter(in_collection_on=None)
    soon = waiting.filter(due_told_on=None, due_on__range=(today, today + timedelta(days=settings.remind_before_days)))
    latest = today - timedelta(days=settings.remind_after_days)
    late = waiting.filter(overdue_told_on=None, due_on__range=(latest - LATE_FOR, latest))
    falling = _taken(soon.order_by("pk")) if settings.remind_before_days else []
    overdue = _taken(late.order_by("pk"))
    _tell(falling, DUE)
    _tell(overdue, OVERDUE)
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in falling]).update(due_told_on=today)
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in overdue]).update(overdue_told_on=today)
    return len(falling) + len(overdue)


def _taken(rows: "InvoiceQuerySet | QuerySet[Invoice]") -> list[Invoice]:
    """Return some rows that no other worker has."""
    return list(rows.select_related("customer").select_for_update(skip_locked=True, of=("self",))[:SOME])


def _tell(invoices: Iterable[Invoice], event: str) -> None:
    invoices = list(invoices)
    customers = {invoice.customer_id for invoice in invoices}
    owners = owners_of(customers)
    agreements = PaymentAgreement.objects.filter(customer__in=customers, direct_debit=True)
    drawn = set(agreements.values_list("customer_id", flat=True))
    for invoice in invoices:
        for user in owners.get(invoice.customer_id, []):
            notify(
                event=event,
                key=f"{event}:{invoice.pk}:{user.pk}",
                context=_context(invoice, invoice.customer, by_direct_debit=invoice.customer_id in drawn),
                user=user,
                channels=(Channel.EMAIL,),
            )


def _context(invoice: Invoice, customer: Customer, *, by_direct_debit: bool) -> dict[str, Any]:
    return {
        "invoice": invoice,
        "customer_name": customer.name,
        "left": invoice.standing.left,
        "total": abs(invoice.total),
        "kid": kid.grouped(invoice.kid),
        "account": kid.grouped_account(invoice.account),
        "by_direct_debit": by_direct_debit,
        "url": current_tenant().absolute_url(reverse("invoices:invoice", args=[invoice.key])),
    }
