"""GS2 1.2, the text format of Norwegian meter value exchange: messages of `##Block`s with `#Key=value` lines.

Tolerant where files in the wild differ: order and case of keys, `24:00:00`, `GMT-reference=+1`, no line breaks at all,
values one a line, unknown blocks and keys, several messages in a row. Strict about all that says whether the values are
right: number of values, sum, start/stop/step, overlap. A bad block is refused with line and reason, and reading goes
on. The file is read in pieces; memory holds one of them and, for each metering point, the period it has covered so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from metering.importers.coverage import Coverage
from metering.importers.gs2_series import Fields, SeriesReader, count_lines, read_fields
from metering.importers.gs2_values import read_offset, read_time
from metering.importers.numbers import Refused, shown
from metering.importers.series import ImportProfile, Note, Outcome, Params, Rejection, Series
from metering.importers.source import Source

CHUNK_CHARACTERS = 1 << 20
# Three years of quarter hours are about 1.5 MB; anything far past that is no series.
BLOCK_CHARACTERS = 8 << 20

_START = re.compile(r"##[ \t]*start-message[ \t]*(\n|#|\Z)", re.IGNORECASE)
_LINE_ENDS = str.maketrans({"\r": "\n"})


def recognises(head: str) -> bool:
    """True when a start message stands at the beginning, after blank lines or a few lines of something else."""
    return _START.search(head.translate(_LINE_ENDS)) is not None


def parse(source: Source, profile: ImportProfile) -> Iterator[Outcome]:
    """Yield the file's series, and what was refused and why, in the order of the file. Never raises on bad content."""
    text = source.text()
    match = _START.search(source.head_text().translate(_LINE_ENDS))
    has_lines = match is None or match[1] != "#"
    reader = _Reader(profile, has_lines=has_lines)
    blocks = _blocks(text, has_lines=has_lines)
    current = next(blocks, None)
    while current is not None:
        following = next(blocks, None)
        yield from reader.read(current, is_last=following is None)
        current = following
    yield from reader.finish()


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    text: str
    is_too_large: bool = False


def _blocks(text: TextIO, *, has_lines: bool) -> Iterator[_Block]:
    """Cut the text at its `##` marks. What stands before the first one comes as a first block."""
    mark = "\n##" if has_lines else "##"
    # A line break before the first line lets a file that begins with ## be cut like the rest.
    tail, line, is_skipping = ("\n", 0, False) if has_lines else ("", 1, False)
    while chunk := text.read(CHUNK_CHARACTERS):
        pieces = (tail + chunk).split(mark)
        tail = pieces.pop()
        for piece in pieces:
            if not is_skipping:
                yield _Block(line, piece)
            is_skipping = False
            line += piece.count("\n") + has_lines
        if len(tail) > BLOCK_CHARACTERS:
            if not is_skipping:
                yield _Block(line, tail[:CHUNK_CHARACTERS], is_too_large=True)
            keep = len(mark) - 1
            line += tail.count("\n", 0, len(tail) - keep)
            tail, is_skipping = tail[-keep:], True
    if not is_skipping:
        yield _Block(line, tail)


class _Reader:
    """Walks through the blocks of a file and keeps what must be known at the end of a message and of the file."""

    def __init__(self, profile: ImportProfile, *, has_lines: bool) -> None:
        self._profile = profile
        self._mark = "\n#" if has_lines else "#"
        self._series = SeriesReader(profile)
        self._coverage = Coverage()
        self._is_open = False
        self._offset: int | None = None
        self._known = self._unknown = 0
        self._blocks_of_series = self._meter_readings = self._unplaced = 0
        self._stray_lines, self._first_stray, self._first_meter_reading = 0, 0, 0

    def read(self, block: _Block, *, is_last: bool) -> Iterator[Outcome]:
        if self._is_open and self._offset is not None and not block.is_too_large:
            series = self._series.read_known(block.text, line=block.line, is_last=is_last)
            if series is not None and self._coverage.add(series):
                self._known += 1
                self._blocks_of_series += 1
                yield series
                return
        parts = block.text.split(self._mark)
        name = parts[0].strip().partition("\n")[0].strip().lower()
        if name == "start-message":
            yield from self._start(block, read_fields(parts[1:]))
        elif not self._is_open:
            # Before the first message, or after an end message: only lines before the file begins are worth a word.
            self._note_stray(block.line, count_lines(block.text) if not self._known else 0)
        elif name == "time-series":
            yield from self._time_series(block, parts, is_last=is_last)
        elif name == "end-message":
            yield from self._end(block, read_fields(parts[1:]))
        elif name == "meter-reading":
            self._known += 1
            self._meter_readings += 1
            self._first_meter_reading = self._first_meter_reading or block.line
        else:
            self._unknown += 1

    def finish(self) -> Iterator[Outcome]:
        """What can only be said at the end of the file."""
        if self._is_open:
            yield from self._close(0)
            yield Rejection(0, "", "no_end_message")
        if self._stray_lines:
            yield Rejection(self._first_stray, "", "unreadable_lines", {"count": self._stray_lines})
        count: Params = {"count": self._meter_readings}
        if self._blocks_of_series and self._meter_readings:
            yield Note(self._first_meter_reading, "", "meter_readings_skipped", count)
        elif self._meter_readings:
            yield Rejection(self._first_meter_reading, "", "only_meter_readings", count)
        elif not self._blocks_of_series:
            yield Rejection(0, "", "no_series")

    def _start(self, block: _Block, fields: Fields) -> Iterator[Outcome]:
        if self._is_open:
            yield from self._close(block.line)
            yield Rejection(block.line, "", "no_end_message")
        self._is_open, self._known, self._unknown, self._unplaced = True, 1, 0, 0
        self._note_stray(block.line, fields.stray_lines)
        self._stated_offset = fields.pairs.get("gmt-reference", "")
        self._offset = read_offset(self._stated_offset) if self._stated_offset else self._profile.utc_offset_minutes
        if "gmt-reference" in fields.contradicting:
            self._offset = None
        # When a collector wrote the message is all that GS2 says of when its values were registered.
        written = fields.pairs.get("time", "")
        self._series.start_message(read_time(written, self._offset) if self._offset is not None else None)

    def _end(self, block: _Block, fields: Fields) -> Iterator[Outcome]:
        self._known += 1
        self._note_stray(block.line, fields.stray_lines)
        yield from self._close(block.line)
        stated = fields.pairs.get("number-of-objects", "")
        # Blocks we do not know are objects to some senders and not to others.
        if stated and stated not in (str(self._known), str(self._known + self._unknown)):
            params: Params = {"stated": shown(stated), "found": self._known + self._unknown}
            yield Rejection(self._line_of(block, "number-of-objects"), "", "wrong_object_count", params)

    def _close(self, line: int) -> Iterator[Outcome]:
        self._is_open = False
        if self._unplaced:
            params: Params = {"value": shown(self._stated_offset), "count": self._unplaced}
            yield Rejection(line, "", "bad_utc_offset", params)

    def _time_series(self, block: _Block, parts: list[str], *, is_last: bool) -> Iterator[Outcome]:
        fields = read_fields(parts[1:])
        self._known += 1
        self._blocks_of_series += 1
        self._note_stray(block.line, fields.stray_lines)
        if self._offset is None:
            self._unplaced += 1
            return
        try:
            series = self._placed(block, fields, self._offset, is_last=is_last)
        except Refused as why:
            line = self._line_of(block, why.at)
            yield Rejection(line, fields.reference, why.code, why.params, fields.counted_values)
        else:
            if self._mark == "\n#":
                self._series.learn(block.text, parts, fields, series)
            yield series

    def _placed(self, block: _Block, fields: Fields, offset: int, *, is_last: bool) -> Series:
        if block.is_too_large:
            raise Refused("block_too_large", limit=BLOCK_CHARACTERS)
        if is_last and not {"no-of-values", "sum"} <= fields.pairs.keys():
            # No end message follows, so this block may have lost its tail as well, and nothing in it can tell.
            raise Refused("cut_short")
        series = self._series.read(fields, offset_minutes=offset, line=block.line)
        if not self._coverage.add(series):
            raise Refused("overlap", "start")
        return series

    def _note_stray(self, line: int, count: int) -> None:
        if count:
            self._first_stray = self._first_stray or line
            self._stray_lines += count

    def _line_of(self, block: _Block, key: str) -> int:
        """Where in the file a key of the block stands; the block's own line when the key is not found."""
        at = block.text.lower().find(f"{self._mark}{key}") if key else -1
        return block.line + block.text.count("\n", 0, at + len(self._mark)) if at >= 0 else block.line
