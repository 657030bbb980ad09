"""When a message that could not be sent is tried again."""

from datetime import timedelta

# The wait after the first, second… failed attempt. After the last one we give up: about nine hours in all, so that
# a gateway that is down overnight still delivers, and an order's message never comes days late.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 8, 30, 120, 360))
MAX_ATTEMPTS = len(DELAYS) + 1


def delay_after(attempts: int) -> timedelta | None:
    """Return how long to wait after this many failed attempts, or None to give up."""
    return DELAYS[attempts - 1] if attempts < MAX_ATTEMPTS else None
