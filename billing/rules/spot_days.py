"""From prices as sources give them (instants, EUR per MWh) to local days of NOK per kWh. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.rules.spot import AREAS, HOUR, QUARTER, Price, SpotDay
from metering.days import day_bounds

# The day-ahead market trades days of Central European time, wherever the customer's company has its clock.
MARKET_ZONE = ZoneInfo("Europe/Oslo")
KWH_PER_MWH = 1000
# Twenty times the highest price the auction allows: from there on somebody mistook the unit.
ABSURD_NOK_PER_KWH = Decimal(1000)
# Kroner for a euro: far outside what it ever was, somebody mistook the unit or the direction.
LOWEST_RATE, HIGHEST_RATE = Decimal(2), Decimal(50)


class PriceProblem(ValueError):
    """The prices cannot be used; the message says why, in words for an operator."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """One price from ``start`` (aware) for ``minutes`` (15 or 60)."""

    start: datetime
    minutes: int
    nok_per_kwh: Decimal


def days_of(area: str, points: Iterable[PricePoint], *, preliminary: bool = False) -> list[SpotDay]:
    """Lay prices on local days, in order. A day with any quarter is a day of quarters, its hours spread on four.

    What no price was given for is None. Raises PriceProblem for an unknown area, two prices for the same time, a price
    that does not begin on its step, or one that is absurd.
    """
    if area not in AREAS:
        raise PriceProblem(f"There is no price area {area}. Areas: {', '.join(AREAS)}.")
    by_day: dict[date, list[PricePoint]] = defaultdict(list)
    for point in points:
        _refuse_absurd(point)
        by_day[point.start.astimezone(MARKET_ZONE).date()].append(point)
    return [_day(area, day, by_day[day], preliminary=preliminary) for day in sorted(by_day)]


def _day(area: str, day: date, points: list[PricePoint], *, preliminary: bool) -> SpotDay:
    resolution = min(point.minutes for point in points)
    first, after = day_bounds(day, MARKET_ZONE)
    slots: list[Price] = [None] * int((after - first) / timedelta(minutes=resolution))
    for point in points:
        at, rest = divmod(point.start - first, timedelta(minutes=resolution))
        if rest:
            raise PriceProblem(
                f"The price from {point.start.isoformat()} does not begin on a step of {resolution} minutes."
            )
        for index in range(at, min(at + point.minutes // resolution, len(slots))):
            if slots[index] not in (None, point.nok_per_kwh):
                raise PriceProblem(f"{area} has two different prices at {point.start.isoformat()}.")
            slots[index] = point.nok_per_kwh
    return SpotDay(area, day, resolution, tuple(slots), preliminary)


def _refuse_absurd(point: PricePoint) -> None:
    if point.minutes not in (QUARTER, HOUR):
        raise PriceProblem(f"Prices come by the hour or by the quarter, not every {point.minutes} minutes.")
    if not point.nok_per_kwh.is_finite() or abs(point.nok_per_kwh) >= ABSURD_NOK_PER_KWH:
        raise PriceProblem(f"{point.nok_per_kwh} kr/kWh at {point.start.isoformat()} is no price of electricity.")


def nok_per_kwh(eur_per_mwh: Decimal, rate: Decimal) -> Decimal:
    """`rate` is NOK for one euro."""
    return eur_per_mwh * rate / KWH_PER_MWH


def checked_rate(rate: Decimal) -> Decimal:
    """Return an exchange rate, NOK for one euro. Raises PriceProblem for what can be none."""
    if not rate.is_finite() or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise PriceProblem(f"{rate} is no exchange rate: one euro is {LOWEST_RATE} to {HIGHEST_RATE} kroner.")
    return rate


@dataclass(frozen=True, slots=True)
class Rates:
    """NOK for one euro by bank day. Days without one (weekends, holidays) go by the bank day before.

    `always` is a rate that was settled for all days.
    """

    by_day: Mapping[date, Decimal]
    always: Decimal | None = None

    def on(self, day: date) -> Decimal:
        """Raises PriceProblem where no rate within two weeks before is known."""
        if self.always is not None:
            return self.always
        known = next(
            (day - timedelta(days=back) for back in range(15) if day - timedelta(days=back) in self.by_day), None
        )
        if known is None:
            raise PriceProblem(f"There is no exchange rate for {day} or the two weeks before.")
        return self.by_day[known]

    def is_final(self, day: date) -> bool:
        """Whether a bank day as late as `day` is known: until then the rate may still be another.

        A day without a rate of its own is settled by the bank day after it.
        """
        return self.always is not None or (bool(self.by_day) and max(self.by_day) >= day)


# As long as a month can still be settled anew, two months back.
LOOKED_BACK = 62
# Older days a time: a source is asked again and again, and a day it does not have must not keep it busy.
OLDER_AT_ONCE = 2
RUN_MINUTES = 10


def days_to_fetch(
    now: datetime, *, state: Callable[[date], bool | None], back: int = 3, published_hour: int = 13
) -> list[date]:
    """Return the days worth asking a source for at `now` (aware): the latest, and a few of the last 62.

    `state` says of a day: True complete and final, False preliminary or with gaps, None not there. Tomorrow is asked
    for from `published_hour` of the market's clock on. Of older days each time has its own: all have their turn.
    """
    local = now.astimezone(MARKET_ZONE)
    last = local.date() + timedelta(days=1 if local.hour >= published_hour else 0)
    lacking = [day for day in (last - timedelta(days=days) for days in range(LOOKED_BACK)) if not state(day)]
    latest = [day for day in lacking if day >= last - timedelta(days=back + 1)]
    older = lacking[len(latest) :]
    turn = int(now.timestamp()) // (RUN_MINUTES * 60) * OLDER_AT_ONCE
    chosen = {older[(turn + number) % len(older)] for number in range(OLDER_AT_ONCE)} if older else set()
    return sorted([*latest, *chosen])
