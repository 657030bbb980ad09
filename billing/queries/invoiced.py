"""Which days of metering points are invoiced."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from billing.models import Invoice
from billing.rules.invoicing.documents import Kind
from metering.models import MeteringPoint
from metering.periods import Span, month_span

# The days of the invoices of each (metering point, customer).
Invoiced = dict[tuple[int, int], list[Span | None]]


def invoiced_days(points: Iterable[MeteringPoint], month: date) -> Invoiced:
    """Return the days of the month's invoices that are not credited, by (metering point, customer).

    None stands for an invoice that does not say what days it is for, and comes in the month or the one after.
    """
    last = month_span(month).last
    rows = Invoice.objects.filter(kind=Kind.INVOICE, metering_point__in=list(points)).annotate(
        since=Coalesce("first", "last"), until=Coalesce("last", "first")
    )
    undated = Q(since=None, issued_on__range=(month, month_span(last + timedelta(days=1)).last))
    rows = rows.filter(Q(since__lte=last, until__gte=month) | undated)
    standing = rows.exclude(pk__in=rows.taken_back().values("pk"))
    found: Invoiced = {}
    for point, customer, since, until in standing.values_list("metering_point", "customer", "since", "until"):
        found.setdefault((point, customer), []).append(Span(since, until) if since else None)
    return found


def covered(there: Iterable[Span | None], days: Span) -> bool:
    """Tell whether invoices, together, are for every one of some days."""
    missing = days.first
    for one in sorted((one for one in there if one), key=lambda one: one.first):
        if one.first <= missing:
            missing = max(missing, one.last + timedelta(days=1))
    return missing > days.last
