"""What the values of a corrected day were before."""

from __future__ import annotations

from dataclasses import dataclass

from metering.days import DayValues, Direction, Wh, in_slots
from metering.models import MeteringPoint, ReadingDayRevision

# Energy, the worst quality, and how many values of the slot are missing.
Value = tuple[Wh, int, int]


@dataclass(frozen=True, slots=True)
class Before:
    """What a slot was before it was last changed: `wh` where its value was, `quality` where only that ever was."""

    wh: Wh = None
    quality: int | None = None


NEVER = Before()


def before_of(point: MeteringPoint, direction: Direction, now: DayValues, resolution: int) -> list[Before]:
    """Return for each slot of a day, in this resolution, what it was; a day can be corrected time and again.

    Of quarters whose day was measured by the hour before nobody knows what they were.
    """
    replaced = ReadingDayRevision.objects.filter(metering_point=point, direction=direction, day=now.day)
    versions = [_values(now, resolution)]
    for minutes, values_wh, quality in replaced.order_by("-revision").values_list(
        "resolution_minutes", "values_wh", "quality"
    ):
        if minutes <= resolution:
            versions.append(_values(DayValues(now.day, minutes, values_wh, quality), resolution))
    return [_last_change(slot) for slot in zip(*versions, strict=True)]


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
