"""Spot prices as a page shows them: one area, one day, in øre per kWh with or without VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.models import SpotPriceDay
from billing.rules.spot import HOUR, SpotDay, mean
from billing.rules.spot_days import MARKET_ZONE
from metering.days import Slot, slots_of_day


@dataclass(frozen=True)
class PriceSlot:
    """A stretch of the day and its price in øre/kWh; None where there is none (yet)."""

    slot: Slot
    ore: Decimal | None


@dataclass(frozen=True)
class ShownDay:
    """A day of prices. Times are the market's, Central European."""

    area: str
    day: date
    slots: tuple[PriceSlot, ...]
    preliminary: bool
    has_quarters: bool

    @property
    def known(self) -> list[PriceSlot]:
        return [slot for slot in self.slots if slot.ore is not None]

    @property
    def highest(self) -> PriceSlot | None:
        """The dearest stretch, the first of equals."""
        return max(self.known, key=lambda slot: slot.ore or Decimal(0), default=None)

    @property
    def lowest(self) -> PriceSlot | None:
        return min(self.known, key=lambda slot: slot.ore or Decimal(0), default=None)

    @property
    def mean(self) -> Decimal | None:
        known = self.known
        return sum((slot.ore or Decimal(0) for slot in known), Decimal(0)) / len(known) if known else None

    def at(self, now: datetime) -> PriceSlot | None:
        # Compared by the timestamp: two times of one zone that differ by the fold alone are equal to Python.
        moment = now.timestamp()
        return next(
            (one for one in self.slots if one.slot.start.timestamp() <= moment < one.slot.end.timestamp()), None
        )

    def hour_at(self, now: datetime) -> Decimal | None:
        """Return the price of the clock hour: the mean of its quarters, which is what support goes by."""
        hour = now.timestamp() // 3600
        return mean(tuple(one.ore for one in self.slots if one.slot.start.timestamp() // 3600 == hour))

    def cheapest(self, count: int) -> tuple[PriceSlot, PriceSlot, Decimal] | None:
        """Return the first and the last of the `count` stretches in a row that are cheapest, and their mean."""
        runs = [self.slots[at : at + count] for at in range(len(self.slots) - count + 1)]
        whole = [run for run in runs if all(slot.ore is not None for slot in run)]
        if not whole:
            return None
        best = min(whole, key=lambda run: sum(slot.ore or Decimal(0) for slot in run))
        return best[0], best[-1], sum((slot.ore or Decimal(0) for slot in best), Decimal(0)) / count


def is_published(area: str, day: date) -> bool:
    return SpotPriceDay.objects.of(area).filter(day=day).exists()


def shown_day(area: str, day: date, *, vat: Decimal = Decimal(0), by_quarter: bool = False) -> ShownDay | None:
    """Return a day's prices, None where nothing is published. `vat` is in percent."""
    row = SpotPriceDay.objects.of(area).filter(day=day).first()
    return shown(row.spot_day, vat=vat, by_quarter=by_quarter) if row else None


def shown(spot: SpotDay, *, vat: Decimal = Decimal(0), by_quarter: bool = False) -> ShownDay:
    """Return a day's prices as a page shows them. `vat` is in percent."""
    prices = spot.prices_nok_per_kwh if by_quarter else spot.hourly
    resolution = spot.resolution_minutes if by_quarter else HOUR
    factor = 100 + vat
    slots = slots_of_day(spot.day, MARKET_ZONE, resolution)
    pairs = zip(slots, prices, strict=True)
    return ShownDay(
        spot.area,
        spot.day,
        tuple(PriceSlot(slot, None if price is None else price * factor) for slot, price in pairs),
        preliminary=spot.preliminary,
        has_quarters=spot.resolution_minutes < HOUR,
    )
