"""Values of metering points that are not registered yet: kept for a while, and taken in when the point appears."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Func, IntegerField, Sum

from metering.days import Direction
from metering.importers.series import Series
from metering.models import ImportBatch, ImportSettings, ParkedSeries


def park(unknown: Sequence[Series], *, batch: ImportBatch | None, at: datetime, taken: int = 0) -> int:
    """Keep series for later, as many of the first as there is room for; returns how many.

    A trial (no batch) keeps none, and has `taken` so many values' room before.
    """
    if not unknown:
        return 0
    room = ImportSettings.current().parked_values_limit - parked_values() - (0 if batch else taken)
    fitting = _fitting(unknown, room)
    if batch is not None:
        ParkedSeries.objects.bulk_create([_parked(series, batch, at) for series in fitting], batch_size=1000)
    return len(fitting)


def parked_values() -> int:
    """Return how many values are parked at this company."""
    size = Func("values_wh", function="cardinality", output_field=IntegerField())
    return ParkedSeries.objects.aggregate(total=Sum(size))["total"] or 0


def forget_old(now: datetime) -> int:
    """Delete what has been kept as long as the company wants; returns how many series."""
    limit = now - timedelta(days=ImportSettings.current().parked_days)
    return ParkedSeries.objects.filter(parked_at__lt=limit).delete()[0]


def _fitting(unknown: Sequence[Series], room: int) -> Sequence[Series]:
    for number, series in enumerate(unknown):
        room -= len(series.values_wh)
        if room < 0:
            return unknown[:number]
    return unknown


def _parked(series: Series, batch: ImportBatch, at: datetime) -> ParkedSeries:
    return ParkedSeries(
        batch=batch,
        gsrn=series.reference,
        direction=int(series.direction),
        start_utc=series.start_utc,
        resolution_minutes=series.resolution_minutes,
        values_wh=series.values_wh,
        quality=series.quality,
        registered_at=series.registered_at,
        line=series.line,
        parked_at=at,
    )


def as_series(row: ParkedSeries) -> Series:
    """Return a parked row as it came out of its file."""
    return Series(
        row.gsrn,
        Direction(row.direction),
        row.start_utc,
        row.resolution_minutes,
        row.values_wh,
        row.quality,
        row.line,
        row.registered_at or row.parked_at,
    )
