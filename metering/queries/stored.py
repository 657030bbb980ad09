"""Days of readings as they are stored, for the parts of a page: several ask for the same days, or for some of them.

They are read a month at a time, once a request. Whose they are is the caller's to mind: these are the metering point's.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from metering.days import DayValues, Direction, Wh
from metering.models import MeteringPoint, ReadingDay
from metering.periods import Span, month_of, month_span
from portal.tenancy.scope import once

# A page shows an installation and what it is laid beside; who goes through many does not keep them all.
MOST_KEPT = 4


class StoredDay(NamedTuple):
    """A day, without what only imports ask for."""

    day: date
    resolution_minutes: int
    values_wh: list[Wh]
    quality: list[int] | None
    peak_wh: int | None
    peak_hour: int | None
    revision: int

    @property
    def day_values(self) -> DayValues:
        return DayValues(self.day, self.resolution_minutes, self.values_wh, self.quality)


def stored_days(point: MeteringPoint, direction: Direction, span: Span) -> dict[date, StoredDay]:
    """Return the metering point's stored days of a span, whoever held it. Nobody changes them."""
    rows = _months_around(point, direction, span)
    return {day: row for day, row in rows.items() if span.first <= day <= span.last}


def _months_around(point: MeteringPoint, direction: Direction, span: Span) -> dict[date, StoredDay]:
    months = Span(month_of(span.first), month_span(span.last).last)
    # Let go of when days are written: see day_rows.
    kept: dict[tuple[int, int], list[tuple[Span, dict[date, StoredDay]]]] = once(ReadingDay, dict)
    if (point.pk, direction) not in kept and len(kept) >= MOST_KEPT:
        kept.clear()
    read = kept.setdefault((point.pk, direction), [])
    for known, rows in read:
        if known.first <= months.first and months.last <= known.last:
            return rows
    found = ReadingDay.objects.filter(
        metering_point=point, direction=direction, day__range=(months.first, months.last)
    ).values_list(*StoredDay._fields)
    rows = {row[0]: StoredDay._make(row) for row in found}
    read.append((months, rows))
    return rows
