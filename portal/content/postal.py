"""Postal codes and ranges of them. Pure."""

import re
from collections.abc import Iterable

RANGE = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?\Z")


def is_range(text: str) -> bool:
    """Tell "1489" and "1480-1499" from anything else."""
    match = RANGE.match(text)
    return match is not None and (match[2] is None or match[1] <= match[2])


def covers(ranges: Iterable[str], postal_code: str) -> bool:
    """Tell whether a code of four digits lies in one of the ranges."""
    if not RANGE.match(postal_code):
        return False
    bounds = (match.groups() for text in ranges if (match := RANGE.match(text)))
    return any(first <= postal_code <= (last or first) for first, last in bounds)
