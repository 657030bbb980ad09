"""Readings as a table to take along: hours, quarters, days or months, high and low load in columns of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from metering import extras, loads
from metering.days import DayValues, Direction, Slot, Wh, hourly_sums, slots_of_day
from metering.forms import Download
from metering.loads import HighHours
from metering.models import ReadingDay
from metering.periods import Span, month_of
from metering.presentation import words
from metering.queries import Installation, has_held, installations_of, rows_of
from portal.customers.models import Customer
from portal.documents.jobs import Progress, Table, exporter
from portal.documents.tables import Column
from portal.tenancy.models import current_tenant

EXPORTER = "metering.readings"
# So many rows go in one answer; more are made by a worker, which must be done within the hour.
MOST_AT_ONCE = 100_000
MOST_IN_A_JOB = 20_000_000
ROWS_A_DAY = {"hour": 24, "quarter": 96, "day": 1}
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
    """Return how many rows a download can have at most: every value there could be of the time it was held."""
    return sum(_most_rows(one.days_held(download.span), download.step) * len(_directions(one)) for one in installations)


def _most_rows(days: int, step: str) -> int:
    """Return how many rows so many days can make: of months, one more at each end."""
    if step == "month":
        return days // 28 + 2 if days else 0
    return days * ROWS_A_DAY[step]


def _directions(installation: Installation) -> list[Direction]:
    return [Direction.CONSUMPTION, *([Direction.PRODUCTION] if installation.point.has_production else [])]


def _no_matter(done: int, total: int) -> None:
    """What a download that is made at once does with its progress."""


def rows(
    download: Download, installations: Sequence[Installation], progress: Progress = _no_matter
) -> Iterator[Sequence[object]]:
    """Yield the rows, installation by installation, never more than half a year of one in memory."""
    hours_of = extras.load_hours()
    for number, installation in enumerate(installations):
        progress(number, len(installations))
        high = hours_of(installation, download.span).high
        for direction in _directions(installation):
            for line in _lines(installation, direction, download, high):
                yield _cells(line)


def params_of(
    download: Download, customer: Customer, installations: Sequence[Installation], today: date
) -> dict[str, Any]:
    """Return what a worker is told: the installations with the days that are theirs who asked, who may see no others.

    Days to come are not among them: there is nothing of them in the file.
    """
    past = Span(download.span.first, min(download.span.last, today))
    return {
        "customer": customer.pk,
        "held": [
            [one.point.pk, part.first.isoformat(), part.last.isoformat()]
            for one in installations
            for part in one.stretches(past)
        ],
        "first": download.span.first.isoformat(),
        "last": download.span.last.isoformat(),
        "step": download.step,
        "today": today.isoformat(),
    }


def _held(params: dict[str, Any]) -> list[tuple[int, Span]]:
    """Return what `params_of` wrote: metering points by their keys, and the days of each."""
    return [(point, Span(date.fromisoformat(first), date.fromisoformat(last))) for point, first, last in params["held"]]


def _still_theirs(params: dict[str, Any], customer: Customer) -> bool:
    return has_held(customer, _held(params))


@exporter(EXPORTER, still_theirs=_still_theirs)
def table(params: dict[str, Any], progress: Progress) -> Table:
    """Make the table a person asked for; what they asked for was checked then, and is when they open it."""
    first, last, today = (date.fromisoformat(params[name]) for name in ("first", "last", "today"))
    periods: dict[int, tuple[tuple[date, date | None], ...]] = {}
    for point, part in _held(params):
        periods[point] = (*periods.get(point, ()), (part.first, part.last))
    download = Download(Span(first, last), tuple(periods), params["step"], "")
    all_ = installations_of(Customer.objects.get(pk=params["customer"]), today)
    chosen = [replace(one, periods=periods[one.point.pk]) for one in all_ if one.point.pk in periods]
    return columns(download.step), rows(download, chosen, progress)


def _cells(line: Line) -> Sequence[object]:
    when: list[object] = [line.slot.start, line.slot.end] if line.slot else [line.day]
    name = line.installation.name or line.installation.point.address
    direction = words.direction_word(line.direction)
    return [name, line.installation.point.gsrn, direction, *when, line.wh, line.high_wh, line.low_wh, line.remark]


def _lines(installation: Installation, direction: Direction, download: Download, high: HighHours) -> Iterator[Line]:
    if download.step == "month":
        yield from _months(installation, direction, download.span, high)
        return
    for span in _pieces(download.span):
        stored = rows_of(installation, direction, span)
        for day in span.days():
            if day in stored:
                yield from _day_lines(installation, direction, stored[day], download.step, high)


def _pieces(span: Span) -> Iterator[Span]:
    days = span.days()
    for at in range(0, len(days), HALF_A_YEAR):
        piece = days[at : at + HALF_A_YEAR]
        yield Span(piece[0], piece[-1])


def _day_lines(
    installation: Installation, direction: Direction, row: ReadingDay, step: str, hours: HighHours
) -> Iterator[Line]:
    values = row.day_values
    if step == "day":
        load = loads.load_of(row.day, _slots(row.day, row.resolution_minutes), values.values_wh, hours)
        known = values.missing < len(values.values_wh)
        remark = gettext("Values missing") if values.missing else ""
        high, low = (load.high_wh, load.low_wh) if known else (None, None)
        wh = load.high_wh + load.low_wh if known else None
        yield Line(installation, direction, row.day, None, wh, high, low, remark)
        return
    resolution = row.resolution_minutes if step == "quarter" else 60
    for slot, wh, quality, missing in zip(_slots(row.day, resolution), *_at(values, resolution), strict=True):
        is_high = loads.is_high(slot, hours)
        remark = _remark(wh, quality, missing)
        yield Line(installation, direction, row.day, slot, wh, wh if is_high else None, None if is_high else wh, remark)


def _remark(wh: Wh, quality: int, missing: int) -> str:
    if wh is None:
        return gettext("Missing")
    return ", ".join(filter(None, [words.quality_words(quality), gettext("Values missing") if missing else ""]))


def _slots(day: date, resolution: int) -> tuple[Slot, ...]:
    return slots_of_day(day, current_tenant().zone, resolution)


def _at(values: DayValues, resolution: int) -> tuple[list[Wh], list[int], list[int]]:
    """Return energy, worst quality and the number of missing values of each slot."""
    flags = values.quality or [0] * len(values.values_wh)
    per_slot = resolution // values.resolution_minutes
    starts = range(0, len(flags), per_slot)
    worst = [max(flags[at : at + per_slot]) for at in starts]
    missing = [values.values_wh[at : at + per_slot].count(None) for at in starts]
    known = values.values_wh if per_slot == 1 else hourly_sums(values.values_wh, values.resolution_minutes)
    return known, worst, missing


def _months(installation: Installation, direction: Direction, span: Span, high: HighHours) -> Iterator[Line]:
    """Add up the days of each month that lie in the span."""
    found: dict[date, list[Line]] = {}
    for piece in _pieces(span):
        for row in rows_of(installation, direction, piece).values():
            found.setdefault(month_of(row.day), []).extend(_day_lines(installation, direction, row, "day", high))
    for month, days in sorted(found.items()):
        high_wh, low_wh = sum(day.high_wh or 0 for day in days), sum(day.low_wh or 0 for day in days)
        remark = gettext("Values missing") if any(day.remark for day in days) else ""
        is_known = any(day.wh is not None for day in days)
        parts: tuple[Wh, Wh, Wh] = (high_wh + low_wh, high_wh, low_wh) if is_known else (None, None, None)
        yield Line(installation, direction, month, None, *parts, remark)
