"""What is issued stays as it was, whoever tries: raw SQL as the role the program runs as."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.actions.invoicing.payments import pay
from billing.models import Invoice
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers


@pytest.fixture
def invoice(tenant: Tenant) -> Invoice:
    found = makers.invoice(core.customer())
    pay(invoice=found, on=makers.DUE, amount=found.total, reference="OCR-1")
    return found


def execute(sql: str) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_invoice SET total = 1, net = 1 - vat",
        "UPDATE billing_invoice SET number = 'x'",
        "UPDATE billing_invoice SET kid = ''",
        "UPDATE billing_invoice SET original_id = NULL, line_count = 2",
        "UPDATE billing_invoice SET paid = 0, due_on = '2030-01-01'",
        "DELETE FROM billing_invoice",
        "UPDATE billing_invoiceline SET amount = 1",
        "UPDATE billing_invoiceline SET position = 2",
        "DELETE FROM billing_invoiceline",
        """INSERT INTO billing_invoiceline
             (tenant_id, invoice_id, position, text, detail, code, period, unit, amount)
           SELECT tenant_id, id, 2, 'more', '', '', '', '', 5 FROM billing_invoice""",
        "UPDATE billing_payment SET amount = 1",
        "DELETE FROM billing_payment",
    ],
)
def test_no_statement_changes_an_issued_invoice(invoice: Invoice, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"locked|only added to"):
        execute(statement)


def test_where_it_stands_may_change(invoice: Invoice) -> None:
    assert execute("UPDATE billing_invoice SET paid = 10, in_collection_on = '2026-12-01'") == 1


def test_the_drawn_file_is_written_once(invoice: Invoice) -> None:
    from portal.files.actions import store_bytes

    first = store_bytes(name="a.pdf", content=makers.PDF, media_type="application/pdf", by=None)
    Invoice.objects.filter(pk=invoice.pk).update(rendered=first)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(rendered=None)


def test_amounts_that_do_not_add_up_cannot_be_stored(invoice: Invoice) -> None:
    invoice.pk, invoice.number, invoice.key = None, "other", "0" * 32
    invoice._state.adding = True
    invoice.total += 1
    with pytest.raises(IntegrityError, match="invoice_adds_up"), transaction.atomic():
        invoice.save()
