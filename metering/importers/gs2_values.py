"""Numbers of GS2: points in time, steps, and lists of values in exact watt-hours.

The fast path turns a whole list of tokens into integers through a table of tokens already seen; only a list with
something out of the ordinary (a status code, a missing value, a fraction of a watt-hour) is looked at token by token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from metering.days import Quality, Wh
from metering.importers.series import ImportProfile, Params

# Wh in one unit, as a power of ten.
UNITS = {"wh": 0, "kwh": 3, "mwh": 6}
# The column is int4; no metering point moves 2 GWh in an hour.
MAX_WH = 2_000_000_000
_MAX_DIGITS = 12
_TABLE_ENTRIES = 200_000
_SHOWN = 40

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[. T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_STEP = re.compile(r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})[. T])?([0-9]{2}):([0-9]{2}):([0-9]{2})")
_OFFSET = re.compile(r"([+-]?)([0-9]{1,2})(?::?([0-9]{2}))?")
_SIGNED = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
# A sum may come out of floating point: 0.30000000000000004, 1.68E3.
_SUM = re.compile(r"-?[0-9]{0,18}\.?[0-9]{0,30}(?:[eE][+-]?[0-9]{1,2})?")


class Refused(Exception):
    """Why a block cannot be taken in; ``at`` is the key whose line is shown, "" for the block's own line."""

    def __init__(self, code: str, at: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.at = at
        self.params: Params = params


class OutOfTheOrdinary(Exception):
    """A token that is no plain number of whole watt-hours."""


@dataclass(slots=True)
class ValueList:
    """``exact_wh`` is the sum before rounding to whole Wh; ``times`` the (index, text) of values that carry one."""

    values_wh: list[Wh]
    quality: list[int] | None
    exact_wh: int | Decimal
    times: list[tuple[int, str]] = field(default_factory=list)


class TokenTable(dict[str, int]):
    """Plain measured tokens (`1.25`, `1.25//`, `1.25//0`) to whole Wh, filled as they come, emptied when large."""

    def __init__(self, exponent: int) -> None:
        super().__init__()
        self.exponent = exponent

    def __missing__(self, token: str) -> int:
        wh = whole_wh(token.removesuffix("0") if token.endswith("//0") else token, self.exponent)
        if wh > MAX_WH:
            raise OutOfTheOrdinary
        if len(self) >= _TABLE_ENTRIES:
            self.clear()
        self[token] = wh
        return wh


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


def read_values(body: str, table: TokenTable, profile: ImportProfile) -> ValueList:
    """The values between < and >. Raises Refused with the number (from 1) and text of the first bad one."""
    tokens = body.split()
    try:
        values = list(map(table.__getitem__, tokens))
    except OutOfTheOrdinary:
        return _read_one_by_one(tokens, table.exponent, profile)
    return ValueList(list(values), None, sum(values))


def _read_one_by_one(tokens: list[str], exponent: int, profile: ImportProfile) -> ValueList:
    scale = Decimal(10) ** exponent
    found = ValueList([], [], Decimal(0))
    flags: list[int] = []
    for number, token in enumerate(tokens, start=1):
        text, time, flag = _parts(number, token)
        exact = _exact_wh(number, text, scale) if text else None
        if exact == 0 and flag.upper() in profile.zero_is_missing_when:
            exact = None
        if time:
            found.times.append((number - 1, time))
        flags.append(Quality.MEASURED if exact is None else profile.quality_of(flag))
        found.values_wh.append(None if exact is None else int(exact.to_integral_value(ROUND_HALF_UP)))
        found.exact_wh += exact or 0
    found.quality = flags if any(flags) else None
    return found


def _parts(number: int, token: str) -> tuple[str, str, str]:
    parts = token.split("/")
    if len(parts) > 3:
        raise Refused("bad_value", "value", number=number, value=shown(token))
    text, time, flag = (*parts, "", "")[:3]
    return text, time, flag


def _exact_wh(number: int, text: str, scale: Decimal) -> Decimal:
    if not _SIGNED.fullmatch(text):
        raise Refused("bad_value", "value", number=number, value=shown(text))
    exact = Decimal(text) * scale
    if exact < 0:
        raise Refused("negative_value", "value", number=number, value=shown(text))
    if exact > MAX_WH:
        raise Refused("value_too_large", "value", number=number, value=shown(text))
    return abs(exact)


def check_sum(stated: str, exact_wh: int | Decimal, exponent: int, unit: str) -> None:
    """Raises Refused unless the stated sum is the values' own to within half a Wh (the noise of a sender's floats)."""
    try:
        if whole_wh(stated, exponent) == exact_wh:
            return
    except OutOfTheOrdinary:
        pass
    if not _SUM.fullmatch(stated) or not any(character.isdigit() for character in stated):
        raise Refused("bad_sum", "sum", value=shown(stated))
    scale = Decimal(10) ** exponent
    if abs(Decimal(stated) * scale - exact_wh) * 2 >= 1:
        found = f"{(Decimal(exact_wh) / scale).normalize():f}"
        raise Refused("wrong_sum", "sum", stated=f"{shown(stated)} {unit}", found=f"{found} {unit}")


def shown(text: str) -> str:
    """Cut what may be a million digits to what fits in a report, and leave out what cannot be shown or stored."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)


@lru_cache(maxsize=4096)
def read_time(text: str, offset_minutes: int) -> datetime | None:
    """`2020-03-27.24:00:00` on a clock that many minutes ahead of UTC, in UTC; None when it is no point in time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    is_midnight_after = (hour, minute, second) == (24, 0, 0)
    try:
        local = datetime(year, month, day, 0 if is_midnight_after else hour, minute, second, tzinfo=UTC)
        return local + timedelta(days=int(is_midnight_after), minutes=-offset_minutes)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def read_step(text: str) -> int | None:
    """Seconds of `0000-00-00.01:00:00`; months and years count as 30 and 365 days (they are refused anyway)."""
    match = _STEP.fullmatch(text)
    if match is None:
        return None
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (((years * 365 + months * 30 + days) * 24 + hours) * 60 + minutes) * 60 + seconds


def read_offset(text: str) -> int | None:
    """Minutes ahead of UTC of a GMT reference: `1`, `+1`, `+01:00`."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes > 14 * 60 else -minutes if match[1] == "-" else minutes
