"""A small drawing of a day's values, without scale or table: for a card that gives the figure that matters in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEIGHT = 56
# What a bar fills of its slot.
SHARE = 0.78


@dataclass(frozen=True)
class SparkBar:
    x: str
    width: str
    y: str
    height: str
    state: str


@dataclass(frozen=True)
class Spark:
    """Bars in percent of the width and pixels of the height; as text, with a decimal point."""

    bars: Sequence[SparkBar]
    height: int = HEIGHT


def spark(values: Sequence[Decimal | None], *, now: int | None = None) -> Spark:
    """Draw values in the order of time; those before the index `now` are past. A missing one leaves its place empty."""
    known = [value for value in values if value is not None]
    high, low = max([*known, Decimal(0)]), min([*known, Decimal(0)])
    reach = (high - low) or Decimal(1)
    bars = []
    for index, value in enumerate(values):
        if value is None:
            continue
        top, foot = max(value, Decimal(0)), min(value, Decimal(0))
        state = "" if now is None or index > now else "now" if index == now else "past"
        bars.append(
            SparkBar(
                x=f"{100 * (index + (1 - SHARE) / 2) / len(values):.2f}%",
                width=f"{100 * SHARE / len(values):.2f}%",
                y=f"{float((high - top) / reach) * HEIGHT:.1f}",
                # Never less than a hair, so that a price of zero is there.
                height=f"{max(float((top - foot) / reach) * HEIGHT, 1):.1f}",
                state=state,
            )
        )
    return Spark(bars)
