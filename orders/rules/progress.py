"""Which status may follow which, and what a customer who misses a job is told first. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from orders.jobs import UPCOMING, Status

# After so long nobody can find out any more what happened.
REPORT_WITHIN = timedelta(days=60)


class Refusal(StrEnum):
    CANCELLED = "cancelled"
    FINISHED = "finished"
    NO_REASON = "no reason"


def refusal(new: str, old: str, *, reason: str, by_staff: bool) -> Refusal | None:
    """Return why a job cannot go from `old` to `new`, or None.

    A cancelled job stays so. What is done stays done for other systems, whose news may come late or twice; staff can
    put right a slip.
    """
    if new == old:
        return Refusal.NO_REASON if new == Status.ATTEMPTED and not reason else None
    if old == Status.CANCELLED:
        return Refusal.CANCELLED
    if old == Status.DONE and not by_staff:
        return Refusal.FINISHED
    if new == Status.ATTEMPTED and not reason:
        return Refusal.NO_REASON
    return None


class Known(StrEnum):
    """What is known of a job that somebody misses."""

    REPORTED = "reported"
    CANCELLED = "cancelled"
    TRIED = "tried"
    DONE = "done"
    TO_COME = "to_come"
    TODAY = "today"
    LATE = "late"
    LONG_AGO = "long_ago"


# What can be reported: for the rest the answer is already there, or there is nothing to miss yet.
REPORTABLE = frozenset({Known.TRIED, Known.DONE, Known.LATE})


@dataclass(frozen=True)
class Situation:
    """A job as it stands on the day `today`."""

    status: str
    wanted_on: date
    today: date
    is_reported: bool = False

    @property
    def known(self) -> Known:
        if self.is_reported:
            return Known.REPORTED
        if self.status == Status.CANCELLED:
            return Known.CANCELLED
        if self.wanted_on < self.today - REPORT_WITHIN:
            return Known.LONG_AGO
        if self.status in UPCOMING:
            return self._to_come
        return Known.DONE if self.status == Status.DONE else Known.TRIED

    @property
    def _to_come(self) -> Known:
        if self.wanted_on > self.today:
            return Known.TO_COME
        return Known.TODAY if self.wanted_on == self.today else Known.LATE

    @property
    def may_be_missed(self) -> bool:
        """Whether its day has come, so that somebody may ask what became of it."""
        return self.known not in {Known.CANCELLED, Known.TO_COME}

    @property
    def can_be_reported(self) -> bool:
        return self.known in REPORTABLE
