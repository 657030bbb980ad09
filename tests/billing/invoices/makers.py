"""Invoices as a billing system writes them, right unless a test says otherwise."""

import base64
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

from billing.actions.invoicing.importing import Report, import_invoices
from billing.importers.invoices.incoming import Beside
from billing.models import Invoice
from billing.rules.invoicing import kid
from portal.customers.models import Customer

ACCOUNT = "12345678911"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def line(**changes: Any) -> dict[str, Any]:
    return {
        "text": "Tømming", "quantity": "2", "unit": "pcs", "unit_price": "100.00", "vat_percent": "25",
        "amount": "200.00",
    } | changes  # fmt: skip


def said(who: Customer | str, number: str = "1001", /, **changes: Any) -> dict[str, Any]:
    """Return an invoice of 200.00 + 50.00 as a JSON object."""
    return {
        "number": number, "customer": who if isinstance(who, str) else who.number,
        "issued": "2026-11-02", "due": "2026-11-23", "first": "2026-10-01",
        "last": "2026-10-31", "net": "200.00", "vat": "50.00", "total": "250.00", "lines": [line()],
        "kid": kid.make("1", "1001"), "account": ACCOUNT, "subject": "Containertjenester",
    } | changes  # fmt: skip


def take_in(*invoices: dict[str, Any], beside: Beside = lambda _name: None, **options: Any) -> Report:
    content = "\n".join(json.dumps(one) for one in invoices)
    return import_invoices(file=io.BytesIO(content.encode()), name="f.jsonl", by=None, beside=beside, **options)


def invoice(customer: Customer, number: str = "1001", **changes: Any) -> Invoice:
    """Store an invoice, and return it."""
    report = take_in(said(customer, number, **changes), tells=False)
    assert not report.rejected, report.rejected
    return Invoice.objects.get(number=number)


def codes(report: Report) -> list[str]:
    """Return why a file's documents were rejected."""
    return [problem.code for one in report.rejected for problem in one.problems]


def many_lines(count: int) -> dict[str, Any]:
    """Return what makes an invoice of so many lines, each of its own amount."""
    lines = [
        line(text=f"Vare nummer {n}", quantity="1", unit_price=f"{n}.50", amount=f"{n}.50") for n in range(1, count + 1)
    ]
    net = sum((Decimal(one["amount"]) for one in lines), Decimal(0))
    vat = (net * 25 / 100).quantize(Decimal("0.01"))
    return {"lines": lines, "net": str(net), "vat": str(vat), "total": str(net + vat)}


def ehf(customer: str = "20417", number: str = "5001", **changes: str) -> bytes:
    """Return an EHF invoice of one line, 2 × 100 kr and 25 % VAT. `changes` replace text: {"200.00": "201.00"}."""
    text = EHF.replace("CUSTOMER", customer).replace("NUMBER", number)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def with_pdf(content: bytes, pdf: bytes = PDF) -> bytes:
    encoded = base64.b64encode(pdf).decode()
    attached = f"""<cac:AdditionalDocumentReference><cbc:ID>pdf</cbc:ID><cac:Attachment>
      <cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf"
        filename="f.pdf">{encoded}</cbc:EmbeddedDocumentBinaryObject>
      </cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"""
    return content.replace(b"<cac:AccountingSupplierParty>", attached.encode(), 1)


DUE = date(2026, 11, 23)
EHF = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>NUMBER</cbc:ID>
  <cbc:IssueDate>2026-11-02</cbc:IssueDate>
  <cbc:DueDate>2026-11-23</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>NOK</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>PO-77</cbc:BuyerReference>
  <cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-31</cbc:EndDate></cac:InvoicePeriod>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyName><cbc:Name>Fjord</cbc:Name></cac:PartyName>
    <cac:PostalAddress><cbc:StreetName>Kaia 1</cbc:StreetName><cbc:CityName>Eidnes</cbc:CityName><cbc:PostalZone>3970</cbc:PostalZone></cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Fjord AS</cbc:RegistrationName><cbc:CompanyID>315000009</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyIdentification><cbc:ID>CUSTOMER</cbc:ID></cac:PartyIdentification>
    <cac:PostalAddress><cbc:StreetName>Industriveien 4</cbc:StreetName><cbc:CityName>Eidnes</cbc:CityName><cbc:PostalZone>3970</cbc:PostalZone></cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Bratland Entreprenør AS</cbc:RegistrationName><cbc:CompanyID>315260183</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>12344</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>NO1612345678911</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="NOK">50.00</cbc:TaxAmount>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="NOK">200.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="NOK">50.00</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="NOK">200.00</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="NOK">200.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="NOK">250.00</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="NOK">250.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">2</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="NOK">200.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Tømming av container</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="NOK">100.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"""  # noqa: E501


def credit_note_ehf(customer: str, number: str, corrects: str) -> bytes:
    text = ehf(customer, number).decode()
    text = text.replace("<Invoice ", "<CreditNote ").replace("</Invoice>", "</CreditNote>")
    text = text.replace("xsd:Invoice-2", "xsd:CreditNote-2").replace("InvoicedQuantity", "CreditedQuantity")
    text = text.replace("cac:InvoiceLine", "cac:CreditNoteLine").replace("<cbc:DueDate>2026-11-23</cbc:DueDate>", "")
    text = text.replace(
        "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
    )
    inner = f"<cac:InvoiceDocumentReference><cbc:ID>{corrects}</cbc:ID></cac:InvoiceDocumentReference>"
    reference = f"<cac:BillingReference>{inner}</cac:BillingReference>"
    return text.replace("<cac:AccountingSupplierParty>", f"{reference}<cac:AccountingSupplierParty>", 1).encode()
