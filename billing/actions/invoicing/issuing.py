"""Making a month's grid invoices from its settlement, for companies whose billing system is this one.

Numbers are without gaps: they are taken in the transaction that stores the invoices. What is issued is never changed; a
mistake is put right by a credit note, after which the month can be invoiced again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext

from billing import wording
from billing.actions.invoicing.storing import How, keep, link_points, one_import_at_a_time
from billing.importers.invoices.incoming import Incoming
from billing.models import Invoice, InvoiceSettings
from billing.models.invoice_settings import SERIES
from billing.models.invoices import Source
from billing.queries import Company, NotHeld, case_of, company, settlement_of
from billing.queries.invoiced import Invoiced, covered, invoiced_days
from billing.rules.invoicing import kid
from billing.rules.invoicing.comparing import SCHEMES
from billing.rules.invoicing.documents import Document, DocumentLine, Kind, completed, problems_of
from billing.rules.lines import Code, Line
from billing.rules.money import to_ore
from billing.rules.settlement import Settlement
from billing.rules.taxes import Kind as Rate
from metering.models import Holding, MeteringPoint
from metering.periods import Span, month_span
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import next_number

CHUNK = 100
ZERO = Decimal("0.00")


class Skip(StrEnum):
    """Why a metering point got no invoice."""

    INVOICED = "invoiced"
    # An imported invoice has a part of the days, or does not say which days it is for.
    UNCLEAR = "invoiced_in_part"
    # Of what is not right no invoice can be made, such as a KID of a customer number that is too long.
    UNFIT = "unfit"
    READINGS = "readings_missing"
    UNKNOWN = "prices_unknown"
    PRELIMINARY = "preliminary"
    NOTHING = "nothing_used"


class CannotIssue(ValueError):
    """The company cannot make invoices, or not for this month; the message is for a person."""


@dataclass
class Report:
    """What came of a month."""

    month: date
    dry_run: bool
    issued: int = 0
    total: Decimal = ZERO
    skipped: Counter[Skip] = field(default_factory=Counter)
    points: list[tuple[str, Skip]] = field(default_factory=list)

    @property
    def has_missing(self) -> bool:
        """Whether something is left that should have been invoiced."""
        return any(self.skipped[why] for why in Skip if why not in (Skip.INVOICED, Skip.NOTHING))

    def leave_out(self, gsrn: str, why: Skip) -> None:
        self.skipped[why] += 1
        if why != Skip.INVOICED:
            self.points.append((gsrn, why))

    def as_json(self) -> dict[str, Any]:
        return {
            "month": f"{self.month:%Y-%m}",
            "dry_run": self.dry_run,
            "issued": self.issued,
            "total": str(self.total),
            "skipped": {why.value: self.skipped[why] for why in Skip},
            "points": [{"metering_point": gsrn, "why": why.value} for gsrn, why in self.points],
        }


@dataclass(frozen=True)
class _Case:
    point: MeteringPoint
    customer: Customer
    settlement: Settlement


def issue_month(*, month: date, by: User | None, today: date, dry_run: bool = False) -> Report:
    """Invoice every holder of every metering point for a month that is over. Raises CannotIssue.

    Run again, it makes what is still missing. Some hundred invoices are a transaction of their own where none is open.
    """
    settings = InvoiceSettings.current()
    _refuse_unready(settings, month, today)
    if not dry_run:
        link_points()
    report, of = Report(month.replace(day=1), dry_run), company()
    pairs = _holders(month)
    while some := list(islice(pairs, CHUNK)):
        with transaction.atomic():
            _issue(some, settings, of.afresh(), report, by, today)
            if dry_run:
                transaction.set_rollback(True)
    if report.issued and not dry_run:
        data = {"month": f"{month:%Y-%m}", "issued": report.issued, "total": str(report.total)}
        audit.record(verb="billing.invoices_issued", by=by, data=data)
        from billing.tasks import announce_invoices

        announce_invoices.delay_on_commit()
    return report


def _refuse_unready(settings: InvoiceSettings, month: date, today: date) -> None:
    if not settings.issues_invoices:
        raise CannotIssue("This company's invoices come from its billing system: see the invoice settings in admin.")
    if not settings.account or not settings.org_no:
        raise CannotIssue("The invoice settings in admin lack an account or an organisation number.")
    if month_span(month).last >= today:
        raise CannotIssue(f"{month:%Y-%m} is not over.")


def _holders(month: date) -> Iterator[tuple[MeteringPoint, Customer]]:
    """Yield everybody who held a metering point in the month, also those who moved within it."""
    first, last = month.replace(day=1), month_span(month).last
    held = Holding.objects.filter(valid_from__lte=last).filter(Q(valid_to=None) | Q(valid_to__gte=first))
    seen: set[tuple[int, int]] = set()
    for holding in held.select_related("metering_point", "customer").order_by("metering_point", "valid_from"):
        key = (holding.metering_point_id, holding.customer_id)
        if key not in seen:
            seen.add(key)
            yield holding.metering_point, holding.customer


def _issue(
    pairs: Sequence[tuple[MeteringPoint, Customer]],
    settings: InvoiceSettings,
    of: Company,
    report: Report,
    by: User | None,
    today: date,
) -> None:
    one_import_at_a_time()
    invoiced = invoiced_days([point for point, _ in pairs], report.month)
    with translation.override(current_tenant().language):
        drafts = list(_drafts(_cases(pairs, invoiced, of, report), settings, of, report, today))
        # Only now, when nothing more can be wrong with any of them, are numbers taken: there are no gaps.
        documents = [_numbered(draft, settings) for draft in drafts]
    if not documents:
        return
    incoming = [Incoming(line, one.number, one) for line, one in enumerate(documents, 1)]
    how = How(source=Source.ISSUED, by=by, tells=True, at=timezone.now())
    for one in keep(incoming, how):
        if one.invoice is None:
            raise CannotIssue(f"Invoice {one.incoming.number}: {'; '.join(problem.text for problem in one.problems)}")
        report.issued += 1
        report.total += one.invoice.total


def _cases(
    pairs: Sequence[tuple[MeteringPoint, Customer]],
    invoiced: Invoiced,
    of: Company,
    report: Report,
) -> Iterator[_Case]:
    for point, customer in pairs:
        there = invoiced.get((point.pk, customer.pk), [])
        if covered(there, Span(report.month, month_span(report.month).last)):
            report.leave_out(point.gsrn, Skip.INVOICED)
            continue
        try:
            settlement = settlement_of(point, report.month, customer=customer, of=of)
        except NotHeld:
            continue
        why = _overlap(there, Span(settlement.period.first_day, settlement.period.last_day)) or why_not(settlement)
        if why is None:
            yield _Case(point, customer, settlement)
        else:
            report.leave_out(point.gsrn, why)


def _overlap(there: Sequence[Span | None], days: Span) -> Skip | None:
    """Return why days are not invoiced again; None where the invoices that are there are for other days."""
    if covered(there, days):
        return Skip.INVOICED
    is_touched = any(one is None or (one.first <= days.last and one.last >= days.first) for one in there)
    return Skip.UNCLEAR if is_touched else None


def why_not(settlement: Settlement) -> Skip | None:
    """Return why a settlement cannot be invoiced yet, None when it can."""
    if not settlement.has_all_readings:
        return Skip.READINGS
    if settlement.unknown:
        return Skip.UNKNOWN
    if settlement.is_preliminary:
        return Skip.PRELIMINARY
    return None if settlement.lines else Skip.NOTHING


def _drafts(
    cases: Iterable[_Case], settings: InvoiceSettings, of: Company, report: Report, today: date
) -> Iterator[Document]:
    """Yield the invoices of which nothing is wrong, as yet without a number of their own."""
    number = str(settings.first_number)
    for case in cases:
        percent = vat_percent_of(case.point, case.customer, case.settlement, of)
        try:
            draft = document_of(
                case.settlement,
                case.point,
                case.customer,
                number=number,
                issued_on=today,
                settings=settings,
                percent=percent,
            )
        except kid.CannotMake:
            report.leave_out(case.point.gsrn, Skip.UNFIT)
            continue
        if problems_of(draft, settings.method):
            report.leave_out(case.point.gsrn, Skip.UNFIT)
        else:
            yield draft


def _numbered(draft: Document, settings: InvoiceSettings) -> Document:
    number = _next_free(settings)
    return replace(draft, number=number, kid=kid.make(draft.customer, number, _check_of(settings)))


def _next_free(settings: InvoiceSettings) -> str:
    """Return the next number; one that an imported invoice has is passed over, and is no gap: it is used."""
    while Invoice.objects.filter(number=(number := str(next_number(SERIES, first=settings.first_number)))).exists():
        pass
    return number


def vat_percent_of(point: MeteringPoint, customer: Customer, settlement: Settlement, of: Company) -> Decimal:
    """Return the VAT of an invoice, percent: business customers' settlements are without it, their invoices with."""
    terms = case_of(point, settlement.period.last_day, customer=customer, of=of).terms
    rate = terms.rate_on(Rate.VAT, settlement.period.last_day)
    return rate.amount if rate else Decimal(0)


def document_of(
    settlement: Settlement,
    point: MeteringPoint,
    customer: Customer,
    *,
    number: str,
    issued_on: date,
    settings: InvoiceSettings,
    percent: Decimal,
) -> Document:
    """Return a settlement as an invoice, its lines in the active language."""
    lines = tuple(_line(line, settlement, percent) for line in settlement.lines)
    of_lines = sum((line.amount for line in lines), ZERO)
    is_with_vat = settlement.is_private
    taxed = sum((line.amount for line in lines if line.vat_percent), ZERO)
    vat = _vat(taxed, percent, is_with_vat=is_with_vat)
    net = of_lines - vat if is_with_vat else of_lines
    document = Document(
        kind=Kind.INVOICE,
        number=number,
        customer=customer.number,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=settings.due_days),
        first=settlement.period.first_day,
        last=settlement.period.last_day,
        net=net,
        vat=vat,
        total=net + vat,
        vat_included=is_with_vat,
        lines=lines,
        kid=kid.make(customer.number, number, _check_of(settings)),
        account=settings.account,
        gsrn=point.gsrn,
        meter_number=point.meter_number,
    )
    return completed(document)


def _check_of(settings: InvoiceSettings) -> kid.Method:
    return kid.Method.MOD11 if settings.method == kid.Method.MOD11 else kid.Method.MOD10


def _vat(of_lines: Decimal, percent: Decimal, *, is_with_vat: bool) -> Decimal:
    return to_ore(of_lines * percent / (100 + percent) if is_with_vat else of_lines * percent / 100)


def _text_of(line: Line) -> str:
    if line.code == Code.SUPPORT:
        # The regulator's words for it on an invoice to a customer.
        return gettext("Temporary support for extraordinary electricity costs")
    return wording.line_text(line)


def _line(line: Line, settlement: Settlement, percent: Decimal) -> DocumentLine:
    tier = wording.tier_text(settlement.tier) if line.code == Code.CAPACITY and settlement.tier else ""
    return DocumentLine(
        text=_text_of(line)[:200],
        detail=tier,
        code=line.code.value,
        period=line.period,
        quantity=line.quantity,
        unit=line.unit,
        # What there is one of costs what it comes to: a twelfth of a year's price has no end.
        unit_price=line.amount if line.quantity == 1 else line.unit_price,
        # What the state gives is taken off after the VAT: it is no price of ours.
        vat_percent=Decimal(0) if line.code in SCHEMES else percent,
        amount=line.amount,
    )


@transaction.atomic
def credit(*, invoice: Invoice, by: User | None, today: date, reason: str = "") -> Invoice | None:
    """Take back an invoice that was issued here by a credit note, and return that; None when it has one already.

    `reason` is kept in the audit log. The month can then be invoiced again. Raises CannotIssue for an imported invoice:
    its own system takes it back.
    """
    one_import_at_a_time()
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    if invoice.source != Source.ISSUED or invoice.is_credit_note:
        raise CannotIssue(f"Invoice {invoice.number} was not issued here.")
    if invoice.credit_notes.exists():
        return None
    number = _next_free(InvoiceSettings.current())
    document = Document(
        kind=Kind.CREDIT_NOTE,
        number=number,
        customer=invoice.customer_number,
        issued_on=today,
        due_on=None,
        first=invoice.first,
        last=invoice.last,
        net=invoice.net,
        vat=invoice.vat,
        prepaid=invoice.prepaid,
        rounding=invoice.rounding,
        total=invoice.total,
        lines=tuple(invoice.document_lines()),
        vat_groups=tuple(invoice.groups),
        vat_included=invoice.vat_included,
        corrects=invoice.number,
        subject=invoice.subject,
        reference=invoice.reference,
        gsrn=invoice.gsrn,
        meter_number=invoice.meter_number,
        place=invoice.place,
    )
    how = How(source=Source.ISSUED, by=by, tells=True, at=timezone.now())
    stored = keep([Incoming(1, number, document)], how)[0].invoice
    if stored is None:
        raise CannotIssue(f"Invoice {invoice.number} cannot be credited.")
    data = {"invoice": invoice.number, "credit_note": number, "reason": reason}
    audit.record(verb="billing.invoice_credited", by=by, obj=stored, customer=invoice.customer, data=data)
    from billing.tasks import announce_invoices

    announce_invoices.delay_on_commit()
    return stored
