"""Points in time as most formats write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from metering.importers.numbers import LONGEST_TEXT, Refused, shown


def read_moment(text: str, field: str) -> datetime:
    """`2026-10-24T22:00:00Z` or with an offset, in UTC. Raises Refused; a time without a zone is none."""
    if len(text) > LONGEST_TEXT:
        raise Refused("bad_time", field=field, value=shown(text))
    return _read_moment(text, field)


@lru_cache(maxsize=4096)
def _read_moment(text: str, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused("bad_time", field=field, value=shown(text))
