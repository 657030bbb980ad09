"""The short way through Elhub's XML: a sender writes every payload of a file in the same shape, only the values differ.

As for GS2 (see ``gs2_shape``), the shape is learnt from a payload that was read in full: its tags and attributes, byte
by byte, with the texts between them left open. What the texts mean is remembered from payloads that were read in full
too. A payload that fits is the same XML with other numbers in it; whatever differs, be it a blank, is read in full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from metering.days import Wh
from metering.importers.frames import Frame, Frames
from metering.importers.moments import read_moment
from metering.importers.numbers import OutOfTheOrdinary, Refused
from metering.importers.series import Series

REGISTERED = "RegistrationDateTime"
# An element with nothing but text: its name, and the text.
_LEAF = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>&]*)</")
# One that was measured: what stands before the number of the sequence, before the value, and behind it.
_OBSERVATION = re.compile(
    rb'(<(?:[\w.-]+:)?Observation Sequence=")[0-9]+(">\s*<(?:[\w.-]+:)?Metered>)[0-9.]+'
    rb"(</(?:[\w.-]+:)?Metered>\s*</(?:[\w.-]+:)?Observation>)"
)
# Comments and the like could hold what looks like elements.
_OTHER_MARKUP = re.compile(rb"<[!?]")
# A head longer than this is none of Elhub's, and is not kept in memory.
_LONGEST_HEAD = 8_000
# What the marks are replaced by: no XML may hold these.
_INNER, _OUTER = b"\x1f", b"\x1e"
_OF_NUMBERS = b"0123456789."
# Elhub's own limit to a payload.
_MOST_VALUES = 9_999
# Fewer texts than this do not say what the values mean.
_FEWEST = 6
_POINT = b"MeteringPointUsedDomainLocation"
_REFERENCE = re.compile(r"[0-9A-Za-z]{1,40}")


@dataclass(frozen=True, slots=True)
class _Marks:
    """The bytes around the numbers: before the first, between sequence and value, after a value, after the last."""

    begin: bytes
    middle: bytes
    end: bytes
    close: bytes
    # What stands between one observation and the next: nothing, or the blanks of a file that was laid out.
    gap: bytes


class Shape:
    """What stands before a payload's observations, as an expression, and the bytes between their numbers."""

    def __init__(self, head: re.Pattern[bytes], names: list[str], whose: int, marks: _Marks) -> None:
        self._match = head.match
        self._marks = marks
        self._between = marks.end + marks.gap + marks.begin
        self._whose = whose
        self._registered = names.index(REGISTERED) if REGISTERED in names else None
        # The payload's own identification is another one each time, and means nothing to us.
        open_ = {whose, self._registered, 0 if names[0] == "Identification" else None}
        self._meaning = itemgetter(*(at for at in range(len(names)) if at not in open_))
        self._frames = Frames()

    @classmethod
    def of(cls, text: bytes) -> Shape | None:
        """Learn from the bytes of a payload; None when it is written in a way that is not understood here."""
        text = text.lstrip()
        observations = list(_OBSERVATION.finditer(text))
        if not observations:
            return None
        first, last = observations[0], observations[-1]
        head = text[: first.start()]
        gap = text[first.end() : observations[1].start()] if len(observations) > 1 else b""
        if gap.strip() or len(head) > _LONGEST_HEAD or _OTHER_MARKUP.search(text):
            return None
        found = list(_LEAF.finditer(head))
        point = head.find(_POINT)
        whose = next((at for at, one in enumerate(found) if 0 <= point < one.start()), None)
        if whose is None or len(found) < _FEWEST:
            return None
        pattern, at = rb"\s*", 0
        for leaf in found:
            pattern += re.escape(head[at : leaf.start(2)]) + b"([^<>&]*)"
            at = leaf.end(2)
        pattern += re.escape(head[at:])
        names = [leaf[1].decode("ascii", "replace") for leaf in found]
        marks = _Marks(first[1], first[2], first[3], text[last.end() :], gap)
        return cls(re.compile(pattern), names, whose, marks)

    def learn(self, text: bytes, series: Series, frame: Frame) -> None:
        """Remember what the texts of a payload meant that was read in full, if the short way reads the same in it."""
        match = self._match(text)
        if match is None or match.end() > _LONGEST_HEAD:
            return
        if match[self._whose + 1].decode("ascii", "replace") != series.reference:
            return
        if self._values(text, match.end(), frame) != series.values_wh:
            return
        self._frames.remember(self._meaning(match.groups()), frame)

    def read(self, text: bytes, line: int) -> Series | None:
        """Return the payload's series; None for a payload that must be read in full."""
        match = self._match(text)
        if match is None:
            return None
        groups = match.groups()
        frame = self._frames.get(self._meaning(groups))
        if frame is None:
            return None
        reference = groups[self._whose].decode("ascii", "replace")
        values = self._values(text, match.end(), frame)
        if values is None or not _REFERENCE.fullmatch(reference):
            return None
        try:
            registered = None if self._registered is None else groups[self._registered].decode("ascii", "replace")
            at = read_moment(registered, REGISTERED) if registered else None
        except Refused:
            return None
        return Series(reference, frame.direction, frame.start, frame.minutes, values, None, line, at)

    def _values(self, text: bytes, begin: int, frame: Frame) -> list[Wh] | None:
        """The numbers, where nothing stands between them but what stood between those of the first payload."""
        marks = self._marks
        close = marks.end + marks.close
        if not (text.startswith(marks.begin, begin) and text.endswith(close)):
            return None
        body = text[begin + len(marks.begin) : len(text) - len(close)]
        count = frame.count
        if _INNER in body or _OUTER in body:
            return None
        plain = body.replace(self._between, _OUTER).replace(marks.middle, _INNER)
        # Nothing but numbers, and every mark in its place.
        if plain.translate(None, _OF_NUMBERS) != (_INNER + _OUTER) * (count - 1) + _INNER:
            return None
        try:
            tokens = plain.replace(_OUTER, _INNER).decode("ascii").split(_INNER.decode())
            if tokens[0::2] == whole_sequence(count):
                return list(map(frame.table.__getitem__, tokens[1::2]))
        except OutOfTheOrdinary:
            pass
        return None


def whole_sequence(count: int) -> list[str]:
    """The sequence numbers of a payload with all its values."""
    return _whole_sequence(count) if count <= _MOST_VALUES else _whole_sequence.__wrapped__(count)


@lru_cache(maxsize=64)
def _whole_sequence(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]
