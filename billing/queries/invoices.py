"""What the pages of invoices ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, DecimalField, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear, TruncMonth

from billing.models import Invoice, Payment, PaymentAgreement
from billing.models.invoices import COUNTED, IS_TO_CREDIT, IS_UNPAID, InvoiceQuerySet
from billing.queries.cases import NotHeld
from billing.queries.settlements import settlement_of
from billing.rules.invoicing.comparing import Comparison, compare
from billing.rules.invoicing.documents import Kind
from billing.rules.invoicing.standing import Status
from metering.days import Direction
from metering.periods import Span, add_months, month_of
from metering.queries import DaysReadings, Installation, days_of, installation_of
from portal.customers.models import Customer

ZERO = Decimal("0.00")
# A chart of more days than these is no help.
MOST_DAYS = 100
MOST_PLACES = 500
# The day an invoice is found by: the last of what it is for, as in Invoice.month.
KNOWN_BY = Coalesce("last", "issued_on")


@dataclass(frozen=True)
class Asked:
    """What the overview is to show. `point` is a metering point's key; `year` None is the last twelve months."""

    today: date
    point: int | None = None
    status: Status | None = None
    year: int | None = None
    search: str = ""

    @property
    def since(self) -> date:
        """The first day of the twelve months before this one: this month's invoice may not be here yet."""
        return add_months(month_of(self.today), -12)


def asked_for(rows: InvoiceQuerySet, asked: Asked) -> InvoiceQuerySet:
    """Return those of some customers' invoices that are asked for; a search goes through all years."""
    if asked.point is not None:
        rows = rows.filter(metering_point=asked.point)
    if asked.status is not None:
        rows = rows.with_status(asked.status, asked.today)
    found = rows.select_related("customer").annotate(known_by=KNOWN_BY)
    if asked.search:
        return found.matching(asked.search)
    if asked.year is not None:
        return found.filter(known_by__year=asked.year)
    return found.filter(known_by__gte=asked.since)


def years_of(rows: InvoiceQuerySet) -> list[int]:
    """Return the years that have invoices, the latest first."""
    by_year = rows.annotate(year=ExtractYear(KNOWN_BY)).order_by("-year")
    return list(by_year.values_list("year", flat=True).distinct())


def places_of(rows: InvoiceQuerySet) -> list[tuple[int, str]]:
    """Return the metering points that there are invoices for: (key, address)."""
    rows = rows.exclude(metering_point=None).order_by("metering_point__address")
    points = rows.values_list("metering_point", "metering_point__address", "metering_point__gsrn").distinct()
    return [(pk, address or gsrn) for pk, address, gsrn in points[:MOST_PLACES]]


@dataclass(frozen=True)
class Owed:
    """How some invoices and credit notes stand, NOK: how many there are, how many of them are not paid, what is left of
    those, when the first of them is due (None: no day, or none is left), and what is to the customer's credit.
    """

    invoices: int
    unpaid: int
    left: Decimal
    next_due_on: date | None
    credit: Decimal


def owed_of(rows: InvoiceQuerySet) -> Owed:
    """Sum up some invoices and credit notes. One query."""
    found = rows.order_by().aggregate(
        invoices=Count("pk"),
        unpaid=Count("pk", filter=IS_UNPAID),
        left=Sum(F("total") - COUNTED, filter=IS_UNPAID),
        next_due_on=Min("due_on", filter=IS_UNPAID),
        credit=Sum(COUNTED - _signed(), filter=IS_TO_CREDIT),
    )
    return Owed(**found | {"left": found["left"] or ZERO, "credit": found["credit"] or ZERO})


def _signed() -> Case:
    field = DecimalField(max_digits=14, decimal_places=2)
    return Case(
        When(kind=Kind.CREDIT_NOTE, then=Value(ZERO) - F("total")),
        default=F("total"),
        output_field=field,
    )


def amounts_by_month(rows: InvoiceQuerySet) -> dict[date, Decimal]:
    """Return what each month cost, by the month that was invoiced: invoices less credit notes."""
    by_month = rows.order_by().annotate(of_month=TruncMonth(KNOWN_BY)).values("of_month")
    return {one["of_month"]: one["cost"] for one in by_month.annotate(cost=Sum(_signed()))}


def months_shown(asked: Asked, amounts: Mapping[date, Decimal]) -> list[date]:
    """Return the months of the chart: those of the year, else the last twelve, and this one when it has an amount."""
    if asked.year:
        return [date(asked.year, month, 1) for month in range(1, 13)]
    months = [add_months(asked.since, number) for number in range(13)]
    return months if months[-1] in amounts else months[:-1]


# One invoice ---------------------------------------------------------------------------------------


def previous_of(invoice: Invoice) -> Invoice | None:
    """Return the invoice before, for the same metering point or, without one, for the same subject."""
    if invoice.is_credit_note:
        return None
    rows = Invoice.objects.filter(customer=invoice.customer, kind=Kind.INVOICE, metering_point=invoice.metering_point)
    rows = rows.exclude(pk=invoice.pk).exclude(pk__in=rows.taken_back().values("pk"))
    if invoice.metering_point_id is None:
        rows = rows.filter(subject=invoice.subject)
    begins = invoice.first or invoice.issued_on
    earlier = Q(last__lt=begins) | Q(last=None, issued_on__lt=invoice.issued_on)
    return rows.filter(earlier).order_by(KNOWN_BY.desc(), "-pk").prefetch_related("lines").first()


def comparison_of(invoice: Invoice, previous: Invoice | None) -> Comparison | None:
    if previous is None or previous.vat_included != invoice.vat_included:
        return None
    vat = ZERO if invoice.vat_included else invoice.vat - previous.vat
    lines, lines_before = invoice.document_lines(), previous.document_lines()
    return compare(lines, lines_before, invoice.total - previous.total, vat=vat)


def readings_of(invoice: Invoice, today: date) -> DaysReadings | None:
    """Return the days of a grid invoice's period, as far as its customer held the metering point; None for no chart."""
    if invoice.metering_point_id is None or invoice.first is None or invoice.last is None:
        return None
    if (invoice.last - invoice.first) > timedelta(days=MOST_DAYS):
        return None
    installation: Installation | None = installation_of(invoice.customer, invoice.metering_point_id, today)
    if installation is None:
        return None
    shown = days_of(installation, Direction.CONSUMPTION, Span(invoice.first, invoice.last))
    return shown if shown.known else None


def settled_total_of(invoice: Invoice) -> Decimal | None:
    """Return what our own settlement of the invoice's days comes to, NOK; None where there is none to compare with.

    Only for invoices of days within one month whose lines are with VAT as the settlement's are; it is to be compared
    with `invoice.as_settled`.
    """
    point, first, last = invoice.metering_point, invoice.first, invoice.last
    if point is None or first is None or last is None or (first.year, first.month) != (last.year, last.month):
        return None
    try:
        settled = settlement_of(point, first, last, since=first, customer=invoice.customer)
    except NotHeld:
        return None
    if settled.unknown or settled.is_private != invoice.vat_included:
        return None
    return settled.total


def agreement_of(customer: Customer) -> PaymentAgreement | None:
    return PaymentAgreement.objects.filter(customer=customer).first()


def next_due_of(rows: InvoiceQuerySet, owed: Owed) -> UUID | None:
    """Return the key of the unpaid invoice that is due first, None when all are paid."""
    if not owed.unpaid:
        return None
    # Asked for the first one only, the database goes through everybody's invoices in the order of their days.
    due = rows.unpaid().filter(due_on=owed.next_due_on).order_by().values_list("pk", "key")
    return min(due, default=(0, None))[1]


def payments_of(invoice: Invoice, notes: Iterable[Invoice]) -> QuerySet[Payment]:
    """Return the payments of an invoice and of the credit notes that count on it."""
    # By their keys: "or that corrects it" would join every payment of the company.
    return Payment.objects.filter(invoice__in=[invoice.pk, *(note.pk for note in notes)]).order_by("paid_on", "pk")
