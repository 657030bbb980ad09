"""The day-ahead price of electricity, a local day at a time. Pure.

Prices are NOK per kWh without tax or surcharge, exact; they can be negative. A price that is missing is ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

AREAS = ("NO1", "NO2", "NO3", "NO4", "NO5")
HOUR = 60
QUARTER = 15

Price = Decimal | None


@dataclass(frozen=True, slots=True)
class SpotDay:
    """One local day (Europe/Oslo) of one price area: a price a slot in the order of time, 23, 24 or 25 hours of them.

    ``resolution_minutes`` is 15 or 60. ``preliminary``: the source may still change them (also while the exchange rate
    is not the final one), and amounts that follow from them are preliminary too.
    """

    area: str
    day: date
    resolution_minutes: int
    prices_nok_per_kwh: tuple[Price, ...]
    preliminary: bool = False

    def __hash__(self) -> int:
        # What follows from a day is kept by the day: a hundred prices need not be gone through to find it.
        return hash((self.area, self.day))

    @property
    def missing(self) -> int:
        return self.prices_nok_per_kwh.count(None)

    @property
    def hourly(self) -> tuple[Price, ...]:
        """Prices by clock hour: the mean of the four quarters, as customers settled by the hour pay.

        An hour that lacks a quarter has no price.
        """
        return self.prices_nok_per_kwh if self.resolution_minutes == HOUR else _means(self)


# Years of days in a few areas: a page with a month of costs asks for each of its days.
@lru_cache(maxsize=4096)
def _means(day: SpotDay) -> tuple[Price, ...]:
    per_hour, prices = HOUR // day.resolution_minutes, day.prices_nok_per_kwh
    return tuple(mean(prices[at : at + per_hour]) for at in range(0, len(prices), per_hour))


def mean(prices: tuple[Price, ...]) -> Price:
    """The plain mean, exact to Decimal's precision; None when there are no prices or one is missing."""
    known = [price for price in prices if price is not None]
    return sum(known, Decimal(0)) / len(known) if known and len(known) == len(prices) else None
