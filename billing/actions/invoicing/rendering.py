"""Drawing an invoice as PDF, once, and keeping it."""

from django.db import transaction
from django.utils import translation

from billing.actions.invoicing.storing import file_name
from billing.invoice_paper import paper_of
from billing.models import Invoice
from portal.audit import actions as audit
from portal.documents.pdf import render_pdf
from portal.files.actions import store_bytes
from portal.files.models import StoredFile
from portal.tenancy.models import current_tenant


@transaction.atomic
def render(pk: int) -> StoredFile | None:
    """Return the PDF of an invoice, drawn now unless it has one; None when there is no such invoice.

    The row stays locked meanwhile: two who ask at the same time get one file. Raises PdfUnavailable.
    """
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if invoice is None:
        return None
    if invoice.pdf is not None:
        return invoice.pdf
    # One file for everybody who may see it, so it is in the company's language.
    language = current_tenant().language
    with translation.override(language):
        content = render_pdf("invoices/pdf.html", paper_of(invoice), language=language)
        name = f"{'kreditnota' if invoice.is_credit_note else 'faktura'}-{file_name(invoice.number)}.pdf"
        stored = store_bytes(name=name, content=content, media_type="application/pdf", by=None)
    Invoice.objects.filter(pk=invoice.pk).update(rendered=stored)
    audit.record(verb="billing.invoice_drawn", by=None, obj=invoice, customer=invoice.customer)
    return stored
