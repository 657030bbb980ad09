"""When a delivery that was not taken is tried again."""

from datetime import timedelta

# The wait after the first, second… failed attempt: about a day in all, so that a receiver that is down overnight and
# mended in the morning has missed nothing.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 480, 480))
MAX_ATTEMPTS = len(DELAYS) + 1


def delay_after(attempts: int) -> timedelta | None:
    """Return how long to wait after this many failed attempts, or None to give up."""
    return DELAYS[attempts - 1] if attempts < MAX_ATTEMPTS else None
