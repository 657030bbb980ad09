"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "billing.invoice_credited": pgettext_lazy("audit", "Invoice credited"),
    "billing.invoice_drawn": pgettext_lazy("audit", "Invoice drawn as PDF"),
    "billing.invoice_pdf_attached": pgettext_lazy("audit", "PDF of an invoice attached"),
    "billing.invoices_imported": pgettext_lazy("audit", "Invoices taken in"),
    "billing.invoices_issued": pgettext_lazy("audit", "Invoices issued"),
    "billing.payment_agreements_imported": pgettext_lazy("audit", "Payment agreements taken in"),
    "billing.payments_imported": pgettext_lazy("audit", "Payments taken in"),
    "billing.tariffs_imported": pgettext_lazy("audit", "Price lists taken in"),
}

DETAILS = {
    "company": pgettext_lazy("detail", "Company"),
    "credit_note": pgettext_lazy("detail", "Credit note"),
    "invoice": pgettext_lazy("detail", "Invoice"),
    "issued": pgettext_lazy("detail", "Invoices"),
    "month": pgettext_lazy("detail", "Month"),
}
