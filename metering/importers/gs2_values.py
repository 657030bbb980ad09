"""Values of GS2: points in time, steps, and lists of values in exact watt-hours.

Only a list with something out of the ordinary (a status code, a missing value, a fraction of a watt-hour) is looked at
token by token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from metering.days import Quality, Wh
from metering.importers.numbers import LONGEST_TEXT, OutOfTheOrdinary, Refused, TokenTable, exact_wh, shown, whole_wh
from metering.importers.series import ImportProfile

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[. T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_STEP = re.compile(r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})[. T])?([0-9]{2}):([0-9]{2}):([0-9]{2})")
_OFFSET = re.compile(r"([+-]?)([0-9]{1,2})(?::?([0-9]{2}))?")
# A sum may come out of floating point: 0.30000000000000004, 1.68E3.
_SUM = re.compile(r"-?[0-9]{0,18}\.?[0-9]{0,30}(?:[eE][+-]?[0-9]{1,2})?")


@dataclass(slots=True)
class ValueList:
    """``exact_wh`` is the sum before rounding to whole Wh; ``times`` the (index, text) of values that carry one."""

    values_wh: list[Wh]
    quality: list[int] | None
    exact_wh: int | Decimal
    times: list[tuple[int, str]] = field(default_factory=list)


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
        exact = exact_wh(number, text, scale) if text else None
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


def read_time(text: str, offset_minutes: int) -> datetime | None:
    """`2020-03-27.24:00:00` on a clock that many minutes ahead of UTC, in UTC; None when it is no point in time."""
    return _read_time(text, offset_minutes) if len(text) <= LONGEST_TEXT else None


@lru_cache(maxsize=4096)
def _read_time(text: str, offset_minutes: int) -> datetime | None:
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


def read_step(text: str) -> int | None:
    """Seconds of `0000-00-00.01:00:00`; months and years count as 30 and 365 days (they are refused anyway)."""
    return _read_step(text) if len(text) <= LONGEST_TEXT else None


@lru_cache(maxsize=256)
def _read_step(text: str) -> int | None:
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
