"""What became of invoices: payments and collection, from a file or one by one."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F

from billing.actions.invoicing.storing import one_import_at_a_time
from billing.importers.invoices import payments
from billing.importers.invoices.payments import Event, Rejection, Row
from billing.models import Invoice, Payment
from billing.rules.invoicing.documents import Kind, Problem
from portal.accounts.models import User
from portal.audit import actions as audit

# What an invoice has room for, NOK.
MOST_PAID = 10**10


class Outcome(StrEnum):
    NEW = "new"
    SAME = "same"


class Refused(ValueError):
    """A row that cannot be taken in; `problem` says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(code, text)


@dataclass
class Report:
    """What came of a file of payments."""

    file: str
    dry_run: bool
    counts: Counter[Outcome] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "dry_run": self.dry_run,
            "accepted": self.counts[Outcome.NEW],
            "unchanged": self.counts[Outcome.SAME],
            "rejected": len(self.rejected),
            "rejections": [
                {"line": one.line, "problems": [{"code": one.problem.code, "text": one.problem.text}]}
                for one in self.rejected
            ],
        }


@transaction.atomic
def import_payments(*, content: bytes, name: str, by: User | None, dry_run: bool = False) -> Report:
    """Read a CSV file of payments and collection; right rows are taken in, the others told in the report."""
    reading = payments.read(content)
    report = Report(name, dry_run, rejected=list(reading.rejected))
    one_import_at_a_time()
    for row in reading.rows:
        try:
            report.counts[_take_in(row)] += 1
        except Refused as error:
            report.rejected.append(Rejection(row.line, error.problem))
    report.rejected.sort(key=lambda one: one.line)
    if dry_run:
        transaction.set_rollback(True)
    elif report.counts[Outcome.NEW]:
        data = {"file": name[:200], "accepted": report.counts[Outcome.NEW], "rejected": len(report.rejected)}
        audit.record(verb="billing.payments_imported", by=by, data=data)
    return report


def _take_in(row: Row) -> Outcome:
    invoice = _invoice_of(row)
    if row.event == Event.PAYMENT:
        return pay(invoice=invoice, on=row.on, amount=row.amount, reference=row.reference)
    if invoice.is_credit_note:
        raise Refused("credit_note", "A credit note is not sent to collection.")
    return _collection(invoice, row)


def _invoice_of(row: Row) -> Invoice:
    by_kid = Invoice.objects.filter(kind=Kind.INVOICE, kid=row.kid)
    rows = Invoice.objects.filter(number=row.invoice) if row.invoice else by_kid
    found = list(rows.select_for_update()[:2])
    if not found:
        raise Refused("invoice", f"There is no invoice {row.invoice or 'with KID ' + row.kid}.")
    if len(found) > 1:
        raise Refused("kid", f"Several invoices have KID {row.kid}: give the invoice number.")
    if row.invoice and row.kid and found[0].kid != row.kid:
        raise Refused("kid", f"Invoice {row.invoice} has another KID.")
    if found[0].corrects is not None:
        text = f"Credit note {row.invoice} counts on invoice {found[0].corrects.number}: give that number."
        raise Refused("credit_note", text)
    return found[0]


@transaction.atomic
def pay(*, invoice: Invoice, on: date, amount: Decimal, reference: str) -> Outcome:
    """Take in a payment once: told apart by its reference. Raises Refused when the reference says something else."""
    there = Payment.objects.filter(invoice=invoice, reference=reference).first()
    if there is not None:
        if (there.paid_on, there.amount) == (on, amount):
            return Outcome.SAME
        raise Refused("reference", f"There is a payment {reference} that says something else.")
    if abs(invoice.paid + amount) >= MOST_PAID:
        raise Refused("amount", f"That is more than anybody pays: {amount}.")
    Payment.objects.create(invoice=invoice, paid_on=on, amount=amount, reference=reference)
    paid_on = max(filter(None, (invoice.paid_on, on)))
    Invoice.objects.filter(pk=invoice.pk).update(paid=F("paid") + amount, paid_on=paid_on)
    return Outcome.NEW


def _collection(invoice: Invoice, row: Row) -> Outcome:
    """Take in that an invoice was sent to collection or called back. The latest day counts, whatever is read last: an
    old file that is read again sends nothing back. On one day, the end comes after the beginning.
    """
    begun, ended = invoice.in_collection_on, invoice.collection_ended_on
    if row.event == Event.COLLECTION:
        if (ended and row.on <= ended) or (begun and row.on <= begun):
            return Outcome.SAME
        changes: dict[str, date | None] = {"in_collection_on": row.on}
    else:
        if (ended and row.on <= ended) or (begun and row.on < begun):
            return Outcome.SAME
        changes = {"in_collection_on": None, "collection_ended_on": row.on}
    Invoice.objects.filter(pk=invoice.pk).update(**changes)
    return Outcome.NEW
