"""What the values of a corrected day were before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from metering.days import DayValues, Direction, Wh, in_slots
from metering.models import MeteringPoint, ReadingDayRevision
from metering.periods import Span

# Energy, the worst quality, and how many values of the slot are missing.
Value = tuple[Wh, int, int]


@dataclass(frozen=True, slots=True)
class Before:
    """What a slot was before it was last changed: `wh` where its value was, `quality` where only that ever was."""

    wh: Wh = None
    quality: int | None = None


NEVER = Before()


def replaced_of(point: MeteringPoint, direction: Direction, span: Span) -> dict[date, list[DayValues]]:
    """Return what the corrected days of a span were before, the newest first; others are not there. One query."""
    rows = ReadingDayRevision.objects.filter(
        metering_point=point, direction=direction, day__range=(span.first, span.last)
    )
    found: dict[date, list[DayValues]] = {}
    for row in rows.order_by("day", "-revision").values_list("day", "resolution_minutes", "values_wh", "quality"):
        found.setdefault(row[0], []).append(DayValues(*row))
    return found


def before_of(point: MeteringPoint, direction: Direction, now: DayValues, resolution: int) -> list[Before]:
    """Return for each slot of a day, in this resolution, what it was; a day can be corrected time and again."""
    replaced = replaced_of(point, direction, Span(now.day, now.day))
    return changes_of(now, replaced.get(now.day, ()), resolution)


def changes_of(now: DayValues, replaced: Iterable[DayValues], resolution: int) -> list[Before]:
    """Return for each slot of a day what it was in the versions that were replaced, the newest first.

    Of quarters whose day was measured by the hour before nobody knows what they were.
    """
    versions = [now, *(version for version in replaced if version.resolution_minutes <= resolution)]
    return [_last_change(slot) for slot in zip(*(_values(one, resolution) for one in versions), strict=True)]


def _values(day: DayValues, resolution: int) -> list[Value]:
    return list(zip(*in_slots(day, resolution), strict=True))


def _last_change(versions: tuple[Value, ...]) -> Before:
    """Return the last change of a slot's versions, the newest first. What was filled, if only in part, is no change."""
    (wh, quality, missing), *older = versions
    same = [(old_wh, old_quality) for old_wh, old_quality, lacking in older if wh is not None and lacking == missing]
    old_wh = next((old for old, _ in same if old != wh), None)
    if old_wh is not None:
        return Before(old_wh)
    return Before(quality=next((old for _, old in same if old != quality), None))
