"""What comes in: EHF and JSON lines, once each, and everything that may be wrong with them."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from billing.actions.invoicing.importing import Report, import_invoices
from billing.actions.invoicing.storing import Outcome
from billing.models import Invoice, InvoiceLine, InvoiceSettings
from portal.audit.models import Entry
from portal.customers import gsrn as gsrns
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers
from tests.metering import factories as meters


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417", org_no="315260183", name="Bratland Entreprenør AS")


def take_in_file(content: bytes, **options: Any) -> Report:
    return import_invoices(file=io.BytesIO(content), name="f.xml", by=None, **options)


def test_json_lines_are_taken_in_exactly_as_they_are(customer: Customer) -> None:
    point = meters.point()
    report = makers.take_in(makers.said(customer, metering_point=point.gsrn, meter_number="6970631"))
    assert report.as_json()["accepted"] == 1
    invoice = Invoice.objects.get()
    assert (invoice.customer, invoice.metering_point, invoice.total) == (customer, point, Decimal("250.00"))
    assert invoice.vat_groups == [{"percent": "25", "base": "200.00", "vat": "50.00"}]
    assert [(line.text, line.quantity, line.amount) for line in invoice.lines.all()] == [
        ("Tømming", Decimal(2), Decimal("200.00"))
    ]
    assert Entry.objects.filter(verb="billing.invoices_imported").count() == 1


def test_the_same_file_again_changes_nothing(customer: Customer) -> None:
    makers.take_in(makers.said(customer))
    again = makers.take_in(makers.said(customer, net="200.0"))
    assert again.counts == {Outcome.SAME: 1}
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 1)


def test_an_ehf_is_taken_in_with_its_pdf(customer: Customer) -> None:
    report = take_in_file(makers.with_pdf(makers.ehf()))
    assert not report.rejected, report.rejected
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.kid, invoice.account, invoice.reference) == (
        "5001",
        "12344",
        makers.ACCOUNT,
        "PO-77",
    )
    assert (invoice.net, invoice.vat, invoice.total) == (Decimal("200.00"), Decimal("50.00"), Decimal("250.00"))
    assert invoice.seller["name"] == "Fjord AS"
    assert invoice.original
    assert invoice.original.media_type == "application/pdf"


def test_an_ehf_may_name_its_customer_by_organisation_number_only(customer: Customer) -> None:
    anonymous = makers.ehf().replace(b"<cac:PartyIdentification><cbc:ID>20417</cbc:ID></cac:PartyIdentification>", b"")
    assert take_in_file(anonymous).counts == {Outcome.NEW: 1}
    core.customer(number="2", org_no="315260183")
    assert makers.codes(take_in_file(anonymous.replace(b"5001", b"5002"))) == ["customer"]


def test_a_credit_note_takes_back_its_invoice_whichever_comes_first(customer: Customer) -> None:
    take_in_file(makers.credit_note_ehf("20417", "6001", "5001"))
    assert Invoice.objects.get(number="6001").corrects is None
    take_in_file(makers.ehf())
    take_in_file(makers.ehf(number="5002"))
    take_in_file(makers.credit_note_ehf("20417", "6002", "5002"))
    for number, credit_note in (("5001", "6001"), ("5002", "6002")):
        invoice = Invoice.objects.get(number=number)
        assert invoice.credited == Decimal("250.00")
        assert [one.number for one in invoice.credit_notes.all()] == [credit_note]


def test_a_credit_note_of_another_customers_invoice_is_refused(customer: Customer) -> None:
    take_in_file(makers.ehf())
    other = core.customer()
    report = makers.take_in(makers.said(other, "7001", kind="credit_note", corrects="5001", due=None))
    assert makers.codes(report) == ["corrects"]


def test_a_credit_note_before_anothers_invoice_is_refused_too(customer: Customer) -> None:
    other = core.customer()
    note = makers.said(customer, "2001", kind="credit_note", corrects="1001", due=None)
    report = makers.take_in(note, makers.said(other))
    assert (makers.codes(report), [one.line for one in report.rejected]) == (["corrects"], [1])
    makers.take_in(makers.said(customer, "2002", kind="credit_note", corrects="1002", due=None))
    makers.take_in(makers.said(other, "1002"))
    assert [row.credited for row in Invoice.objects.filter(kind="invoice")] == [Decimal("0.00")] * 2
    assert Invoice.objects.get(number="2002").corrects is None


def test_a_credit_note_of_several_invoices_credits_none_and_names_them(customer: Customer) -> None:
    take_in_file(makers.ehf())
    several = makers.credit_note_ehf("20417", "6001", "5001")
    several = several.replace(*twice(b"<cac:BillingReference>", b"</cac:BillingReference>", several), 1)
    take_in_file(several)
    note = Invoice.objects.get(number="6001")
    assert (note.corrects, note.corrects_number, note.note) == (None, "", "Faktura: 5001, 5002.")
    assert Invoice.objects.get(number="5001").credited == Decimal("0.00")


def test_what_an_invoice_refers_to_is_not_taken_back(customer: Customer) -> None:
    reference = b"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID></cac:InvoiceDocumentReference>"
    before = b"<cac:AccountingSupplierParty>"
    take_in_file(makers.ehf().replace(before, reference + b"</cac:BillingReference>" + before, 1))
    assert Invoice.objects.get().corrects_number == ""


def twice(start: bytes, end: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return an element, and it again with another invoice's number behind it."""
    element = content[content.index(start) : content.index(end) + len(end)]
    return element, element + element.replace(b"5001", b"5002")


def test_an_invoice_is_joined_to_a_metering_point_that_comes_after_it(customer: Customer) -> None:
    gsrn = gsrns.make(7)
    makers.take_in(makers.said(customer, metering_point=gsrn), makers.said(customer, "1002"))
    assert Invoice.objects.get(number="1001").metering_point is None
    point = meters.point(7)
    makers.take_in(makers.said(customer, "1003"))
    assert Invoice.objects.get(number="1001").metering_point == point
    assert Invoice.objects.filter(metering_point=None).count() == 2
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Invoice.objects.update(metering_point=None)


def test_a_file_of_another_companys_is_refused(customer: Customer) -> None:
    InvoiceSettings.objects.create(org_no="999999999")
    assert makers.codes(take_in_file(makers.ehf())) == ["seller"]
    InvoiceSettings.objects.update(org_no="315000009")
    Customer.objects.update(org_no="999999999")
    assert makers.codes(take_in_file(makers.ehf())) == ["buyer"]
    Customer.objects.update(org_no="315260183")
    spaced = makers.ehf(**{"315000009": "NO 315 000 009 MVA"})
    assert take_in_file(spaced).as_json()["accepted"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"net": "201.00", "total": "251.00"}, "sum_of_lines"),
        ({"total": "250.01"}, "total"),
        ({"vat": "49.00", "total": "249.00"}, "vat_sum"),
        ({"vat_groups": [{"percent": "15", "base": "200.00", "vat": "50.00"}]}, "vat"),
        ({"kid": "12345"}, "kid"),
        ({"account": "12345678912"}, "account"),
        ({"account": ""}, "account_missing"),
        ({"currency": "EUR"}, "currency"),
        ({"customer": "no-such"}, "customer"),
        ({"customer": ""}, "customer_missing"),
        ({"number": ""}, "number"),
        ({"lines": []}, "lines"),
        ({"due": None}, "due_missing"),
        ({"due": "2026-11-01"}, "due"),
        ({"issued": "2026-13-01"}, "date"),
        ({"first": "2026-11-01"}, "period"),
        ({"net": "NaN"}, "number"),
        ({"net": "1e9"}, "number"),
        ({"net": True}, "net"),
        ({"lines": [makers.line(amount="200.001")], "net": "200.00"}, "amount"),
        ({"lines": "none"}, "lines"),
        ({"surprise": 1}, "key"),
        ({"kind": "receipt"}, "kind"),
        ({"pdf_base64": "JVBERi0="}, "pdf"),
        ({"pdf_base64": "æøå"}, "pdf"),
        ({"pdf": "not-there.pdf"}, "pdf"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "a\ud800b"}, "note"),
        ({"lines": [makers.line(vat_percent="125")]}, "vat_percent"),
    ],
)
def test_what_is_wrong_is_rejected_with_its_reason(customer: Customer, changes: dict[str, Any], code: str) -> None:
    report = makers.take_in(makers.said(customer, **changes), makers.said(customer, "1002"))
    assert code in makers.codes(report)
    assert [(one.line, len(one.problems) > 0) for one in report.rejected] == [(1, True)]
    assert [invoice.number for invoice in Invoice.objects.all()] == ["1002"]


def test_the_number_of_another_invoice_is_refused(customer: Customer) -> None:
    again = makers.said(customer, reference="other")
    assert makers.codes(makers.take_in(makers.said(customer), again)) == ["number_taken"]
    assert makers.codes(makers.take_in(again)) == ["number_taken"]


def test_kid_follows_the_method_the_company_has_agreed_on(customer: Customer) -> None:
    InvoiceSettings.objects.create(kid_method="mod11")
    assert makers.codes(makers.take_in(makers.said(customer, kid="12344"))) == ["kid"]
    assert makers.take_in(makers.said(customer, kid="12343")).counts == {Outcome.NEW: 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"{", "json"),
        (b"[1]\n", "json"),
        (b'{"total": NaN}', "json"),
        (b'{"net": 1e99999999999999999999}', "json"),
        (b'{"number": "1", "issued": "2026-11-01", "net": 1e999999}', "net"),
        (b"\xff\xfe{}", "json"),
        (b"<Invoice", "xml"),
        (b"<a/>", "xml"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml"),
        (makers.ehf().replace(b"poacc:billing:3", b"poacc:order:3"), "profile"),
        (
            makers.ehf(**{'<cbc:PayableAmount currencyID="NOK">250.00': '<cbc:PayableAmount currencyID="NOK">260.00'}),
            "total",
        ),
        (makers.ehf(**{'<cbc:PriceAmount currencyID="NOK">100.00': '<cbc:PriceAmount currencyID="NOK">99.00'}), "line"),
        (makers.ehf(**{">NOK</cbc:DocumentCurrencyCode>": ">SEK</cbc:DocumentCurrencyCode>"}), "currency"),
        (makers.ehf(**{"12344": "12345"}), "kid"),
        (makers.with_pdf(makers.ehf(), b"<html>"), "pdf"),
    ],
)
def test_a_file_that_is_no_invoice_is_told_of(customer: Customer, content: bytes, code: str) -> None:
    assert code in makers.codes(take_in_file(content))
    assert not Invoice.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_invoice_of_the_same_number_at_another_tenant_is_another(customer: Customer, other_tenant: Tenant) -> None:
    from portal.tenancy.scope import tenant_scope

    makers.take_in(makers.said(customer))
    with tenant_scope(other_tenant):
        theirs = core.customer(number="20417")
        assert makers.take_in(makers.said(theirs, reference="x")).counts == {Outcome.NEW: 1}
        assert Invoice.objects.count() == 1


def test_thousands_of_invoices_in_a_file_are_taken_in_by_parts(customer: Customer) -> None:
    """Counted by the queries, which must not grow with every invoice."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        report = makers.take_in(*(makers.said(customer, f"{number}") for number in range(2_500)), tells=False)
    assert report.counts == {Outcome.NEW: 2_500}
    assert len(queries) < 200


def test_a_dry_run_reports_and_writes_nothing(customer: Customer) -> None:
    report = makers.take_in(
        makers.said(customer, pdf="f.pdf"), makers.said(customer, kid="1"), beside=lambda _: makers.PDF, dry_run=True
    )
    assert (report.as_json()["accepted"], report.as_json()["rejected"]) == (1, 1)
    assert not Invoice.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_command_reads_a_folder_and_says_what_it_rejected(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes(makers.ehf())
    (tmp_path / "a.pdf").write_bytes(makers.PDF)
    (tmp_path / "b.jsonl").write_text(json.dumps(makers.said("nobody", "1003")))
    with pytest.raises(SystemExit) as stop:
        call_command("import_invoices", str(tmp_path), tenant="fjord", json=True)
    assert stop.value.code == 1
    files = {one["file"]: one for one in json.loads(capsys.readouterr().out)["files"]}
    assert files["a.xml"]["accepted"] == 1
    assert files["b.jsonl"]["rejections"] == [
        {
            "line": 1,
            "number": "1003",
            "problems": [{"code": "customer", "text": "There is no customer nobody, or more than one."}],
        }
    ]
    assert Invoice.objects.get().original


def test_no_pdf_is_read_from_outside_the_folder(customer: Customer, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.pdf").write_bytes(makers.PDF)
    (folder / "a.jsonl").write_text(json.dumps(makers.said(customer, pdf="../secret.pdf")))
    with pytest.raises(SystemExit):
        call_command("import_invoices", str(folder / "a.jsonl"), tenant="fjord")
    assert not Invoice.objects.exists()
