"""What a CSV file of payment agreements holds: who gets e-invoices, and who pays by direct debit."""

from portal.customers.models import Customer
from portal.documents.csv_files import Column, Format, text, yes_or_no

AGREEMENTS = Format(
    name="payment agreements",
    key="customer",
    columns={
        "customer": Column(
            text(Customer._meta.get_field("number").max_length or 0), "the customer number", required=True
        ),
        "e_invoice": Column(yes_or_no, "yes or no: gets e-invoices in the bank; empty: not known", empty=None),
        "direct_debit": Column(yes_or_no, "yes or no: the bank draws what is due; empty: not known", empty=None),
    },
)
