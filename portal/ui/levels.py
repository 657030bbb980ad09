"""The levels of a chart's y-axis: round, and such as leave little room empty."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

STEPS = tuple(Decimal(step) for step in (1, 2, 4, 5, 10))
FEWEST_LEVELS, MOST_LEVELS = 4, 6


def _nice_step(span: Decimal, lines: int) -> Decimal:
    """Return the smallest round step (1, 2, 4, 5 times a power of ten) with which `lines` steps cover the span."""
    raw = span / lines
    power = Decimal(1).scaleb(raw.adjusted())
    return next(step * power for step in STEPS if step * power >= raw)


def ticks(lowest: Decimal, highest: Decimal) -> list[Decimal]:
    """Return the 4–6 round levels of a y-axis that includes zero and covers both values; lowest first.

    Of the possible counts of steps, the one that leaves the least empty room is taken, the fewest lines on a tie.
    """
    low, high = min(lowest, Decimal(0)), max(highest, Decimal(0))
    if low == high:
        return [Decimal(0), Decimal(1)]
    candidates = [_levels(low, high, _nice_step(high - low, lines)) for lines in range(2, MOST_LEVELS)]
    fitting = [levels for levels in candidates if FEWEST_LEVELS <= len(levels) <= MOST_LEVELS] or candidates[-1:]
    return min(fitting, key=lambda levels: (levels[-1] - levels[0], len(levels)))


def _levels(low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return [step * index for index in range(first, last + 1)]


def decimals_of(levels: Sequence[Decimal]) -> int:
    """Return how many decimals the axis needs for its levels to read true."""
    exponents = [level.normalize().as_tuple().exponent for level in levels]
    return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)))
