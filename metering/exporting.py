"""Readings as a table to take along: hours, quarters, days or months, high and low load in columns of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_lazy

from metering import loads
from metering.days import DayValues, Direction, Slot, Wh, hourly, slots_of_day
from metering.forms import Download
from metering.models import ReadingDay
from metering.periods import Span, month_of
from metering.presentation import words
from metering.queries import Installation, rows_of
from portal.documents.tables import Column
from portal.tenancy.models import current_tenant

# So many values go in one answer; more are made by a worker.
MOST_AT_ONCE = 100_000
VALUES_A_DAY = {"hour": 24, "quarter": 96, "day": 1, "month": 1 / 30}
HALF_A_YEAR = 184


@dataclass(frozen=True)
class Line:
    """One row. `high_wh` and `low_wh` are parts of `wh`; `end` None for whole days and months."""

    installation: Installation
    direction: Direction
    day: date
    slot: Slot | None
    wh: Wh
    high_wh: Wh
    low_wh: Wh
    remark: str = ""


def columns(step: str) -> list[Column]:
    """Return the columns of a step. The end of a slot is the beginning of the next."""
    if step in ("hour", "quarter"):
        when = [Column(gettext_lazy("From"), "moment"), Column(gettext_lazy("To"), "moment")]
    else:
        when = [Column(gettext_lazy("Day") if step == "day" else gettext_lazy("Month"), "day")]
    return [
        Column(gettext_lazy("Installation")),
        Column(gettext_lazy("Metering point ID")),
        Column(gettext_lazy("Direction")),
        *when,
        Column(gettext_lazy("kWh"), "kwh"),
        Column(gettext_lazy("High load, kWh"), "kwh"),
        Column(gettext_lazy("Low load, kWh"), "kwh"),
        Column(gettext_lazy("Remark")),
    ]


def size_of(download: Download, installations: Sequence[Installation]) -> int:
    """Return about how many rows a download has."""
    days = (download.span.last - download.span.first).days + 1
    return int(days * VALUES_A_DAY[download.step] * len(installations))


def rows(download: Download, installations: Sequence[Installation]) -> Iterator[Sequence[object]]:
    """Yield the rows, installation by installation, never more than half a year of one in memory."""
    for installation in installations:
        directions = [Direction.CONSUMPTION, *([Direction.PRODUCTION] if installation.point.has_production else [])]
        for direction in directions:
            for line in _lines(installation, direction, download):
                yield _cells(line)


def _cells(line: Line) -> Sequence[object]:
    when: list[object] = [line.slot.start, line.slot.end] if line.slot else [line.day]
    name = line.installation.name or line.installation.point.address
    direction = words.direction_word(line.direction)
    return [name, line.installation.point.gsrn, direction, *when, line.wh, line.high_wh, line.low_wh, line.remark]


def _lines(installation: Installation, direction: Direction, download: Download) -> Iterator[Line]:
    if download.step == "month":
        yield from _months(installation, direction, download.span)
        return
    for span in _pieces(download.span):
        stored = rows_of(installation, direction, span)
        for day in span.days():
            if day in stored:
                yield from _day_lines(installation, direction, stored[day], download.step)


def _pieces(span: Span) -> Iterator[Span]:
    days = span.days()
    for at in range(0, len(days), HALF_A_YEAR):
        piece = days[at : at + HALF_A_YEAR]
        yield Span(piece[0], piece[-1])


def _day_lines(installation: Installation, direction: Direction, row: ReadingDay, step: str) -> Iterator[Line]:
    values = row.day_values
    if step == "day":
        load = loads.load_of(row.day, _slots(row.day, row.resolution_minutes), values.values_wh)
        known = values.missing < len(values.values_wh)
        remark = gettext("Values missing") if values.missing else ""
        wh = load.high_wh + load.low_wh if known else None
        yield Line(installation, direction, row.day, None, wh, load.high_wh, load.low_wh, remark)
        return
    resolution = row.resolution_minutes if step == "quarter" else 60
    for slot, wh, quality in zip(_slots(row.day, resolution), *_at(values, resolution), strict=True):
        is_high = loads.is_high(slot)
        remark = words.quality_words(quality) if wh is not None else gettext("Missing")
        yield Line(installation, direction, row.day, slot, wh, wh if is_high else None, None if is_high else wh, remark)


def _slots(day: date, resolution: int) -> list[Slot]:
    return slots_of_day(day, current_tenant().zone, resolution)


def _at(values: DayValues, resolution: int) -> tuple[list[Wh], list[int]]:
    flags = values.quality or [0] * len(values.values_wh)
    if values.resolution_minutes == resolution:
        return values.values_wh, flags
    per_hour = resolution // values.resolution_minutes
    worst = [max(flags[at : at + per_hour]) for at in range(0, len(flags), per_hour)]
    return hourly(values.values_wh, values.resolution_minutes), worst


def _months(installation: Installation, direction: Direction, span: Span) -> Iterator[Line]:
    """Add up the days of each month that lie in the span."""
    found: dict[date, list[Line]] = {}
    for piece in _pieces(span):
        for row in rows_of(installation, direction, piece).values():
            found.setdefault(month_of(row.day), []).extend(_day_lines(installation, direction, row, "day"))
    for month, days in sorted(found.items()):
        high, low = sum(day.high_wh or 0 for day in days), sum(day.low_wh or 0 for day in days)
        remark = gettext("Values missing") if any(day.remark for day in days) else ""
        yield Line(installation, direction, month, None, high + low, high, low, remark)
