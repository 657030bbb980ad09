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


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something missing for some days, both included; `detail` is which rate, or how many hours have no price."""

    what: What
    first: date
    last: date
    detail: str = ""
