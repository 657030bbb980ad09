"""Numbers in meter files, whatever the format: exact watt-hours, and why something is no number.

The fast path turns a whole list of texts into integers through a table of texts already seen; only a list with
something out of the ordinary (a fraction of a watt-hour, a sign, nonsense) is looked at one by one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from metering.importers.series import Params

# Wh in one unit, as a power of ten.
UNITS = {"wh": 0, "kwh": 3, "mwh": 6}
# The column is int4; no metering point moves 2 GWh in an hour.
MAX_WH = 2_000_000_000
_MAX_DIGITS = 12
# No number, time, unit or key is longer. What is, is not kept in a table or a cache: it may be megabytes.
LONGEST_TEXT = 64
_TABLE_ENTRIES = 200_000
_SHOWN = 40

_SIGNED = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")


class Refused(Exception):
    """Why a block cannot be taken in; ``at`` is the key whose line is shown, "" for the block's own line."""

    def __init__(self, code: str, at: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.at = at
        self.params: Params = params


class OutOfTheOrdinary(Exception):
    """A token that is no plain number of whole watt-hours."""


class TokenTable(dict[str, int]):
    """Plain measured tokens (`1.25`, `1.25//`, `1.25//0`) to whole Wh, filled as they come, emptied when large."""

    def __init__(self, exponent: int) -> None:
        super().__init__()
        self.exponent = exponent

    def __missing__(self, token: str) -> int:
        wh = whole_wh(token.removesuffix("0") if token.endswith("//0") else token, self.exponent)
        if wh > MAX_WH:
            raise OutOfTheOrdinary
        if len(token) > LONGEST_TEXT:
            return wh
        if len(self) >= _TABLE_ENTRIES:
            self.clear()
        self[token] = wh
        return wh


class PlainNumbers(TokenTable):
    """Of formats in which a value is a number and nothing else."""

    def __missing__(self, token: str) -> int:
        if "/" in token:
            raise OutOfTheOrdinary
        return super().__missing__(token)


def whole_wh(token: str, exponent: int) -> int:
    """`1.25`, `1.25//` or `3` in a unit of 10 ** exponent Wh, exactly. Raises OutOfTheOrdinary for anything else."""
    whole, _, decimals = token.removesuffix("//").partition(".")
    if len(decimals) > exponent:
        if decimals[exponent:].strip("0"):
            raise OutOfTheOrdinary
        decimals = decimals[:exponent]
    digits = whole + decimals
    if len(whole) > _MAX_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise OutOfTheOrdinary
    return int(digits + "0" * (exponent - len(decimals)))


def exact_wh(number: int, text: str, scale: Decimal) -> Decimal:
    """Value number `number` (from 1) of a series in Wh, `scale` of them to a unit. Raises Refused."""
    if not _SIGNED.fullmatch(text):
        raise Refused("bad_value", "value", number=number, value=shown(text))
    exact = Decimal(text) * scale
    if exact < 0:
        raise Refused("negative_value", "value", number=number, value=shown(text))
    if exact > MAX_WH:
        raise Refused("value_too_large", "value", number=number, value=shown(text))
    return abs(exact)


def unit_of(stated: str) -> str:
    """The key of UNITS. Raises Refused for reactive energy and for what is no unit of energy."""
    return _unit_of(stated if len(stated) <= LONGEST_TEXT else shown(stated))


@lru_cache(maxsize=512)
def _unit_of(stated: str) -> str:
    unit = stated.lower()
    if unit.endswith(("varh", "vah")):
        raise Refused("reactive_energy", "unit", unit=shown(stated))
    if unit not in UNITS:
        raise Refused("unknown_unit", "unit", unit=shown(stated))
    return unit


def shown(text: str, length: int = _SHOWN) -> str:
    """Cut what may be a million digits to what fits in a report, and leave out what cannot be shown or stored."""
    cut = text if len(text) <= length else text[:length] + "…"
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)
