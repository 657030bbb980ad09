"""What became of one attempt to deliver a message."""

import enum
from dataclasses import dataclass


class Result(enum.Enum):
    SENT = enum.auto()
    DELIVERED = enum.auto()
    # Worth another attempt later.
    TEMPORARY = enum.auto()
    # Will never work: the recipient or the message is refused.
    PERMANENT = enum.auto()
    # It may have been sent: another attempt could give the recipient the message twice.
    UNKNOWN = enum.auto()


@dataclass(frozen=True)
class Outcome:
    result: Result
    gateway_id: str = ""
    error: str = ""
    # How many seconds the other side asked us to wait.
    retry_after: float | None = None


def storable(said: str) -> str:
    """Return what the other side said as it can be kept: PostgreSQL holds no NUL."""
    return said.replace("\0", "")[:300]
