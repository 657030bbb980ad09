"""Which notice a change of an outage calls for, and whether one is still true. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outages.rules.phase import Kind, Phase, Times


class NoticeKind(StrEnum):
    """What people are told."""

    PLANNED = "planned"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    OUTAGE = "outage"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


ANNOUNCES = frozenset({NoticeKind.PLANNED, NoticeKind.CHANGED})
# That the power goes: for everybody in the area. The others take it back, for those who were told.
WARNS = ANNOUNCES | {NoticeKind.OUTAGE}
Area = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Told:
    """The last notice that was given of an outage, with the times as they were then."""

    kind: NoticeKind
    starts_at: datetime
    expected_at: datetime | None = None


def notice_for(times: Times, *, last: Told | None, now: datetime) -> NoticeKind | None:
    """Return what affected customers ought to hear now that they were told `last`, or None."""
    phase, known = times.phase(now), last.kind if last else None
    if phase is Phase.CANCELLED:
        if known is NoticeKind.OUTAGE:
            return NoticeKind.WITHDRAWN
        return NoticeKind.CANCELLED if known in ANNOUNCES else None
    if times.kind == Kind.OUTAGE:
        return _of_outage(phase, known)
    return _of_planned(times, phase, last)


def _of_outage(phase: Phase, known: NoticeKind | None) -> NoticeKind | None:
    """Who was never told that the power goes is not told that it comes back."""
    if phase is Phase.ONGOING:
        return None if known is NoticeKind.OUTAGE else NoticeKind.OUTAGE
    return NoticeKind.RESTORED if phase is Phase.OVER and known is NoticeKind.OUTAGE else None


def _of_planned(times: Times, phase: Phase, last: Told | None) -> NoticeKind | None:
    if last and last.kind in ANNOUNCES:
        has_moved = (last.starts_at, last.expected_at) != (times.starts_at, times.expected_at)
        return NoticeKind.CHANGED if has_moved and phase is Phase.COMING else None
    # Who was told that it is called off must hear that it is not, even when it has begun.
    is_back_on = last is not None and last.kind is NoticeKind.CANCELLED and phase is Phase.ONGOING
    return NoticeKind.PLANNED if phase is Phase.COMING or is_back_on else None


def is_so(kind: NoticeKind, times: Times, *, now: datetime) -> bool:
    """Tell whether what a notice says is true of the outage as it is now."""
    phase = times.phase(now)
    if kind in ANNOUNCES:
        return times.kind == Kind.PLANNED and phase in {Phase.COMING, Phase.ONGOING}
    if kind is NoticeKind.OUTAGE:
        return times.kind == Kind.OUTAGE and phase is Phase.ONGOING
    return phase is (Phase.OVER if kind is NoticeKind.RESTORED else Phase.CANCELLED)


def has_grown(area: Area, since: Area) -> bool:
    """Tell whether an area names anything that it did not name before."""
    return any(set(named) - set(since.get(how, ())) for how, named in area.items())
