"""The highest days of a month: what the capacity charge of many grid tariffs is set by. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

COUNTED = 3


@dataclass(frozen=True, slots=True)
class DayPeak:
    """The highest clock hour of a local day: `wh` in that hour is its mean power in watts; times are local."""

    day: date
    wh: int
    start: datetime
    end: datetime


def highest(peaks: Iterable[DayPeak], count: int = COUNTED) -> list[DayPeak]:
    """The highest peaks, one a day, the highest first; of equal ones the earlier day."""
    return sorted(peaks, key=lambda peak: (-peak.wh, peak.day))[:count]


def mean_w(peaks: list[DayPeak]) -> Decimal | None:
    """The mean of the peaks in watts, not rounded: a tier is chosen by the exact mean. None without peaks."""
    return Decimal(sum(peak.wh for peak in peaks)) / len(peaks) if peaks else None
