"""Writing invoices as they are issued: a chunk at a time, each document once, none changed."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery

from billing.importers.invoices.incoming import Incoming
from billing.models import Invoice, InvoiceLine, InvoiceSettings
from billing.models.invoices import Source
from billing.rules.invoicing.documents import Document, Kind, Party, Problem, VatGroup, completed, problems_of
from metering.models import MeteringPoint
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload, store
from portal.files.models import StoredFile
from portal.tenancy.locks import one_at_a_time
from portal.tenancy.models import current_tenant

SIX_DECIMALS = Decimal("0.000001")
# More are no number of a series.
DIGITS = re.compile(r"[0-9]{1,18}")
# What may stand around an organisation number: "NO 315 000 009 MVA".
ORG_NO = re.compile(r"\D")


class Outcome(StrEnum):
    """What became of a document. SAME: it is there and says the same; ATTACHED: it had no PDF, and has one now."""

    NEW = "new"
    SAME = "same"
    ATTACHED = "attached"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Stored:
    """One document of a chunk; `problems` tell why it was rejected."""

    incoming: Incoming
    outcome: Outcome
    invoice: Invoice | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class How:
    """How a chunk is stored. `tells`: customers are told of what is new."""

    source: Source
    by: User | None
    tells: bool
    at: datetime
    keeps_files: bool = True


def one_import_at_a_time() -> None:
    """Let two imports at once wait for each other: each would not see what the other has not committed."""
    one_at_a_time("billing_invoices")


@transaction.atomic
def keep(chunk: Sequence[Incoming], how: How) -> list[Stored]:
    """Store what is right and new; in the order given, but credit notes after the invoices they take back."""
    one_import_at_a_time()
    known = _Known(chunk, how)
    checked = _all_checked(chunk, known)
    for one in checked:
        if one.outcome == Outcome.ATTACHED:
            _attach(one, how)
    new = [one for one in checked if one.outcome == Outcome.NEW]
    rows = iter(_insert_all(new, known, how) if new else [])
    return [replace(one, invoice=next(rows)) if one.outcome == Outcome.NEW else one for one in checked]


class _Known:
    """What a chunk needs to know of what is stored: a handful of queries, however many documents there are."""

    def __init__(self, chunk: Iterable[Incoming], how: How) -> None:
        documents = [one.document for one in chunk if one.document]
        numbers = {one.number for one in documents} | {one.corrects for one in documents if one.corrects}
        settings = InvoiceSettings.current()
        self.method = settings.method
        self.own_org_no = settings.org_no if how.source == Source.IMPORTED else ""
        # From here on numbers are the company's own; None where it takes in whatever comes.
        self.own_from = settings.own_series_from if how.source == Source.IMPORTED else None
        rows = Invoice.objects.filter(number__in=numbers).select_related("customer", "original")
        self.invoices = {row.number: row for row in rows}
        self.customers = {
            row.number: row for row in Customer.objects.filter(number__in={one.customer for one in documents})
        }
        self.by_org_no: dict[str, list[Customer]] = {}
        org_nos = {one.buyer.org_no for one in documents if one.buyer.org_no and not one.customer}
        for row in Customer.objects.filter(org_no__in=org_nos):
            self.by_org_no.setdefault(row.org_no, []).append(row)
        gsrns = {one.gsrn for one in documents if one.gsrn}
        self.points = {row.gsrn: row for row in MeteringPoint.objects.filter(gsrn__in=gsrns)}
        # What this chunk has brought so far: number → (fingerprint, customer).
        self.brought: dict[str, tuple[str, int]] = {}
        self.without_pdf = {row.number for row in self.invoices.values() if _may_be_given_pdf(row)}

    def customer_of(self, document: Document) -> Customer | None:
        if document.customer:
            return self.customers.get(document.customer)
        found = self.by_org_no.get(document.buyer.org_no, [])
        return found[0] if len(found) == 1 else None

    def is_own_number(self, number: str) -> bool:
        return self.own_from is not None and bool(DIGITS.fullmatch(number)) and int(number) >= self.own_from

    def said_of(self, number: str) -> tuple[str, int] | None:
        """Return the fingerprint and the customer of an invoice that is stored, or comes in this chunk."""
        row = self.invoices.get(number)
        return (row.fingerprint, row.customer_id) if row else self.brought.get(number)


def _all_checked(chunk: Sequence[Incoming], known: _Known) -> list[Stored]:
    """Return what becomes of each, in the order given. Credit notes are looked at last: by then it is known whose the
    invoices are that they take back.
    """
    found: dict[int, Stored] = {}
    for at in sorted(range(len(chunk)), key=lambda at: _is_credit_note(chunk[at])):
        found[at] = _checked(chunk[at], known)
    return [found[at] for at in range(len(chunk))]


def _is_credit_note(incoming: Incoming) -> bool:
    return incoming.document is not None and incoming.document.kind == Kind.CREDIT_NOTE


def _checked(incoming: Incoming, known: _Known) -> Stored:
    if incoming.document is None:
        return Stored(incoming, Outcome.REJECTED, problems=tuple(incoming.problems))
    document = completed(incoming.document)
    incoming = replace(incoming, document=document)
    there = known.said_of(document.number)
    if there and there[0] == document.fingerprint:
        return _same(incoming, document.number, known)
    customer = known.customer_of(document)
    problems = problems_of(document, known.method)
    if not there and known.is_own_number(document.number):
        text = f"Numbers from {known.own_from} on are given out here: the billing system needs a series of its own."
        problems.append(Problem("own_series", text))
    if there:
        problems.append(Problem("number_taken", f"There is an invoice {document.number} that says something else."))
    if customer is None and (document.customer or document.buyer.org_no):
        who = document.customer or f"with organisation number {document.buyer.org_no}"
        problems.append(Problem("customer", f"There is no customer {who}, or more than one."))
    if customer is not None:
        problems += [*_correction_problems(document, customer, known), *_party_problems(document, customer, known)]
    if problems or customer is None:
        return Stored(incoming, Outcome.REJECTED, problems=tuple(problems))
    known.brought[document.number] = (document.fingerprint, customer.pk)
    return Stored(incoming, Outcome.NEW)


def _may_be_given_pdf(invoice: Invoice) -> bool:
    # What the virus scan has stopped, or has not found, may be replaced: nobody can open it.
    has_one = invoice.original is not None and not invoice.original.is_gone
    return invoice.source == Source.IMPORTED and not has_one


def _same(incoming: Incoming, number: str, known: _Known) -> Stored:
    """Return what becomes of a document that is there: a PDF that comes later than its invoice is given to it, once."""
    if incoming.pdf is None or number not in known.without_pdf:
        return Stored(incoming, Outcome.SAME)
    known.without_pdf.discard(number)
    return Stored(incoming, Outcome.ATTACHED, invoice=known.invoices[number])


def _correction_problems(document: Document, customer: Customer, known: _Known) -> list[Problem]:
    if document.kind != Kind.CREDIT_NOTE or not document.corrects:
        return []
    if document.corrects == document.number:
        return [Problem("corrects", "A credit note cannot take back itself.")]
    there = known.said_of(document.corrects)
    if there and there[1] != customer.pk:
        return [Problem("corrects", f"Invoice {document.corrects} is another customer's.")]
    return []


def _party_problems(document: Document, customer: Customer, known: _Known) -> Iterator[Problem]:
    """Yield who is another than the numbers say: a file of another company's is not shown to this one's customers."""
    seller, buyer = (ORG_NO.sub("", party.org_no) for party in (document.seller, document.buyer))
    if seller and known.own_org_no and seller != known.own_org_no:
        yield Problem("seller", f"It is from {seller}, but this company is {known.own_org_no}.")
    if buyer and customer.org_no and buyer != customer.org_no:
        yield Problem("buyer", f"It is to {buyer}, but customer {customer.number} is {customer.org_no}.")


# Writing -------------------------------------------------------------------------------------------


def _insert_all(new: Sequence[Stored], known: _Known, how: How) -> list[Invoice]:
    documents = [one.incoming.document for one in new if one.incoming.document]
    files = [_file_of(one.incoming, how) for one in new]
    seller = own_party()
    rows = [_row(document, file, known, how, seller) for document, file in zip(documents, files, strict=True)]
    Invoice.objects.bulk_create(rows)
    lines = [line for row, document in zip(rows, documents, strict=True) for line in _lines(row, document)]
    InvoiceLine.objects.bulk_create(lines, batch_size=1000)
    _link(rows, known)
    return rows


def _attach(one: Stored, how: How) -> None:
    file = _file_of(one.incoming, how)
    if one.invoice is None or file is None:
        return
    Invoice.objects.filter(pk=one.invoice.pk).update(original=file)
    audit.record(verb="billing.invoice_pdf_attached", by=how.by, obj=one.invoice, customer=one.invoice.customer)


def _file_of(incoming: Incoming, how: How) -> StoredFile | None:
    if incoming.pdf is None or not how.keeps_files:
        return None
    name = f"faktura-{file_name(incoming.number)}.pdf"
    upload = CheckedUpload(io.BytesIO(incoming.pdf), name, "application/pdf", len(incoming.pdf))
    return store(upload, by=how.by)


def file_name(number: str) -> str:
    """Return an invoice's number as it may stand in a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in number)


def own_party() -> Party:
    """Return the company as it stands on its invoices."""
    settings = InvoiceSettings.current()
    return Party(
        name=current_tenant().legal_name,
        org_no=settings.org_no,
        address=settings.address,
        postal_code=settings.postal_code,
        city=settings.city,
    )


def _row(document: Document, file: StoredFile | None, known: _Known, how: How, seller: Party) -> Invoice:
    customer = known.customer_of(document)
    assert customer is not None  # noqa: S101  (checked before)
    point = known.points.get(document.gsrn)
    same = (
        "number", "issued_on", "due_on", "first", "last", "net", "vat", "prepaid", "rounding", "total", "vat_included",
        "kid", "account", "reference", "note", "sent_as", "gsrn", "subject",
    )  # fmt: skip
    return Invoice(
        **{name: getattr(document, name) for name in same},
        kind=document.kind.value,
        source=how.source,
        customer=customer,
        metering_point=point,
        customer_number=document.customer or customer.number,
        meter_number=document.meter_number or (point.meter_number if point else ""),
        place=document.place or (point.full_address if point else ""),
        vat_groups=[_group_as_json(group) for group in document.vat_groups],
        line_count=len(document.lines),
        seller=asdict(document.seller if document.seller.name else seller),
        buyer=asdict(document.buyer if document.buyer.name else party_of(customer)),
        corrects_number=document.corrects,
        fingerprint=document.fingerprint,
        by=how.by,
        created_at=how.at,
        original=file,
        announced_at=None if how.tells else how.at,
    )


def party_of(customer: Customer) -> Party:
    return Party(
        name=customer.name,
        org_no=customer.org_no,
        address=customer.address,
        postal_code=customer.postal_code,
        city=customer.city,
    )


def _group_as_json(group: VatGroup) -> dict[str, str]:
    return {name: f"{amount:f}" for name, amount in asdict(group).items()}


def _lines(row: Invoice, document: Document) -> Iterable[InvoiceLine]:
    for position, line in enumerate(document.lines, 1):
        fields = asdict(line)
        for name in ("quantity", "unit_price"):
            if fields[name] is not None:
                fields[name] = fields[name].quantize(SIX_DECIMALS)
        yield InvoiceLine(invoice=row, position=position, **fields)


def _link(rows: Sequence[Invoice], known: _Known) -> None:
    """Join credit notes to what they take back, whichever of them came first."""
    by_number = {**known.invoices, **{row.number: row for row in rows}}
    for row in rows:
        if row.is_credit_note and row.corrects_number and (taken_back := by_number.get(row.corrects_number)):
            _credit(taken_back, row)
    waiting = Invoice.objects.filter(
        kind=Kind.CREDIT_NOTE, corrects=None, corrects_number__in=[row.number for row in rows if not row.is_credit_note]
    )
    for credit_note in waiting:
        _credit(by_number[credit_note.corrects_number], credit_note)


@transaction.atomic
def link_points() -> int:
    """Join invoices to metering points that have come after them, and return how many."""
    one_import_at_a_time()
    named = MeteringPoint.objects.filter(gsrn=OuterRef("gsrn"))
    waiting = Invoice.objects.filter(metering_point=None).exclude(gsrn="").filter(Exists(named))
    return waiting.update(metering_point=Subquery(named.values("pk")[:1]))


def _credit(invoice: Invoice, credit_note: Invoice) -> None:
    # A credit note that came before the invoice it names could not be refused for being another customer's.
    if invoice.is_credit_note or invoice.customer_id != credit_note.customer_id:
        return
    credit_note.corrects = invoice
    Invoice.objects.filter(pk=credit_note.pk).update(corrects=invoice)
    # What was paid back on the credit note while it stood alone counts on the invoice from now on, as it does.
    counted = {"credited": F("credited") + credit_note.total, "paid": F("paid") + credit_note.paid}
    Invoice.objects.filter(pk=invoice.pk).update(**counted)
