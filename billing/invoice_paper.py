"""What stands on an invoice on paper: what the template of the PDF shows, and nothing it has to reckon."""

from __future__ import annotations

from typing import Any

from billing import invoice_presentation as presentation
from billing.models import Invoice, InvoiceSettings
from billing.queries.invoices import readings_of
from billing.rules.invoicing import kid
from billing.rules.invoicing.documents import Party
from portal.customers.queries import today
from portal.ui import formatting


def paper_of(invoice: Invoice) -> dict[str, Any]:
    """Return the context of templates/invoices/pdf.html, in the active language."""
    settings = InvoiceSettings.current()
    readings = readings_of(invoice, today())
    seller, buyer = Party(**invoice.seller), Party(**invoice.buyer)
    return {
        "invoice": invoice,
        "title": presentation.title_of(invoice),
        "seller": seller,
        "seller_org_no": formatting.org_no(seller.org_no.removesuffix("MVA")),
        "has_vat_mark": settings.is_vat_registered,
        "buyer": buyer,
        "facts": presentation.facts_of(invoice),
        "place": presentation.place_facts(invoice),
        "heading": presentation.lines_heading(invoice),
        "lines": presentation.line_rows(invoice),
        "sums": presentation.sum_rows(invoice),
        "total_label": presentation.total_label(invoice),
        "is_to_pay": invoice.asks_for_money,
        "total": abs(invoice.total),
        "kid": kid.grouped(invoice.kid),
        "account": kid.grouped_account(invoice.account),
        "text": settings.text,
        "chart": presentation.days_chart(readings, paper=True) if readings else None,
    }
