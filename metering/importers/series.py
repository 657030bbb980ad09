"""What every parser yields, whatever the format: series of values, and what could not be taken in and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from metering.days import Direction, Quality, Wh

NORWAY = ZoneInfo("Europe/Oslo")

Params = dict[str, str | int]


# Not frozen, like DayValues: it is made once for every line of a large file.
@dataclass(slots=True)
class Series:
    """Consecutive values of one metering point: ``values_wh[i]`` is the energy of the i-th step after ``start_utc``.

    ``quality`` has one entry a value, or is None when every value is measured. ``line`` is where the file says so.
    ``registered_at`` is when the sender registered the values: of two that contradict each other, the newer counts.
    """

    reference: str
    direction: Direction
    start_utc: datetime
    resolution_minutes: int
    values_wh: list[Wh]
    quality: list[int] | None
    line: int
    registered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Remark:
    """The words come from ``reasons.text_for(code, params)``; ``values`` is how many values it is about, as far as they
    could be counted.
    """

    line: int
    reference: str
    code: str
    params: Params = field(default_factory=dict)
    values: int = 0


class Rejection(_Remark):
    """A part of the file (or all of it) that was not taken in."""

    __slots__ = ()


class Note(_Remark):
    """Something an operator may want to know, that cost no values."""

    __slots__ = ()


Outcome = Series | Rejection | Note

# Codes seen at Norwegian grid companies: 0 = ok, 1 = stipulated by the system, 99 = stipulated by hand, E = estimated.
# What a sender means by others is its own business: the value counts, but is shown as not final.
QUALITY_FLAGS: Mapping[str, Quality] = {
    "": Quality.MEASURED,
    "0": Quality.MEASURED,
    "M": Quality.MEASURED,
    "1": Quality.ESTIMATED,
    "99": Quality.ESTIMATED,
    "E": Quality.ESTIMATED,
    "T": Quality.TEMPORARY,
    "C": Quality.CALCULATED,
}


@dataclass(frozen=True, slots=True)
class ImportProfile:
    """How one sender deviates.

    ``swap_directions``: its "in" is into the grid. ``utc_offset_minutes``: the clock of files that do not name one
    (Norwegian normal time). ``zone``: that of files in local time. ``reference``: the metering point of a file that
    does not name one, "" where it is not known. ``quality_flags``: upper-case status code to quality; a code not listed
    is temporary. ``zero_is_missing_when``: codes that turn a value of 0 into a missing one: senders write `0//x` where
    nothing was collected, while `10//x` carries a real value.
    """

    swap_directions: bool = False
    utc_offset_minutes: int = 60
    zone: ZoneInfo = NORWAY
    reference: str = ""
    quality_flags: Mapping[str, Quality] = field(default_factory=lambda: QUALITY_FLAGS)
    zero_is_missing_when: frozenset[str] = frozenset({"X"})

    def quality_of(self, flag: str) -> Quality:
        return self.quality_flags.get(flag.upper(), Quality.TEMPORARY)

    def direction_of(self, *, into_installation: bool) -> Direction:
        return Direction.CONSUMPTION if into_installation != self.swap_directions else Direction.PRODUCTION
