"""Settling, for operators and for the nightly batch, which keeps what it found."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone, translation

from billing.models import SettledMonth
from billing.queries import Settled
from billing.queries.settlements import begin_batch, points_after, settle_chunk
from billing.reports import as_json
from billing.rules.settlement import Settlement
from portal.tenancy.models import current_tenant

STORED = ["total", "energy_wh", "mean_kw", "unknown", "is_preliminary", "values_read", "payload", "settled_at"]
logger = logging.getLogger(__name__)


@dataclass
class Kept:
    """What came of a month: how many metering points were settled, how many of them have something unknown, and how
    many nobody held. `failed` are the metering point IDs of those that could not be settled.
    """

    settled: int = 0
    not_held: int = 0
    incomplete: int = 0
    failed: list[str] = field(default_factory=list)

    def count(self, found: Sequence[Settled], failed: set[str]) -> None:
        """Add some points; all parts of a point must be among them. `failed` are the IDs of those that failed."""
        settled = {one.point.gsrn for one in found if one.settlement} - failed
        self.settled += len(settled)
        self.incomplete += len({one.point.gsrn for one in found if one.settlement and one.settlement.unknown} - failed)
        self.not_held += len({one.point.gsrn for one in found} - settled - failed)
        self.failed += sorted(failed)


def store_month(
    *, month: date, until: date | None = None, at: datetime | None = None, points: Collection[int] | None = None
) -> Kept:
    """Settle all metering points, or those with the keys `points`, and keep what was found in place of what was found
    before: a row for each who held a point.

    One that cannot be settled is logged and named, what was found for it before is left, and the rest is done. Every
    some hundred points are a transaction of their own where none is open: what is killed half way has left what it did.
    """
    kept, moment, after = Kept(), at or timezone.now(), 0
    only = None if points is None else sorted(points)
    with transaction.atomic():
        batch = begin_batch(month, until)
    while True:
        with transaction.atomic():
            chunk = points_after(after, only)
            if not chunk:
                return kept
            found = list(settle_chunk(batch, chunk))
            failed = keep(found, month.replace(day=1), moment)
        kept.count(found, failed)
        after = chunk[-1].pk


def keep(found: Sequence[Settled], month: date, at: datetime) -> set[str]:
    """Store settlements of a month in place of those found before; all parts of a point must be among them.

    `at` is when they were found. Returns the metering point IDs of those that could not be settled, or not be stored.
    """
    failed = {one.point.gsrn for one in found if one.error}
    rows = []
    # The company's staff read what is kept, whoever had it made.
    with translation.override(current_tenant().language):
        for one in found:
            try:
                rows += [_row(one, one.settlement, month, at)] if one.settlement else []
            except Exception:
                logger.exception("The settlement of metering point %s cannot be kept", one.point.pk)
                failed.add(one.point.gsrn)
    try:
        with transaction.atomic():
            _store(rows)
    except (DataError, IntegrityError):
        failed |= {row.metering_point.gsrn for row in rows if not _is_stored(row)}
    points = {one.point.pk for one in found if one.settlement and one.point.gsrn not in failed}
    # Parts of those who, as is known now, did not hold it.
    SettledMonth.objects.filter(metering_point__in=points, month=month, settled_at__lt=at).delete()
    return failed


def _is_stored(row: SettledMonth) -> bool:
    """Store a row by itself: the database takes all of them or none, and one of them is amiss."""
    try:
        with transaction.atomic():
            _store([row])
    except (DataError, IntegrityError):
        logger.exception("The settlement of metering point %s cannot be kept", row.metering_point_id)
        return False
    return True


def _store(rows: Sequence[SettledMonth]) -> None:
    SettledMonth.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant", "metering_point", "month", "customer"],
        update_fields=STORED,
    )


def _row(one: Settled, settled: Settlement, month: date, at: datetime) -> SettledMonth:
    return SettledMonth(
        metering_point=one.point,
        month=month,
        customer_id=one.customer,
        total=settled.total,
        energy_wh=settled.energy_wh,
        mean_kw=settled.basis.value if settled.basis and settled.basis.counted else None,
        unknown=sorted({each.what.value for each in settled.unknown}),
        is_preliminary=settled.is_preliminary,
        values_read=None if settled.has_all_readings else one.values,
        payload=as_json(one.point.gsrn, settled),
        settled_at=at,
    )
