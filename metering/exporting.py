"""Readings as a table to take along: hours, quarters, days or months, high and low load in columns of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from metering import extras, loads
from metering.days import DayValues, Direction, Slot, Wh, in_slots, slots_of_day
from metering.forms import Download
from metering.loads import HighHours, Load
from metering.models import ReadingDay
from metering.periods import DAY, Span, add_months, month_of
from metering.presentation import words
from metering.queries import (
    NEVER,
    Before,
    Installation,
    changes_of,
    days_of,
    has_held,
    installations_of,
    months_of,
    replaced_of,
    rows_of,
)
from portal.customers.models import Customer
from portal.documents.jobs import Progress, Table, exporter
from portal.documents.tables import Column
from portal.tenancy.models import current_tenant
from portal.ui import formatting

EXPORTER = "metering.readings"
# So many rows go in one answer, of so many days; more are made by a worker, which must be done within the hour.
MOST_AT_ONCE = 100_000
MOST_DAYS_AT_ONCE = 20_000
MOST_IN_A_JOB = 20_000_000
ROWS_A_DAY = {"hour": 24, "quarter": 96, "day": 1}
MONTHS_IN_MEMORY = 6


@dataclass(frozen=True)
class Line:
    """One row. `high_wh` and `low_wh` are parts of `wh`; `slot` is None for whole days and months, and `before_wh` what
    a slot was before it was corrected.
    """

    installation: Installation
    direction: Direction
    day: date
    slot: Slot | None
    wh: Wh
    high_wh: Wh
    low_wh: Wh
    remark: str = ""
    before_wh: Wh = None


def columns(step: str) -> list[Column]:
    """Return the columns of a step. The end of a slot is so much later on the wall; which of the two hours of one name
    in autumn it is, is said in the remark.
    """
    before = []
    if step in ("hour", "quarter"):
        before = [Column(gettext_lazy("Before correction, kWh"), "kwh")]
        when = [Column(gettext_lazy("From"), "wall"), Column(gettext_lazy("To"), "wall")]
    else:
        when = [Column(gettext_lazy("Day"), "day") if step == "day" else Column(gettext_lazy("Month"), "month")]
    return [
        Column(gettext_lazy("Installation")),
        Column(gettext_lazy("Metering point ID")),
        Column(gettext_lazy("Direction")),
        *when,
        Column(gettext_lazy("kWh"), "kwh"),
        Column(gettext_lazy("High load, kWh"), "kwh"),
        Column(gettext_lazy("Low load, kWh"), "kwh"),
        Column(gettext_lazy("Remark")),
        *before,
    ]


def size_of(download: Download, installations: Sequence[Installation]) -> int:
    """Return how many rows a download can have at most: every value there could be of the time it was held."""
    return sum(
        _most_rows(part, download.step) * len(_directions(one))
        for one in installations
        for part in one.stretches(download.span)
    )


def days_read(span: Span, installations: Sequence[Installation]) -> int:
    """Return how many days are read for the file, however few rows come of them."""
    return sum(one.days_held(span) * len(_directions(one)) for one in installations)


def is_large(download: Download, installations: Sequence[Installation]) -> bool:
    """Tell whether nobody should wait for the file."""
    has_many_days = days_read(download.span, installations) > MOST_DAYS_AT_ONCE
    return has_many_days or size_of(download, installations) > MOST_AT_ONCE


def _most_rows(part: Span, step: str) -> int:
    """Return how many rows an unbroken stretch can make: of months, one more at each end."""
    days = (part.last - part.first).days + 1
    if step == "month":
        return days // 28 + 2
    # Days of 23 and of 25 hours take turns, so there is one hour more at most.
    return days * ROWS_A_DAY[step] + ROWS_A_DAY[step] // 24


def _directions(installation: Installation) -> list[Direction]:
    return [Direction.CONSUMPTION, *([Direction.PRODUCTION] if installation.point.has_production else [])]


def _no_matter(done: int, total: int) -> None:
    """What a download that is made at once does with its progress."""


def rows(
    download: Download, installations: Sequence[Installation], today: date, progress: Progress = _no_matter
) -> Iterator[Sequence[object]]:
    """Yield the rows, installation by installation, never more than half a year of one in memory.

    A day before today of which nothing is stored has its rows too, with the remark that the values are missing.
    Progress is in days.
    """
    hours_of = extras.load_hours()
    done, total = 0, days_read(download.span, installations)
    for installation in installations:
        high = hours_of(installation, download.span).high
        for direction in _directions(installation):
            for piece in _pieces(download.span):
                progress(done, total)
                for line in _lines(installation, direction, piece, download.step, high, today):
                    yield _cells(line)
                done += installation.days_held(piece)


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
    found = installations_of(Customer.objects.get(pk=params["customer"]), today, periods)
    chosen = [replace(one, periods=periods[one.point.pk]) for one in found]
    return columns(download.step), rows(download, chosen, today, progress)


def _cells(line: Line) -> Sequence[object]:
    when: list[object] = [line.slot.start, _wall_end(line.slot)] if line.slot else [line.day]
    before: list[object] = [line.before_wh] if line.slot else []
    name = line.installation.name or line.installation.point.address
    direction = words.direction_word(line.direction)
    remark = ", ".join(filter(None, [words.season_word(line.slot) if line.slot else "", line.remark]))
    gsrn = line.installation.point.gsrn
    return [name, gsrn, direction, *when, line.wh, line.high_wh, line.low_wh, remark, *before]


def _wall_end(slot: Slot) -> datetime:
    """Return what a slot's end is called beside its beginning: of the first hour at two in autumn, three, as on the
    page, and not the two that the clock is put back to.
    """
    # Within one zone Python reckons by the wall.
    return slot.start + timedelta(seconds=slot.end.timestamp() - slot.start.timestamp())


def _pieces(span: Span) -> Iterator[Span]:
    """Cut a span where months end, so that none falls into two pieces."""
    first = span.first
    while first <= span.last:
        after = add_months(month_of(first), MONTHS_IN_MEMORY)
        yield Span(first, min(span.last, after - DAY))
        first = after


def _lines(
    installation: Installation, direction: Direction, span: Span, step: str, high: HighHours, today: date
) -> Iterator[Line]:
    if not installation.days_held(span):
        return
    if step == "month":
        for month in months_of(installation, direction, span, today, high=high).months:
            if month.wh is not None or month.missing_days:
                remark = ", ".join(filter(None, [_part_of_month(month.month, span), words.month_remark(month)]))
                yield Line(installation, direction, month.month, None, *_parts(month.wh, month.load), remark)
    elif step == "day":
        for day in days_of(installation, direction, span, high=high).days:
            if day.wh is not None or (day.is_held and day.day < today):
                remark = gettext("Missing") if day.wh is None else words.day_remark(day)
                yield Line(installation, direction, day.day, None, *_parts(day.wh, day.load), remark)
    else:
        yield from _slot_lines(installation, direction, span, step, high, today)


def _part_of_month(month: date, span: Span) -> str:
    """Say which days of a month the file was asked for; "" for all of them."""
    end = add_months(month, 1) - DAY
    first, last = max(month, span.first), min(end, span.last)
    if (first, last) == (month, end):
        return ""
    return gettext("Only %(days)s") % {"days": formatting.day_range(first, last)}


def _parts(wh: Wh, load: Load) -> tuple[Wh, Wh, Wh]:
    return (None, None, None) if wh is None else (wh, load.high_wh, load.low_wh)


def _slot_lines(
    installation: Installation, direction: Direction, span: Span, step: str, high: HighHours, today: date
) -> Iterator[Line]:
    stored = rows_of(installation, direction, span)
    is_corrected = any(row.revision for row in stored.values())
    replaced = replaced_of(installation.point, direction, span) if is_corrected else {}
    for day in span.days():
        if day in stored:
            yield from _day_lines(installation, direction, stored[day], replaced.get(day, ()), step, high)
        elif day < today and installation.holds(day):
            for slot in _slots(day, 60):
                yield Line(installation, direction, day, slot, None, None, None, gettext("Missing"))


def _day_lines(
    installation: Installation,
    direction: Direction,
    row: ReadingDay,
    replaced: Sequence[DayValues],
    step: str,
    hours: HighHours,
) -> Iterator[Line]:
    resolution = row.resolution_minutes if step == "quarter" else 60
    slots, now = _slots(row.day, resolution), row.day_values
    before = changes_of(now, replaced, resolution) if replaced else [NEVER] * len(slots)
    for slot, wh, quality, missing, was in zip(slots, *in_slots(now, resolution), before, strict=True):
        is_high = loads.is_high(slot, hours)
        parts = (wh, wh if is_high else None, None if is_high else wh)
        yield Line(installation, direction, row.day, slot, *parts, _remark(wh, quality, missing, was), was.wh)


def _remark(wh: Wh, quality: int, missing: int, was: Before) -> str:
    """What a value was has a column of its own; that only its quality was another is said here."""
    if wh is None:
        return gettext("Missing")
    said = [words.slot_remark(quality, missing), words.before_remark(was) if was.wh is None else ""]
    return ", ".join(filter(None, said))


def _slots(day: date, resolution: int) -> tuple[Slot, ...]:
    return slots_of_day(day, current_tenant().zone, resolution)
