"""The words of the tariff format, and its way of writing hours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from billing.rules.tariffs import DayWord, Group, Method

T = TypeVar("T")

GROUPS: Mapping[str, Group] = {
    "husholdning": Group.HOUSEHOLD,
    "fritid": Group.HOLIDAY_HOME,
    "liten_næring": Group.SMALL_BUSINESS,
}
METHODS: Mapping[str, Method] = {
    "TRE_DØGNMAX_MND": Method.THREE_DAILY_MAXIMA,
    "MND_MAX": Method.MONTHLY_MAXIMUM,
    "FEM_VEKTET_ÅR": Method.FIVE_WEIGHTED_YEARLY,
    "OV_TREFASE": Method.FUSE,
    "UKJENT": Method.UNKNOWN,
}
DAYS: Mapping[str, DayWord] = dict(
    zip(
        [
            "mandag",
            "tirsdag",
            "onsdag",
            "torsdag",
            "fredag",
            "lørdag",
            "søndag",
            "ukedag",
            "helg",
            "helligdager",
            "fridag",
            "virkedag",
            "alle",
        ],
        DayWord,
        strict=True,
    )
)
MONTHS: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        [
            "januar",
            "februar",
            "mars",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "desember",
        ],
        1,
    )
}
# 6, 06, 6-21, 22-5; people write the dash in more ways than one.
SPAN = re.compile(r"^\s*(\d{1,2})\s*(?:[-–—]\s*(\d{1,2})\s*)?$")


def name_of(table: Mapping[str, T], value: T) -> str:
    return next(name for name, one in table.items() if one == value)


def hours_in(text: str) -> list[int] | None:
    """Return the hours of "6-21", "7" or "6-9, 22-5" (which passes midnight); None when it is no such text."""
    hours: list[int] = []
    for piece in text.split(","):
        found = SPAN.match(piece)
        if found is None:
            return None
        first, last = int(found[1]), int(found[2] or found[1])
        if first > 23 or last > 23:
            return None
        hours += range(first, last + 1) if first <= last else [*range(first, 24), *range(last + 1)]
    return hours


def hours_text(hours: Sequence[int]) -> str:
    """Return the shortest way to write some hours: "6-21", "22-5", "6-9, 16-21"."""
    return ", ".join(f"{first}-{last}" if first != last else f"{first}" for first, last in spans(hours))


def spans(numbers: Sequence[int], first: int = 0, last: int = 23) -> list[tuple[int, int]]:
    """Return hours, or months from 1 to 12, as stretches, both ends included, in their order; one that passes the end
    of the day or of the year is the last.
    """
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    if len(found) > 1 and found[0][0] == first and found[-1][1] == last:
        found = [*found[1:-1], (found[-1][0], found[0][1])]
    return found
