"""The short way through GS2: a collector writes every block of a file in the same shape, only the values differ.

The shape is learnt from a block that was read the long way: its keys, in their order and spelling, become one
expression, and the checked meaning of everything but metering point, values and sum is remembered by its text. A
block that fits is read in a few steps; whatever is out of the ordinary, however slightly, goes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from metering.days import Wh, total
from metering.importers.frames import Frame, Frames
from metering.importers.numbers import OutOfTheOrdinary, whole_wh
from metering.importers.series import Series

# What decides how a block's values are read.
_FRAME_KEYS = frozenset({"start", "stop", "step", "unit", "type-of-value", "direction-of-flow", "no-of-values"})
_REFERENCE = re.compile(r"[0-9A-Za-z]{2,40}")


class Shape:
    """The keys of a block; ``read`` makes a Series of another block with the same ones."""

    def __init__(self, parts: list[str], reference_key: str, stronger_keys: Iterable[str]) -> None:
        """`parts` are the pieces of a good block between its `#` marks, name included.

        The metering point stands under `reference_key`; the block's `stronger_keys` would go before it.
        """
        meaningful = _FRAME_KEYS | set(stronger_keys)
        groups: list[str] = []
        patterns = [re.escape(parts[0].strip())]
        for part in parts[1:]:
            written = part.partition("=")[0]
            key = written.strip().lower()
            is_needed = key in meaningful or key in (reference_key, "value", "sum")
            value = r"<([0-9./ \n]*)>" if key == "value" else "([^\n]*)" if is_needed else "[^\n]*"
            patterns.append(f"{re.escape(written)}={value}")
            if is_needed:
                groups.append(key)
        self._fullmatch = re.compile(r"\n+#".join(patterns) + r"\s*", re.ASCII).fullmatch
        self._whose = groups.index(reference_key)
        self._values = groups.index("value")
        self._sum = groups.index("sum") if "sum" in groups else None
        self.is_counted = "no-of-values" in groups and self._sum is not None
        self._meaning = _getter([at for at, key in enumerate(groups) if key in meaningful])
        self._frames = Frames()

    def learn(self, text: str, frame: Frame) -> None:
        """Remember what the block meant."""
        match = self._fullmatch(text)
        if match is None:
            return
        self._frames.remember(self._meaning(match.groups()), frame)

    def forget(self) -> None:
        """Another message begins: the same text can mean another time."""
        self._frames.forget()

    def read(self, text: str, line: int) -> Series | None:
        """Return the block's series; None for a block that must be read the long way."""
        match = self._fullmatch(text)
        if match is None:
            return None
        groups = match.groups()
        frame = self._frames.get(self._meaning(groups))
        if frame is None:
            return None
        try:
            values: list[Wh] = list(map(frame.table.__getitem__, groups[self._values].split()))
            if self._sum is not None and whole_wh(groups[self._sum].strip(), frame.table.exponent) != total(values):
                return None
        except OutOfTheOrdinary:
            return None
        reference = groups[self._whose].strip()
        if len(values) != frame.count or not _REFERENCE.fullmatch(reference):
            return None
        return Series(reference, frame.direction, frame.start, frame.minutes, values, None, line, frame.registered_at)


def _getter(positions: list[int]) -> Callable[[tuple[Any, ...]], Any]:
    return itemgetter(*positions) if positions else lambda _: ()
