"""What a settlement cannot say, instead of guessing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class What(StrEnum):
    GROUP = "group"
    TARIFF = "tariff"
    READINGS = "readings"
    METHOD = "method"
    FUSE = "fuse"
    TIER = "tier"
    RATE = "rate"
    PRICES = "prices"


NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something missing for some days, both included.

    `detail` is which rate, how many hours have no price, or NOT_YET for readings that nobody could have yet.
    """

    what: What
    first: date
    last: date
    detail: str = ""
