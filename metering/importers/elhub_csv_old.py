"""Elhub's CSV of earlier years: local times without an offset, and a column of values for each series.

`Fra,Til,KWH 60 Forbruk`, `dd.mm.yyyy HH:MM`. On the day the clock goes back two hours have the same name: which of them
a row is, follows from the order of the rows. The file does not name its metering point either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from metering.days import Direction
from metering.importers.elhub_csv import (
    NAME,
    cells_of_heading,
    check_start,
    delimiter_of,
    numbered_lines,
    read_name,
    rows_to_series,
    split_line,
    wh_of,
)
from metering.importers.numbers import Refused, shown
from metering.importers.runs import Row
from metering.importers.series import ImportProfile, Outcome, Rejection
from metering.importers.source import Source

_TIME = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}) ([0-9]{2}):([0-9]{2})(?::00)?")


def recognises(head: str) -> bool:
    line = next((line for line in head.splitlines() if line.strip(" \t\ufeff")), "")
    cells = cells_of_heading(line)
    return cells[:2] == ["fra", "til"] and any(NAME.fullmatch(cell) for cell in cells[2:])


def parse(source: Source, profile: ImportProfile) -> Iterator[Outcome]:
    """Yield the file's series, and what was refused and why. Never raises on bad content."""
    lines = numbered_lines(source.text())
    number, heading = next(lines)
    if not profile.reference:
        yield Rejection(number, "", "point_not_named", {}, sum(1 for _ in lines))
        return
    reader = _RowReader(heading, profile)
    if reader.unsupported:
        yield Rejection(number, profile.reference, "unsupported_step", {"step": reader.unsupported})
    yield from rows_to_series(lines, reader.read, profile)


class _RowReader:
    """Remembers where in time the file is, to tell the two hours of one name apart."""

    def __init__(self, heading: str, profile: ImportProfile) -> None:
        self.unsupported = ""
        self._profile = profile
        self._delimiter = delimiter_of(heading)
        # Column, minutes a value, whether it is consumption.
        self._columns: list[tuple[int, int, bool]] = []
        for at, cell in enumerate(cells_of_heading(heading)):
            if NAME.fullmatch(cell):
                self._add_column(at, cell)
        self._until: datetime | None = None

    def _add_column(self, at: int, cell: str) -> None:
        try:
            self._columns.append((at, *read_name(cell)))
        except Refused as why:
            self.unsupported = str(why.params["step"])

    def read(self, line: int, text: str) -> list[Row]:
        """Raises Refused."""
        if text[-1] not in '\n"':
            # The file ends here, and nothing tells whether the number does.
            raise Refused("cut_short")
        cells = [cell.strip() for cell in split_line(text, self._delimiter)]
        if len(cells) < 2:
            raise Refused("short_row", found=len(cells), expected=2 + len(self._columns))
        begin, end = _local(cells[0], "Fra"), _local(cells[1], "Til")
        rows = []
        start = self._place(begin, cells[0])
        for at, minutes, is_consumption in self._columns:
            if at >= len(cells):
                raise Refused("short_row", found=len(cells), expected=at + 1)
            stop = start + timedelta(minutes=minutes)
            if not _is_end(stop, begin, end, minutes, self._profile.zone):
                raise Refused("wrong_row_period", start=cells[0], stop=cells[1], minutes=minutes)
            check_start(start, minutes)
            # Also when its value cannot be read: where in time the file is, the row has said.
            self._until = stop
            rows.append(self._row(line, start, minutes, wh_of(cells[at], UNIT), is_consumption=is_consumption))
        return rows

    def _row(self, line: int, start: datetime, minutes: int, wh: int | None, *, is_consumption: bool) -> Row:
        direction: Direction = self._profile.direction_of(into_installation=is_consumption)
        return Row(line, self._profile.reference, direction, start, minutes, wh, 0, None)

    def _place(self, local: datetime, text: str) -> datetime:
        """The instant of a local time: of two, the one that comes next in the file. Raises Refused."""
        zone = self._profile.zone
        instants = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        existing = sorted({one for one in instants if one.astimezone(zone).replace(tzinfo=None) == local})
        if not existing:
            raise Refused("bad_time", field="Fra", value=shown(text))
        ahead = [one for one in existing if self._until is None or one >= self._until]
        return ahead[0] if ahead else existing[-1]


# The name of the column has it: KWH.
UNIT = "kWh"


def _local(text: str, field: str) -> datetime:
    match = _TIME.fullmatch(text)
    try:
        if match is not None:
            day, month, year, hour, minute = map(int, match.groups())
            # In the first and the last year there is, a time may have none in UTC.
            if not MINYEAR < year < MAXYEAR:
                raise Refused("bad_time", field=field, value=shown(text))
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001  (a local time, to be placed)
    except ValueError:
        pass
    raise Refused("bad_time", field=field, value=shown(text))


def _is_end(stop: datetime, begin: datetime, end: datetime, minutes: int, zone: ZoneInfo) -> bool:
    """By the clock on the wall, or by counting on from the beginning, as some write when the clock jumps."""
    return stop.astimezone(zone).replace(tzinfo=None) == end or begin + timedelta(minutes=minutes) == end
