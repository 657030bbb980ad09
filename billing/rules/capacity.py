"""The capacity charge: which hours count, their mean, and the tier it falls into. Pure.

The exact mean chooses the tier; it is never rounded first. The methods are those of the tariff collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.rules.tariffs import CapacityCharge, Method

WATTS = Decimal(1000)
# What one company bills by, with five weekly maxima of twelve months: January to December, in percent.
SEASON_WEIGHTS = (100, 100, 85, 50, 30, 25, 25, 25, 30, 45, 70, 95)
COUNTED = {Method.THREE_DAILY_MAXIMA: 3, Method.MONTHLY_MAXIMUM: 1, Method.FIVE_WEIGHTED_YEARLY: 5}


@dataclass(frozen=True, slots=True)
class DayMax:
    """The highest clock hour of a local day: `wh` in it is its mean power in W, `hour` counts from midnight."""

    day: date
    wh: int
    hour: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a tier is chosen by: `counted`, the highest first, and their exact mean (kW, or the fuse in ampere).

    `value` is None where nothing is known: no readings, no fuse, an unknown method. `weights` are percent, one for each
    of `counted`, where the method weighs.
    """

    method: Method
    counted: tuple[DayMax, ...] = ()
    value: Decimal | None = None
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """A tier: number 1 is the lowest; `upper` is None for the highest."""

    number: int
    lower: Decimal
    upper: Decimal | None
    nok_per_year: Decimal
    unit: str

    def is_same_as(self, other: Position) -> bool:
        """Tell whether both hold the same values; numbers count the tiers of one list only."""
        return (self.lower, self.upper, self.unit) == (other.lower, other.upper, other.unit)


@dataclass(frozen=True, slots=True)
class ToNext:
    """How far to the tier above: `mean_kw` more in the mean, which one hour of `peak_kw` on a new day would bring.

    `peak_kw` is None where one hour alone cannot be said to (weighted by season).
    """

    position: Position
    mean_kw: Decimal
    peak_kw: Decimal | None


def basis_of(
    method: Method,
    maxima: Iterable[DayMax],
    *,
    fuse_ampere: int | None = None,
    season_weights: Sequence[int] = SEASON_WEIGHTS,
) -> Basis:
    """Return what counts. `maxima`: one a day, of the month, or of twelve months where the method looks at a year."""
    if method == Method.FUSE:
        return Basis(method, (), None if fuse_ampere is None else Decimal(fuse_ampere))
    if method == Method.UNKNOWN:
        return Basis(method)
    if method == Method.FIVE_WEIGHTED_YEARLY:
        return _weighted(maxima, season_weights)
    counted = highest(maxima, COUNTED[method])
    return Basis(method, counted, mean_kw(counted))


def highest(maxima: Iterable[DayMax], count: int) -> tuple[DayMax, ...]:
    """The highest of different days, the highest first; of equal ones the earlier."""
    return tuple(sorted(maxima, key=lambda one: (-one.wh, one.day))[:count])


def mean_kw(counted: Sequence[DayMax]) -> Decimal | None:
    """The plain mean in kW, exact to Decimal's precision. None without hours."""
    return Decimal(sum(one.wh for one in counted)) / (len(counted) * WATTS) if counted else None


def _weighted(maxima: Iterable[DayMax], season_weights: Sequence[int]) -> Basis:
    """One hour a week (Monday to Sunday), weighed by the month its Monday is in; the mean of the five highest."""
    weeks: dict[date, DayMax] = {}
    for one in sorted(maxima, key=lambda each: each.day):
        monday = one.day - timedelta(days=one.day.weekday())
        if monday not in weeks or one.wh > weeks[monday].wh:
            weeks[monday] = one
    weighed = [(one.wh * season_weights[monday.month - 1], monday, one) for monday, one in weeks.items()]
    top = sorted(weighed, key=lambda each: (-each[0], each[1]))[: COUNTED[Method.FIVE_WEIGHTED_YEARLY]]
    if not top:
        return Basis(Method.FIVE_WEIGHTED_YEARLY)
    value = Decimal(sum(points for points, _, _ in top)) / (100 * len(top) * WATTS)
    weights = tuple(season_weights[monday.month - 1] for _, monday, _ in top)
    return Basis(Method.FIVE_WEIGHTED_YEARLY, tuple(one for _, _, one in top), value, weights)


def positions(charge: CapacityCharge) -> list[Position]:
    """All tiers with their bounds, the lowest first."""
    uppers = [*(tier.lower for tier in charge.tiers[1:]), None]
    numbered = enumerate(zip(charge.tiers, uppers, strict=True), 1)
    return [Position(number, tier.lower, upper, tier.nok_per_year, charge.unit) for number, (tier, upper) in numbered]


def position_of(charge: CapacityCharge, value: Decimal | None) -> Position | None:
    """Return the tier of a value, or None where nobody can tell: no value, an unknown method, or exactly on a bound of
    a list that does not say to which side it belongs.
    """
    if value is None or charge.method == Method.UNKNOWN or not charge.tiers:
        return None
    if charge.inclusive is None and any(tier.lower == value and tier.lower for tier in charge.tiers):
        return None
    found = None
    for position in positions(charge):
        # Below or at the lowest bound it is the lowest tier, whichever side the others' bounds belong to.
        if found is None or value > position.lower or (value == position.lower and charge.inclusive):
            found = position
    return found


def to_next(charge: CapacityCharge, basis: Basis) -> ToNext | None:
    """Return how far the tier above is; None in the highest, or where the tier is not known or set by the fuse."""
    position = position_of(charge, basis.value)
    if position is None or position.upper is None or basis.value is None or charge.method == Method.FUSE:
        return None
    above = positions(charge)[position.number]
    return ToNext(above, above.lower - basis.value, _peak_needed(charge.method, basis.counted, above.lower))


def _peak_needed(method: Method, counted: tuple[DayMax, ...], bound: Decimal) -> Decimal | None:
    """The lowest hour on a new day that brings the mean to the bound: it takes the place of the lowest that counts."""
    if method not in (Method.THREE_DAILY_MAXIMA, Method.MONTHLY_MAXIMUM):
        return None
    kept = counted[: COUNTED[method] - 1]
    return bound * (len(kept) + 1) - Decimal(sum(one.wh for one in kept)) / WATTS
