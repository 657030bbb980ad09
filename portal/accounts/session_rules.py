"""How long a session lasts. Pure: times are seconds since 1970."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    OPEN = "open"
    LOCKED = "locked"  # the PIN opens it
    OVER = "over"  # sign in anew


@dataclass(frozen=True)
class Limits:
    """In seconds, as the tenant has set them."""

    lock_after: int
    idle: int
    absolute: int


@dataclass(frozen=True)
class Times:
    """When the session was last used, and when its user signed in."""

    active_at: float
    signed_in_at: float


def judge(times: Times, limits: Limits, *, now: float, has_pin: bool, is_locked: bool) -> Verdict:
    """With a PIN on its device a session is locked after a spell away; how long it may lie is the device's affair.

    Without one it ends, when it is not used, and in any case some time after the sign-in.
    """
    away = now - times.active_at
    if has_pin:
        return Verdict.LOCKED if is_locked or away > limits.lock_after else Verdict.OPEN
    is_over = is_locked or away > limits.idle or now - times.signed_in_at > limits.absolute
    return Verdict.OVER if is_over else Verdict.OPEN
