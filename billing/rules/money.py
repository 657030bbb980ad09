"""Kroner, øre and kilowatt-hours. Money is Decimal; energy is integer watt-hours until it is shown or priced. Pure.

One rule for all sums: an amount is rounded once, where it is a line of its own (of a settlement; a day of estimated
cost). Whatever is above is the sum of what is shown (never of what is exact), and whatever it is opened to is shared
out by `apportion`. So all figures that are shown beside each other add up, on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ORE = Decimal("0.01")


def to_ore(nok: Decimal) -> Decimal:
    """Round to whole øre, half up; a credit is rounded as the charge it takes back."""
    return nok.quantize(ORE, ROUND_HALF_UP)


def kwh(wh: int) -> Decimal:
    """Exact kWh with three decimals."""
    return Decimal(wh).scaleb(-3)


def nok(ore: Decimal) -> Decimal:
    """Øre as kroner, exact."""
    return ore.scaleb(-2)


def with_vat(price: Decimal, vat_percent: Decimal) -> Decimal:
    return price * (100 + vat_percent) / 100


def apportion(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Round parts to øre so that what is shown adds up to `total` (NOK, whole øre).

    Those that lose most by rounding down get the øre that are left: no part is more than one øre from its exact value,
    as long as `total` is the exact sum, rounded.
    """
    shown = [part.quantize(ORE, ROUND_FLOOR) for part in exact]
    left = int((total - sum(shown, Decimal(0))) / ORE)
    by_loss = sorted(range(len(exact)), key=lambda at: (shown[at] - exact[at], at))
    for at in by_loss[:left]:
        shown[at] += ORE
    return shown
