"""Made-up invoices of more than a year, in every state: of the grid by the settlement, of waste by a list of prices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import translation
from django.utils.translation import gettext

from billing.actions.invoicing import issuing
from billing.actions.invoicing.payments import pay
from billing.actions.invoicing.storing import How, keep
from billing.importers.invoices.incoming import Incoming
from billing.models import Invoice, InvoiceSettings, PaymentAgreement
from billing.models.invoices import Source
from billing.queries import Company, NotHeld, company, settlement_of
from billing.rules.invoicing import kid
from billing.rules.invoicing.documents import Document, DocumentLine, Kind, completed
from billing.rules.money import to_ore
from metering.models import Holding, MeteringPoint
from metering.periods import add_months, month_of, month_span
from portal.customers.models import Customer
from portal.tenancy.models import Tenant, current_tenant

MONTHS = 14
ISSUED_ON = 8
DUE_DAYS = 21
# Eleven digits with a check digit that fits, at no bank there is.
ACCOUNT = "12345678911"
FIRST_NUMBER = 102600318
ORG_NO = "315000009"
VAT = Decimal(25)
# What a waste company invoices: (text, unit, price in kroner without VAT, fewest, most); tonnes and hours in tenths.
WASTE: Sequence[tuple[str, str, str, int, int]] = (
    ("Leie av container, 10 m³", "month", "420.00", 1, 1),
    ("Tømming av container", "pcs", "1290.00", 1, 4),
    ("Transport", "pcs", "690.00", 1, 4),
    ("Restavfall til sortering", "t", "1845.00", 8, 46),
    ("Trevirke, behandlet", "t", "1120.00", 0, 22),
    ("Papp og papir", "t", "-180.00", 0, 12),
)
HAZARDOUS: Sequence[tuple[str, str, str, int, int]] = (
    ("Mottak av farlig avfall, spillolje", "kg", "2.85", 4000, 14000),
    ("Tankvask", "h", "1480.00", 20, 80),
    ("Deklarering", "pcs", "245.00", 2, 8),
    ("Transport, ADR", "pcs", "2150.00", 1, 3),
)

NYNORSK = {
    "Leie av container, 10 m³": "Leige av container, 10 m³",
    "Trevirke, behandlet": "Trevirke, behandla",
    "Containertjenester": "Containertenester",
    "Ved betaling etter forfall beregnes renter etter forsinkelsesrenteloven.": (
        "Ved betaling etter forfall reknar vi rente etter forseinkingsrentelova."
    ),
    "Erstattes av ny faktura.": "Blir erstatta av ny faktura.",
    "Erstatter faktura": "Erstattar faktura",
}


def _said(text: str) -> str:
    """Return a text of the company's own in its language: what is written on an invoice stays as it is written."""
    return NYNORSK.get(text, text) if current_tenant().language == "nn" else text


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill a new tenant whose customers, metering points, readings and prices are there."""
    settings = InvoiceSettings.objects.create(
        account=ACCOUNT,
        org_no=ORG_NO,
        address="Postboks 14",
        postal_code="1489",
        city="Solvika",
        due_days=DUE_DAYS,
        first_number=FIRST_NUMBER,
        text=_said("Ved betaling etter forfall beregnes renter etter forsinkelsesrenteloven."),
    )
    months = [add_months(month_of(today), -number) for number in range(MONTHS, 0, -1)]
    documents = [*_grid_invoices(months, settings), *_waste_invoices(tenant, months, rng)]
    documents.sort(key=lambda one: one.issued_on)
    numbered = [_numbered(one, FIRST_NUMBER + at) for at, one in enumerate(documents) if one.issued_on <= today]
    _store(numbered)
    if wrong := _settle_up(today):
        _correct(wrong, today, FIRST_NUMBER + len(numbered))
    _agreements()


def _store(documents: Sequence[Document]) -> list[Invoice]:
    """Store documents as if each had come in on the day it was issued; nobody is told."""
    stored = []
    for line, one in enumerate(documents, 1):
        at = datetime.combine(one.issued_on, time(6), tzinfo=UTC)
        found = keep([Incoming(line, one.number, one)], How(source=Source.IMPORTED, by=None, tells=False, at=at))
        stored += [each.invoice for each in found if each.invoice]
    return stored


def _numbered(document: Document, number: int) -> Document:
    return replace(document, number=str(number), kid=kid.make(document.customer, str(number)))


def _grid_invoices(months: Sequence[date], settings: InvoiceSettings) -> Iterator[Document]:
    of = company()
    with translation.override(current_tenant().language):
        for point in MeteringPoint.objects.order_by("pk"):
            for holding in Holding.objects.filter(metering_point=point).select_related("customer"):
                for month in months:
                    if document := _grid_invoice(holding, month, settings, of):
                        yield document


def _grid_invoice(holding: Holding, month: date, settings: InvoiceSettings, of: Company) -> Document | None:
    point, customer = holding.metering_point, holding.customer
    try:
        settlement = settlement_of(point, month, customer=customer, of=of)
    except NotHeld:
        return None
    if not settlement.lines or settlement.unknown:
        return None
    percent = issuing.vat_percent_of(point, customer, settlement, of)
    issued = add_months(month, 1).replace(day=ISSUED_ON)
    document = issuing.document_of(
        settlement, point, customer, number="1", issued_on=issued, settings=settings, percent=percent
    )
    return replace(document, subject=gettext("Grid rent"), place=point.full_address, sent_as="e_invoice")


def _waste_invoices(tenant: Tenant, months: Sequence[date], rng: Random) -> Iterator[Document]:
    if tenant.has_module("orders"):
        subject, offered = "Containertjenester", WASTE
    elif tenant.has_module("callouts"):
        subject, offered = "Avfallshåndtering", HAZARDOUS
    else:
        return
    for customer in Customer.objects.exclude(address="").order_by("number"):
        if customer.kind == Customer.Kind.PRIVATE and tenant.has_module("grid"):
            continue
        for month in months:
            lines = tuple(_waste_lines(offered, rng))
            net = sum((line.amount for line in lines), Decimal("0.00"))
            vat = to_ore(net * VAT / 100)
            issued = add_months(month, 1).replace(day=ISSUED_ON)
            yield completed(
                Document(
                    kind=Kind.INVOICE,
                    number="1",
                    customer=customer.number,
                    issued_on=issued,
                    due_on=issued + timedelta(days=DUE_DAYS),
                    first=month,
                    last=month_span(month).last,
                    net=net,
                    vat=vat,
                    total=net + vat,
                    lines=lines,
                    account=ACCOUNT,
                    subject=_said(subject),
                    reference=f"PO-{rng.randrange(1000, 9999)}" if customer.kind == Customer.Kind.BUSINESS else "",
                    sent_as="ehf" if customer.kind == Customer.Kind.BUSINESS else "email",
                )
            )


def _waste_lines(offered: Sequence[tuple[str, str, str, int, int]], rng: Random) -> Iterator[DocumentLine]:
    for text, unit, price, fewest, most in offered:
        quantity = Decimal(rng.randint(fewest, most))
        if unit in ("t", "h"):
            quantity /= 10
        if quantity:
            yield DocumentLine(
                text=_said(text),
                quantity=quantity,
                unit=unit,
                unit_price=Decimal(price),
                vat_percent=VAT,
                amount=to_ore(quantity * Decimal(price)),
            )


# Where they stand ----------------------------------------------------------------------------------


def _settle_up(today: date) -> Invoice | None:
    """Let most be paid in time, and some not: one overdue, one sent to collection; return one to be taken back."""
    overdue = Customer.objects.exclude(kind=Customer.Kind.PRIVATE).order_by("number").first()
    collection = Customer.objects.filter(kind=Customer.Kind.HOUSING_COOPERATIVE).order_by("number").first()
    late = Invoice.objects.filter(due_on__lt=today).order_by("-due_on", "pk")
    not_paid = late.filter(customer=overdue).first()
    collected = late.filter(customer=collection, due_on__lt=today - timedelta(days=60)).first()
    first = Customer.objects.order_by("number").first()
    apart = [one.pk for one in (not_paid, collected) if one]
    wrong = Invoice.objects.filter(customer=first).exclude(pk__in=apart).order_by("-issued_on", "pk").first()
    for invoice in late:
        if invoice == collected:
            on = min(today, (invoice.due_on or today) + timedelta(days=45))
            Invoice.objects.filter(pk=invoice.pk).update(in_collection_on=on)
        elif invoice == not_paid:
            _pay(invoice, to_ore(invoice.total / 4))
        elif invoice != wrong:
            _pay(invoice, invoice.total)
    return wrong


def _pay(invoice: Invoice, amount: Decimal) -> None:
    if amount > 0 and invoice.due_on:
        on = invoice.due_on - timedelta(days=invoice.pk % 4)
        pay(invoice=invoice, on=on, amount=amount, reference=f"OCR-{on:%Y%m%d}-{invoice.number}")


def _correct(wrong: Invoice, today: date, number: int) -> None:
    """Take back an unpaid invoice by a credit note, and issue it again."""
    lines = tuple(wrong.document_lines())
    same = Document(
        kind=Kind.CREDIT_NOTE,
        number=str(number),
        customer=wrong.customer_number,
        issued_on=today,
        due_on=None,
        first=wrong.first,
        last=wrong.last,
        net=wrong.net,
        vat=wrong.vat,
        total=wrong.total,
        lines=lines,
        vat_groups=tuple(wrong.groups),
        vat_included=wrong.vat_included,
        corrects=wrong.number,
        subject=wrong.subject,
        reference=wrong.reference,
        gsrn=wrong.gsrn,
        place=wrong.place,
        note=_said("Erstattes av ny faktura."),
    )
    again = replace(
        same,
        kind=Kind.INVOICE,
        number=str(number + 1),
        due_on=today + timedelta(days=DUE_DAYS),
        corrects="",
        note=f"{_said('Erstatter faktura')} {wrong.number}.",
        account=wrong.account,
        kid=kid.make(wrong.customer_number, str(number + 1)),
    )
    _store([same, again])


def _agreements() -> None:
    for at, customer in enumerate(Customer.objects.exclude(address="").order_by("number")):
        if at % 3 != 2:
            PaymentAgreement.objects.create(customer=customer, e_invoice=True, direct_debit=at % 3 == 0)
