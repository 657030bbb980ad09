"""Which notice a change of an outage calls for. Pure."""

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


def notice_for(times: Times, *, told: set[str], announced: Times | None, now: datetime) -> NoticeKind | None:
    """Return what affected customers ought to hear now, or None.

    `told` are the kinds of notices given of this outage, `announced` the times as they were told of last. Who was
    never told that the power goes is not told that it comes back.
    """
    phase = times.phase(now)
    if phase is Phase.CANCELLED:
        return NoticeKind.CANCELLED if NoticeKind.PLANNED in told else None
    if times.kind == Kind.OUTAGE:
        return _of_outage(phase, told)
    if phase is not Phase.COMING:
        return None
    if NoticeKind.PLANNED not in told:
        return NoticeKind.PLANNED
    moved = announced and (announced.starts_at, announced.expected_at) != (times.starts_at, times.expected_at)
    return NoticeKind.CHANGED if moved else None


def _of_outage(phase: Phase, told: set[str]) -> NoticeKind | None:
    if phase is Phase.ONGOING:
        return None if NoticeKind.OUTAGE in told else NoticeKind.OUTAGE
    return NoticeKind.RESTORED if NoticeKind.OUTAGE in told else None
