"""A billing system's PDF that comes after its invoice is given to it, once, and shown from then on."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from billing.actions.invoicing.rendering import render
from billing.actions.invoicing.storing import Outcome
from billing.models import Invoice
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.files.models import State, StoredFile
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers

pytestmark = pytest.mark.usefixtures("friday_noon")

OTHER_PDF = makers.PDF.replace(b"<<>>", b"<</Other true>>")


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417")


def take_in(customer: Customer, pdf: bytes | None = None, **changes: object) -> dict[Outcome, int]:
    name = {"pdf": "f.pdf"} if pdf else {}
    report = makers.take_in(makers.said(customer, **name, **changes), beside=lambda _: pdf)
    return dict(report.counts)


def content(client: Client, invoice: Invoice) -> bytes:
    return b"".join(client.get(f"/invoices/{invoice.key}/pdf/").streaming_content)


def test_the_pdf_is_given_to_the_invoice_and_shown_instead_of_ours(
    customer: Customer, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    user = core.user()
    core.membership(user, customer)
    client = client_for(user, tenant=tenant)
    take_in(customer)
    invoice = Invoice.objects.get()
    assert render(invoice.pk)
    assert content(client, invoice) != makers.PDF
    assert take_in(customer, makers.PDF) == {Outcome.ATTACHED: 1}
    assert content(client, invoice) == makers.PDF
    assert Entry.objects.filter(verb="billing.invoice_pdf_attached").count() == 1


def test_the_first_pdf_stays(customer: Customer) -> None:
    take_in(customer)
    take_in(customer, makers.PDF)
    first = Invoice.objects.get().original
    assert take_in(customer, OTHER_PDF) == {Outcome.SAME: 1}
    assert (Invoice.objects.get().original, StoredFile.objects.count()) == (first, 1)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_invoice SET original_id = NULL")


@pytest.mark.parametrize("gone", [State.INFECTED, State.LOST])
def test_an_original_that_is_gone_is_not_shown_and_may_be_replaced(
    customer: Customer, tenant: Tenant, client_for: Callable[..., Client], gone: State
) -> None:
    user = core.user()
    core.membership(user, customer)
    client = client_for(user, tenant=tenant)
    take_in(customer, makers.PDF)
    StoredFile.objects.update(state=gone)
    invoice = Invoice.objects.get()
    drawn = render(invoice.pk)
    assert drawn
    assert content(client, invoice).startswith(b"%PDF-")
    assert take_in(customer, OTHER_PDF) == {Outcome.ATTACHED: 1}
    assert content(client, invoice) == OTHER_PDF
    assert take_in(customer, makers.PDF) == {Outcome.SAME: 1}
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Invoice.objects.update(original=drawn)


def test_other_content_with_a_pdf_is_still_refused(customer: Customer) -> None:
    take_in(customer)
    assert take_in(customer, makers.PDF, reference="other") == {Outcome.REJECTED: 1}
    assert Invoice.objects.get().original is None


def test_what_is_no_pdf_is_refused_later_too(customer: Customer) -> None:
    take_in(customer)
    assert take_in(customer, b"<html>") == {Outcome.REJECTED: 1}
    assert not StoredFile.objects.exists()


def test_twice_in_one_file_it_is_given_once(customer: Customer) -> None:
    take_in(customer)
    again = makers.said(customer, pdf="f.pdf")
    report = makers.take_in(again, again, beside=lambda _: makers.PDF)
    assert report.counts == {Outcome.ATTACHED: 1, Outcome.SAME: 1}
    assert StoredFile.objects.count() == 1


def test_an_invoice_that_was_issued_here_keeps_the_pdf_drawn_here(customer: Customer) -> None:
    take_in(customer)
    issued = Invoice.objects.get()
    issued.pk, issued.number, issued.source, issued.key = None, "700", "issued", "0" * 32
    issued._state.adding = True
    issued.save()
    file = core_file()
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Invoice.objects.filter(number="700").update(original=file)
    assert Invoice.objects.filter(number="1001").update(original=file) == 1


def core_file() -> StoredFile:
    from portal.files.actions import store_bytes

    return store_bytes(name="a.pdf", content=makers.PDF, media_type="application/pdf", by=None)


def test_a_dry_run_reports_it_and_writes_nothing(customer: Customer) -> None:
    take_in(customer)
    report = makers.take_in(makers.said(customer, pdf="f.pdf"), beside=lambda _: makers.PDF, dry_run=True)
    assert report.as_json()["attached"] == 1
    assert Invoice.objects.get().original is None
    assert not StoredFile.objects.exists()


def test_the_command_says_how_many_were_given_their_pdf(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes(makers.ehf())
    call_command("import_invoices", str(tmp_path), tenant="fjord", json=True)
    assert json.loads(capsys.readouterr().out)["files"][0]["attached"] == 0
    (tmp_path / "a.pdf").write_bytes(makers.PDF)
    call_command("import_invoices", str(tmp_path), tenant="fjord")
    assert "0 new, 0 there already, 1 given their PDF, 0 rejected." in capsys.readouterr().out
    assert Invoice.objects.get().original
