"""Invoices as a table to take along."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.invoice_presentation import status_words
from billing.models import Invoice
from portal.documents.tables import Column

COLUMNS = (
    Column(_("Customer number")),
    Column(_("Customer")),
    Column(_("Invoice number")),
    Column(pgettext_lazy("of invoice", "Kind")),
    Column(_("Invoice date"), "day"),
    Column(_("Due date"), "day"),
    Column(_("From"), "day"),
    Column(_("To"), "day"),
    Column(_("Installation")),
    Column(_("Metering point ID")),
    Column(_("Your reference")),
    Column(_("KID")),
    Column(_("Without VAT (kr)"), "kroner"),
    Column(_("VAT (kr)"), "kroner"),
    Column(_("Amount (kr)"), "kroner"),
    Column(_("Left to pay (kr)"), "kroner"),
    Column(_("To the customer's credit (kr)"), "kroner"),
    Column(_("Status")),
)


def table_rows(invoices: Iterable[Invoice], today: date) -> Iterator[Sequence[object]]:
    """Yield a row for each invoice, with its customer; the amounts of credit notes are below zero."""
    for invoice in invoices:
        standing, sign = invoice.standing, -1 if invoice.is_credit_note else 1
        yield (
            invoice.customer_number,
            invoice.customer.name,
            invoice.number,
            invoice.get_kind_display(),
            invoice.issued_on,
            invoice.due_on if invoice.asks_for_money else None,
            invoice.first,
            invoice.last,
            invoice.place,
            invoice.gsrn,
            invoice.reference,
            invoice.kid,
            sign * invoice.net,
            sign * invoice.vat,
            invoice.signed_total,
            standing.left,
            standing.credit,
            status_words(standing.status_on(today))[0],
        )
