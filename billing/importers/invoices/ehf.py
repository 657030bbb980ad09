"""Invoices and credit notes as EHF / Peppol BIS Billing 3.0: UBL 2.1 in XML, one document a file.

The customer is told by the buyer's identification (the customer number), else by organisation number. A metering point
is the invoiced object (document type 130, on the document or on a line): 18 digits. An embedded PDF is the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from billing.importers.invoices.incoming import Beside, Incoming, Unfit, checked_pdf, date_of, decimal_of
from billing.importers.invoices.json_lines import decoded
from billing.rules.invoicing import kid
from billing.rules.invoicing.documents import Document, DocumentLine, Kind, Party, VatGroup

UBL = "{urn:oasis:names:specification:ubl:schema:xsd:%s-2}%s"
ROOTS = {UBL % ("Invoice", "Invoice"): Kind.INVOICE, UBL % ("CreditNote", "CreditNote"): Kind.CREDIT_NOTE}
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:3"
# What the price of one can be, NOK.
HIGHEST_PRICE = 10**10
LARGEST = 20 * 1024 * 1024
GSRN = re.compile(r"70\d{16}")
NORWEGIAN_IBAN = re.compile(r"NO\d{2}(\d{11})")
OBJECT = "130"
METER = "MG"
# UN/ECE Recommendation 20, as invoices of power and waste use it; others are shown as they are.
UNITS = {
    "KWH": "kWh", "MWH": "MWh", "KWT": "kW", "MON": "month", "ANN": "year", "DAY": "day", "HUR": "h", "KGM": "kg",
    "TNE": "t", "MTQ": "m³", "LTR": "l", "KMT": "km", "EA": "pcs", "C62": "pcs", "H87": "pcs", "NAR": "pcs",
}  # fmt: skip
# The peppol rule on a line's net amount allows for this much.
SLACK = Decimal("0.02")


def read(file: IO[bytes], beside: Beside) -> Iterator[Incoming]:
    """Yield the one document of a file; without an embedded PDF, with the one of its name that lies beside it."""
    number = ""
    try:
        root = _root(file.read(LARGEST + 1))
        number = _said(root, "cbc:ID")
        yield Incoming(0, number, _document(root), _pdf(root, beside))
    except Unfit as error:
        yield Incoming(0, number, problems=[error.problem])


def _root(content: bytes) -> Element:
    if len(content) > LARGEST:
        raise Unfit("size", f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unfit("xml", "The XML has a document type or entities; neither is taken.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unfit("xml", f"The XML is not well-formed: {error}.") from error
    if root.tag not in ROOTS:
        raise Unfit("xml", "The XML is neither an invoice nor a credit note of UBL 2.")
    if PROFILE not in _said(root, "cbc:CustomizationID"):
        raise Unfit("profile", "The document is not of EHF / Peppol BIS Billing 3.0.")
    return root


def _document(root: Element) -> Document:
    kind = ROOTS[root.tag]
    totals = _one(root, "cac:LegalMonetaryTotal")
    gsrn, meter = _objects(root)
    corrects = _corrected(root) if kind == Kind.CREDIT_NOTE else []
    buyer = _one(root, "cac:AccountingCustomerParty/cac:Party")
    due = _said(root, "cbc:DueDate") or _said(root, "cac:PaymentMeans/cbc:PaymentDueDate")
    first, last = (_said(root, f"cac:InvoicePeriod/cbc:{end}Date") for end in ("Start", "End"))
    return Document(
        kind=kind,
        number=_said(root, "cbc:ID"),
        customer=_said(buyer, "cac:PartyIdentification/cbc:ID")[:20],
        issued_on=date_of(_said(root, "cbc:IssueDate"), "IssueDate"),
        due_on=date_of(due, "DueDate") if due else None,
        first=date_of(first, "StartDate") if first else None,
        last=date_of(last, "EndDate") if last else None,
        net=_amount(totals, "cbc:TaxExclusiveAmount"),
        vat=_amount(totals, "cbc:TaxInclusiveAmount") - _amount(totals, "cbc:TaxExclusiveAmount"),
        prepaid=_amount(totals, "cbc:PrepaidAmount", default="0.00"),
        rounding=_amount(totals, "cbc:PayableRoundingAmount", default="0.00"),
        total=_amount(totals, "cbc:PayableAmount"),
        lines=(*_lines(root, kind), *_charges(root)),
        vat_groups=_groups(root),
        kid=kid.cleaned(_said(root, "cac:PaymentMeans/cbc:PaymentID")),
        account=_account(_said(root, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")),
        corrects=corrects[0] if len(corrects) == 1 else "",
        reference=(_said(root, "cbc:BuyerReference") or _said(root, "cac:OrderReference/cbc:ID"))[:100],
        note=_note(root, corrects)[:2000],
        sent_as="ehf",
        gsrn=gsrn,
        meter_number=meter[:20],
        place=_place(root),
        currency=_said(root, "cbc:DocumentCurrencyCode"),
        seller=_party(_one(root, "cac:AccountingSupplierParty/cac:Party")),
        buyer=_party(buyer),
    )


def _corrected(root: Element) -> list[str]:
    """Return the numbers of the invoices that a credit note takes back, each once."""
    path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    said = ((one.text or "").strip()[:40] for one in root.findall(path, NAMES))
    return list(dict.fromkeys(filter(None, said)))


def _note(root: Element, corrects: Sequence[str]) -> str:
    """Return the note; how much a credit note takes back of each of several invoices is not said, so they are named."""
    named = f"Faktura: {', '.join(corrects)}." if len(corrects) > 1 else ""
    return " ".join(filter(None, (named, _said(root, "cbc:Note"))))


def _lines(root: Element, kind: Kind) -> Iterator[DocumentLine]:
    name, quantity = ("InvoiceLine", "cbc:InvoicedQuantity")
    if kind == Kind.CREDIT_NOTE:
        name, quantity = ("CreditNoteLine", "cbc:CreditedQuantity")
    for line in root.findall(f"cac:{name}", NAMES):
        yield _line(line, quantity)


def _line(line: Element, quantity_name: str) -> DocumentLine:
    amount = _amount(line, "cbc:LineExtensionAmount")
    quantity = _amount(line, quantity_name, default="1")
    price = _amount(line, "cac:Price/cbc:PriceAmount", default="0")
    base = _amount(line, "cac:Price/cbc:BaseQuantity", default="1")
    if base <= 0:
        raise Unfit("line", f"Line {_said(line, 'cbc:ID')}: the base quantity of the price is not above zero.")
    if abs(price / base) >= HIGHEST_PRICE:
        raise Unfit("line", f"Line {_said(line, 'cbc:ID')}: the price of one is too high to be one.")
    charges = sum((_charge(one) for one in line.findall("cac:AllowanceCharge", NAMES)), Decimal(0))
    if price and abs(quantity * price / base + charges - amount) > SLACK:
        raise Unfit("line", f"Line {_said(line, 'cbc:ID')}: {quantity} × {price} is not {amount}.")
    found = line.find(quantity_name, NAMES)
    code = found.get("unitCode", "") if found is not None else ""
    percent = _said(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent")
    return DocumentLine(
        text=_said(line, "cac:Item/cbc:Name")[:200] or "–",
        detail=_said(line, "cac:Item/cbc:Description")[:200],
        code=_said(line, "cac:Item/cac:SellersItemIdentification/cbc:ID")[:20],
        quantity=quantity,
        unit=UNITS.get(code, code)[:20],
        unit_price=price / base,
        vat_percent=decimal_of(percent, "Percent") if percent else Decimal(0),
        amount=amount,
    )


def _charges(root: Element) -> Iterator[DocumentLine]:
    """Yield allowances and charges on the whole document as lines: they are part of what is to be paid."""
    for one in root.findall("cac:AllowanceCharge", NAMES):
        percent = _said(one, "cac:TaxCategory/cbc:Percent")
        yield DocumentLine(
            text=_said(one, "cbc:AllowanceChargeReason")[:200] or "–",
            vat_percent=decimal_of(percent, "Percent") if percent else Decimal(0),
            amount=_charge(one),
        )


def _charge(one: Element) -> Decimal:
    amount = _amount(one, "cbc:Amount")
    return amount if _said(one, "cbc:ChargeIndicator") == "true" else -amount


def _groups(root: Element) -> tuple[VatGroup, ...]:
    """Return the VAT groups; those at the same rate, such as exempt and zero, are one."""
    groups: dict[Decimal, VatGroup] = {}
    for one in root.findall("cac:TaxTotal/cac:TaxSubtotal", NAMES):
        percent = _amount(one, "cac:TaxCategory/cbc:Percent", default="0")
        base, vat = _amount(one, "cbc:TaxableAmount"), _amount(one, "cbc:TaxAmount")
        there = groups.get(percent, VatGroup(percent=percent, base=Decimal("0.00"), vat=Decimal("0.00")))
        groups[percent] = VatGroup(percent=percent, base=there.base + base, vat=there.vat + vat)
    return tuple(groups.values())


def _objects(root: Element) -> tuple[str, str]:
    """Return the metering point and the meter that are invoiced, "" for what is not named."""
    documents = [
        *root.findall("cac:AdditionalDocumentReference", NAMES),
        *root.findall(".//cac:DocumentReference", NAMES),
    ]
    named = [one.find("cbc:ID", NAMES) for one in documents if _said(one, "cbc:DocumentTypeCode") == OBJECT]
    ids = [one for one in named if one is not None]
    gsrn = next((text for one in ids if GSRN.fullmatch(text := (one.text or "").strip())), "")
    meter = next(((one.text or "").strip() for one in ids if one.get("schemeID") == METER), "")
    return gsrn, meter


def _place(root: Element) -> str:
    """Return where it was delivered: for a grid invoice the address of the installation."""
    place = root.find("cac:Delivery/cac:DeliveryLocation/cac:Address", NAMES)
    if place is None:
        return ""
    city = " ".join(filter(None, (_said(place, "cbc:PostalZone"), _said(place, "cbc:CityName"))))
    return ", ".join(filter(None, (_said(place, "cbc:StreetName"), city)))[:200]


def _party(party: Element) -> Party:
    legal = "cac:PartyLegalEntity/cbc:"
    return Party(
        name=(_said(party, f"{legal}RegistrationName") or _said(party, "cac:PartyName/cbc:Name"))[:120],
        org_no="".join(_said(party, f"{legal}CompanyID").split())[:20],
        address=_said(party, "cac:PostalAddress/cbc:StreetName")[:120],
        postal_code=_said(party, "cac:PostalAddress/cbc:PostalZone")[:10],
        city=_said(party, "cac:PostalAddress/cbc:CityName")[:60],
    )


def _account(text: str) -> str:
    """Return the eleven digits of an account, also of a Norwegian IBAN."""
    written = kid.cleaned(text)
    iban = NORWEGIAN_IBAN.fullmatch(written)
    return iban[1] if iban else written


def _pdf(root: Element, beside: Beside) -> bytes | None:
    for one in root.findall("cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject", NAMES):
        if one.get("mimeCode") == "application/pdf":
            return checked_pdf(decoded(one.text or ""))
    content = beside("")
    return None if content is None else checked_pdf(content)


# Values --------------------------------------------------------------------------------------------


def _one(element: Element, path: str) -> Element:
    found = element.find(path, NAMES)
    if found is None:
        raise Unfit("missing", f"{path.replace('cac:', '')} is missing.")
    return found


def _said(element: Element, path: str) -> str:
    return (element.findtext(path, "", NAMES) or "").strip()


def _amount(element: Element, path: str, *, default: str = "") -> Decimal:
    return decimal_of(_said(element, path) or default, path.rpartition(":")[2])
