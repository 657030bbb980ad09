"""Makers of metering rows; the scope of their tenant must be open."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from metering import day_rows, partitions
from metering.days import DayValues, Direction, Wh, slot_count
from metering.models import Holding, ImportBatch, MeteringPoint, ReadingDay
from portal.customers import gsrn
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant


def point(serial: int = 0, **fields: Any) -> MeteringPoint:
    defaults = {"address": f"Bjørkehaugen {serial + 1}", "postal_code": "1489", "city": "Solvika"}
    return MeteringPoint.objects.create(gsrn=gsrn.make(serial), **(defaults | fields))


def holding(
    customer: Customer, point: MeteringPoint, *, since: date = date(2020, 1, 1), until: date | None = None
) -> Holding:
    return Holding.objects.create(customer=customer, metering_point=point, valid_from=since, valid_to=until)


def readings(
    point: MeteringPoint,
    day: date,
    values: Sequence[Wh] | int,
    *,
    direction: Direction = Direction.CONSUMPTION,
    quality: list[int] | None = None,
    minutes: int = 60,
) -> None:
    """Store a day; a number stands for that many Wh in every hour of it."""
    if isinstance(values, int):
        values = [values] * slot_count(day, current_tenant().zone, 60)
    partitions.open_months([day])
    key = (point.pk, int(direction), day)
    day_rows.write({key: DayValues(day, minutes, list(values), quality)}, batch=None, at=datetime.now(UTC))


def correct(point: MeteringPoint, day: date, values: Sequence[Wh], *, at: str, minutes: int = 60) -> None:
    """Replace values of a day that is stored, as a file does that came at a time (ISO, with offset)."""
    when = datetime.fromisoformat(at)
    batch = ImportBatch.objects.create(
        sha256=f"{point.pk}:{at}",
        file_name="corrections",
        file_bytes=0,
        state=ImportBatch.State.DONE,
        started_at=when,
        finished_at=when,
    )
    key = (point.pk, int(Direction.CONSUMPTION), day)
    day_rows.write({key: DayValues(day, minutes, list(values), None, when)}, batch=batch, at=when)


def stored(point: MeteringPoint, day: date, direction: Direction = Direction.CONSUMPTION) -> ReadingDay:
    return ReadingDay.objects.get(metering_point=point, day=day, direction=direction)
