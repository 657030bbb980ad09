"""Adding up what customers with very many installations had together, so that their pages need not."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Count, Max, Min, Value
from django.db.models.functions import Coalesce

from metering import holder_months, partitions, queries
from metering.days import Direction
from metering.models import HolderMonth, Holding
from metering.periods import Span, month_of, month_span
from metering.queries import Holder
from portal.customers.models import Customer

# Customer, direction and month, by its first day.
Missing = tuple[Customer, Direction, date]


def add_up_holders(*, today: date) -> int:
    """Make the sums that are lacking, each in a transaction of its own; returns how many.

    What has become stale goes first. While days are being written it leaves the rest for the next time.
    """
    oldest = min(partitions.months(), default=today)
    with transaction.atomic():
        if not holder_months.be_alone():
            return 0
        holder_months.remove_stale(oldest)
        missing = list(_missing(oldest, today))
    for made, one in enumerate(missing):
        if not _add_up(*one, today=today):
            return made
    return len(missing)


def _missing(oldest: date, today: date) -> Iterator[Missing]:
    kept = set(HolderMonth.objects.values_list("customer", "direction", "month"))
    for customer, held in _with_many(oldest, today):
        for direction in Direction:
            for month in held.months():
                if (customer.pk, int(direction), month) not in kept:
                    yield customer, direction, month


def _with_many(oldest: date, today: date) -> Iterator[tuple[Customer, Span]]:
    """Yield those who have held many, with the days of which there may be readings."""
    held = Holding.objects.filter(valid_from__lte=today).values("customer").order_by()
    spans = held.annotate(count=Count("pk"), first=Min("valid_from"), last=Max(Coalesce("valid_to", Value(today))))
    many = {row["customer"]: row for row in spans.filter(count__gte=holder_months.MANY)}
    for customer in Customer.objects.filter(pk__in=many).order_by("pk"):
        row = many[customer.pk]
        span = Span(max(row["first"], oldest), min(row["last"], today))
        if span.first <= span.last:
            yield customer, span


@transaction.atomic
def _add_up(customer: Customer, direction: Direction, month: date, *, today: date) -> bool:
    """Make one month's sums; False where somebody writes days or holdings just now, or holds the customer's row.

    Nobody may wait for us who wait for them: those who write are kept out meanwhile.
    """
    free = Customer.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=customer.pk)
    if not holder_months.be_alone() or not list(free.values_list("pk")):
        return False
    span, holder = month_span(month), Holder(customer, today)
    days, hours = queries.days_together(holder, direction, span), queries.hours_together(holder, direction, span)
    HolderMonth.objects.update_or_create(
        customer=customer,
        direction=direction,
        month=month_of(month),
        defaults={
            "days_wh": [days[day].wh if day in days else None for day in span.days()],
            "whole": [days[day].whole if day in days else 0 for day in span.days()],
            "known": queries.known_together(holder, direction, span),
            "expected": [hours[day].expected for day in span.days()],
            "hours_wh": [hour.wh for day in span.days() for hour in hours[day].hours],
            "hours_whole": [hour.whole for day in span.days() for hour in hours[day].hours],
        },
    )
    return True
