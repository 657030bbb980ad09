"""One `##Time-series` block of GS2: from its keys to a Series, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from metering.days import RESOLUTIONS, Direction
from metering.importers.frames import Frame
from metering.importers.gs2_shape import Shape
from metering.importers.gs2_values import (
    ValueList,
    check_sum,
    read_step,
    read_time,
    read_values,
)
from metering.importers.numbers import LONGEST_TEXT, UNITS, Refused, TokenTable, shown, unit_of
from metering.importers.series import ImportProfile, Series

# A sender names the metering point by the first of these; "0" stands for "does not apply".
_REFERENCE_KEYS = ("reference", "installation", "plant")
_NO_REFERENCE = ("", "0")
# A block's keys and its name.
_LONGEST_KEYS = 4_000
_STEPS = frozenset(minutes * 60 for minutes in RESOLUTIONS)


@dataclass(slots=True)
class Fields:
    """The `#Key=value` pairs of a block, keys in lower case; ``stray_lines`` counts the lines that belong to none."""

    pairs: dict[str, str] = field(default_factory=dict)
    contradicting: list[str] = field(default_factory=list)
    stray_lines: int = 0

    def required(self, key: str) -> str:
        value = self.pairs.get(key, "")
        if not value:
            raise Refused("missing_field", field=key)
        return value

    @property
    def reference(self) -> str:
        """The metering point named, without the blanks some write between groups of digits; "" when none is."""
        for key in _REFERENCE_KEYS:
            value = "".join(self.pairs.get(key, "").split())
            if value not in _NO_REFERENCE:
                return shown(value)
        return ""

    @property
    def counted_values(self) -> int:
        return len(self.pairs.get("value", "").strip("<> \n").split())


def read_fields(parts: list[str]) -> Fields:
    """``parts`` are the pieces of a block between its `#` marks, its name left out."""
    fields = Fields()
    pairs = fields.pairs
    for part in parts:
        written, equals, value = part.partition("=")
        key = _key(written) if len(written) <= LONGEST_TEXT else written.strip().lower()
        value = value.strip()
        if not equals:
            fields.stray_lines += 1 + count_lines(key)
            continue
        if "\n" in value:
            value, stray = _first_line(value)
            fields.stray_lines += stray
        if pairs.setdefault(key, value) != value:
            fields.contradicting.append(key)
    return fields


@lru_cache(maxsize=512)
def _key(written: str) -> str:
    return written.strip().lower()


def _first_line(value: str) -> tuple[str, int]:
    """A value goes on over several lines only between < and >; what follows is stray."""
    end = value.find(">") + 1 if value.startswith("<") else value.find("\n")
    if end <= 0:
        return value, 0
    return value[:end], count_lines(value[end:])


def count_lines(text: str) -> int:
    """Lines with something to see on them."""
    return sum(any(character.isprintable() and character != " " for character in line) for line in text.split("\n"))


class SeriesReader:
    """Turns fields into Series; keeps the tables of number tokens from block to block."""

    def __init__(self, profile: ImportProfile) -> None:
        self._profile = profile
        self._tables = {unit: TokenTable(exponent) for unit, exponent in UNITS.items()}
        self._shape: Shape | None = None
        self._registered_at: datetime | None = None

    def start_message(self, registered_at: datetime | None) -> None:
        """Series that follow were registered then, as far as the message says."""
        self._registered_at = registered_at
        if self._shape:
            self._shape.forget()

    def read_known(self, text: str, *, line: int, is_last: bool) -> Series | None:
        """Return the series of a block in the shape of those before; None for one that must be read in full."""
        shape = self._shape
        if shape is None or (is_last and not shape.is_counted):
            return None
        return shape.read(text, line)

    def learn(self, text: str, parts: list[str], fields: Fields, series: Series) -> None:
        """Let further blocks like this one be read the short way."""
        if fields.stray_lines or series.quality is not None or None in series.values_wh:
            return
        if self._shape is None:
            # The expressions that are made of them are kept.
            if sum(len(part.partition("=")[0]) for part in parts) > _LONGEST_KEYS:
                return
            at = next((at for at, key in enumerate(_REFERENCE_KEYS) if fields.pairs.get(key) == series.reference), None)
            if at is None:
                return
            self._shape = Shape(parts, _REFERENCE_KEYS[at], _REFERENCE_KEYS[:at])
        table = self._tables[(fields.pairs.get("unit") or "kWh").lower()]
        self._shape.learn(
            text,
            Frame(
                series.direction,
                series.start_utc,
                series.resolution_minutes,
                len(series.values_wh),
                table,
                series.registered_at,
            ),
        )

    def read(self, fields: Fields, *, offset_minutes: int, line: int) -> Series:
        """Raises Refused with the reason. Checks the period, the number of values and the sum against the values."""
        if fields.contradicting:
            key = fields.contradicting[0]
            raise Refused("contradicting_field", key, field=shown(key))
        reference = fields.reference
        if not reference:
            raise Refused("no_reference", meter=shown(fields.pairs.get("meter", "")))
        unit = fields.pairs.get("unit") or "kWh"
        table = self._tables[_unit(unit, fields.pairs.get("type-of-value", "interval"))]
        direction = self._direction(fields)
        step = _step(fields)
        start = _time(fields, "start", offset_minutes)
        stop = _time(fields, "stop", offset_minutes)
        found = read_values(_value_body(fields), table, self._profile)
        _check_count(fields, len(found.values_wh))
        _check_period(start, stop, step, len(found.values_wh))
        _check_times(found, start, step, offset_minutes)
        if "sum" in fields.pairs:
            check_sum(fields.pairs["sum"], found.exact_wh, table.exponent, unit)
        return Series(
            reference, direction, start, step // 60, found.values_wh, found.quality, line, self._registered_at
        )

    def _direction(self, fields: Fields) -> Direction:
        direction = fields.pairs.get("direction-of-flow", "in").lower()
        if direction not in ("in", "out"):
            raise Refused("unknown_direction", "direction-of-flow", direction=shown(direction))
        return self._profile.direction_of(into_installation=direction == "in")


def _unit(stated: str, kind: str) -> str:
    unit = unit_of(stated)
    if kind.lower() != "interval":
        raise Refused("unsupported_type", "type-of-value", type=shown(kind))
    return unit


def _step(fields: Fields) -> int:
    """Seconds, a quarter of an hour or an hour."""
    stated = fields.required("step")
    step = read_step(stated)
    if step is None:
        raise Refused("bad_step", "step", step=shown(stated))
    if step not in _STEPS:
        raise Refused("unsupported_step", "step", step=shown(stated))
    return step


def _time(fields: Fields, key: str, offset_minutes: int) -> datetime:
    stated = fields.required(key)
    found = read_time(stated, offset_minutes)
    if found is None:
        raise Refused("bad_time", key, field=key, value=shown(stated))
    return found


def _value_body(fields: Fields) -> str:
    stated = fields.required("value")
    if not (stated.startswith("<") and stated.endswith(">")):
        raise Refused("bad_value_list", "value")
    return stated[1:-1]


def _check_count(fields: Fields, found: int) -> None:
    if not found:
        raise Refused("no_values", "value")
    stated = fields.pairs.get("no-of-values")
    if stated is None:
        return
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10):
        raise Refused("bad_count", "no-of-values", field="no-of-values", value=shown(stated))
    if int(stated) != found:
        raise Refused("wrong_count", "no-of-values", stated=int(stated), found=found)


def _check_period(start: datetime, stop: datetime, step: int, found: int) -> None:
    if start.second or (start.minute * 60) % min(step, 3600):
        raise Refused("uneven_start", "start", start=f"{start:%Y-%m-%d %H:%M:%S}Z")
    if stop <= start:
        raise Refused("stop_before_start", "stop")
    expected, rest = divmod(int((stop - start).total_seconds()), step)
    if rest or expected != found:
        raise Refused("wrong_period", "stop", expected=expected, found=found)


def _check_times(found: ValueList, start: datetime, step: int, offset_minutes: int) -> None:
    """Values that carry a time carry either the beginning or the end of their step, all of them the same."""
    if not found.times:
        return
    seconds = [
        (time - start).total_seconds() - index * step if (time := read_time(text, offset_minutes)) else None
        for index, text in found.times
    ]
    shift = seconds[0] if seconds[0] in (0, step) else None
    wrong = next((at for at, second in enumerate(seconds) if second is None or second != shift), None)
    if wrong is not None:
        raise Refused("wrong_value_time", "value", number=found.times[wrong][0] + 1)
