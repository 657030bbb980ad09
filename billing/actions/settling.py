"""Settling, for operators and for the nightly batch, which keeps what it found."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation

from billing.models import SettledMonth
from billing.queries import Company, Settled, settle_all, settlement_of
from billing.queries.settlements import begin_batch, points_after, settle_chunk
from billing.reports import as_json
from billing.rules.settlement import Settlement
from metering.models import MeteringPoint
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant

STORED = ["total", "energy_wh", "mean_kw", "unknown", "is_preliminary", "payload", "settled_at"]


def settle(
    metering_point: MeteringPoint,
    month: date,
    until: date | None = None,
    *,
    customer: Customer | None = None,
    of: Company | None = None,
) -> Settlement:
    """Settle a metering point's month, up to and including `until`. Writes nothing. Raises NotHeld."""
    return settlement_of(metering_point, month, until, customer=customer, of=of)


def settle_month(month: date, until: date | None = None) -> Iterator[Settled]:
    """Settle all metering points of the current tenant, streaming. Writes nothing."""
    return settle_all(month, until)


def store_month(*, month: date, until: date | None = None, at: datetime | None = None) -> dict[str, int]:
    """Settle all metering points and keep what was found, in place of what was found before.

    Returns how many were settled, how many nobody held, and how many have something unknown. Every some hundred points
    are a transaction of their own where none is open: what is killed half way has left what it did.
    """
    counts = {"settled": 0, "not_held": 0, "incomplete": 0}
    moment, after = at or timezone.now(), 0
    with transaction.atomic():
        batch = begin_batch(month, until)
    while True:
        with transaction.atomic():
            points = points_after(after)
            if not points:
                return counts
            chunk = list(settle_chunk(batch, points))
            found = [(one.point, one.settlement) for one in chunk if one.settlement is not None]
            keep(found, month.replace(day=1), moment)
        counts["settled"] += len(found)
        counts["not_held"] += len(chunk) - len(found)
        counts["incomplete"] += sum(bool(settlement.unknown) for _, settlement in found)
        after = points[-1].pk


def keep(found: Sequence[tuple[MeteringPoint, Settlement]], month: date, at: datetime) -> None:
    """Store settlements of a month in place of those found before. `at` is when they were found."""
    # The company's staff read what is kept, whoever had it made.
    with translation.override(current_tenant().language):
        rows = [_row(point, settled, month, at) for point, settled in found]
    SettledMonth.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant", "metering_point", "month"],
        update_fields=STORED,
    )


def _row(point: MeteringPoint, settled: Settlement, month: date, at: datetime) -> SettledMonth:
    return SettledMonth(
        metering_point=point,
        month=month,
        total=settled.total,
        energy_wh=settled.energy_wh,
        mean_kw=settled.basis.value if settled.basis and settled.basis.counted else None,
        unknown=sorted({one.what.value for one in settled.unknown}),
        is_preliminary=settled.is_preliminary,
        payload=as_json(point.gsrn, settled),
        settled_at=at,
    )
