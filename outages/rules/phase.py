"""How far along an outage is, seen from a moment. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# How long people may still see that it is over.
SHOWN_AFTERWARDS = timedelta(hours=24)


class Kind(StrEnum):
    OUTAGE = "outage"
    PLANNED = "planned"


class Phase(StrEnum):
    COMING = "coming"
    ONGOING = "ongoing"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Times:
    """When it begins, when the power is expected back, when it was, and when it was called off."""

    kind: Kind
    starts_at: datetime
    expected_at: datetime | None = None
    restored_at: datetime | None = None
    cancelled_at: datetime | None = None

    def phase(self, now: datetime) -> Phase:
        """Planned work is over when its time is up, a power cut only when somebody says so."""
        if self.cancelled_at:
            return Phase.CANCELLED
        if self.restored_at and self.restored_at <= now:
            return Phase.OVER
        if self.starts_at > now:
            return Phase.COMING
        is_done = self.kind == Kind.PLANNED and self.expected_at and self.expected_at <= now
        return Phase.OVER if is_done else Phase.ONGOING

    @property
    def ends_at(self) -> datetime | None:
        """Return when it ended or is thought to end; None: nobody knows."""
        return self.restored_at or self.expected_at

    def is_shown(self, now: datetime) -> bool:
        """Whether it is of interest still: not over since a day, and called off only until it would have been."""
        phase = self.phase(now)
        if phase is Phase.OVER:
            return (self.ends_at or now) > now - SHOWN_AFTERWARDS
        if phase is Phase.CANCELLED:
            return (self.expected_at or self.starts_at) > now
        return True

    def is_late(self, now: datetime) -> bool:
        """Whether the power should have been back by now."""
        return self.phase(now) is Phase.ONGOING and self.expected_at is not None and self.expected_at <= now

    def overlaps(self, other: "Times") -> bool:
        """Whether both last at some moment; without an end, it lasts."""
        if self.cancelled_at or other.cancelled_at:
            return False
        return (other.ends_at is None or self.starts_at < other.ends_at) and (
            self.ends_at is None or other.starts_at < self.ends_at
        )
