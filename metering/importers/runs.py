"""Rows with a value each become series: rows of one metering point that follow each other are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from metering.days import Direction, Wh
from metering.importers.coverage import Coverage
from metering.importers.numbers import Refused
from metering.importers.series import Outcome, Rejection, Series

# A series need not be longer to be read fast, and a file of one metering point may be. It ends with the day, so that
# no day is in two chunks; where midnight does not come (a step that misses it), a little later.
LONGEST = 20_000
LONGEST_DAY = 200


@dataclass(slots=True)
class Row:
    """One value; ``start`` in UTC, ``wh`` None for a value that is missing."""

    line: int
    reference: str
    direction: Direction
    start: datetime
    minutes: int
    wh: Wh
    quality: int
    registered_at: datetime | None


class Runs:
    """Collects rows, and gives a series when one is complete; for each metering point one is open at a time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.has_rows = False
        self._open: dict[tuple[str, Direction], tuple[Series, datetime]] = {}
        self._coverage = Coverage()

    def add(self, row: Row) -> Iterator[Outcome]:
        """Raises Refused for a row that overlaps the one before it."""
        self.has_rows = True
        key = (row.reference, row.direction)
        step = timedelta(minutes=row.minutes)
        found = self._open.get(key)
        if found is not None:
            series, until = found
            is_alike = (series.resolution_minutes, series.registered_at) == (row.minutes, row.registered_at)
            if is_alike and row.start < until and row.start >= series.start_utc:
                raise Refused("overlap")
            if is_alike and row.start == until and not self._is_full(series, row):
                _extend(series, row)
                self._open[key] = (series, until + step)
                return
            yield self._close(series)
        quality = [row.quality] if row.quality else None
        series = Series(
            row.reference, row.direction, row.start, row.minutes, [row.wh], quality, row.line, row.registered_at
        )
        self._open[key] = (series, row.start + step)

    def _is_full(self, series: Series, row: Row) -> bool:
        count = len(series.values_wh)
        if count < LONGEST:
            return False
        return count >= LONGEST + LONGEST_DAY or row.start.astimezone(self._zone).time() == time.min

    def finish(self) -> Iterator[Outcome]:
        for series, _ in self._open.values():
            yield self._close(series)

    def _close(self, series: Series) -> Outcome:
        if self._coverage.add(series):
            return series
        return Rejection(series.line, series.reference, "overlap", {}, len(series.values_wh))


def _extend(series: Series, row: Row) -> None:
    if row.quality and series.quality is None:
        series.quality = [0] * len(series.values_wh)
    series.values_wh.append(row.wh)
    if series.quality is not None:
        series.quality.append(row.quality)
