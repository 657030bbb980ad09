"""Which stretches of time a file has given values for: the same stretch twice is an error of the sender's."""

from __future__ import annotations

from bisect import bisect, insort
from datetime import datetime, timedelta

from metering.days import Direction
from metering.importers.series import Series

_Key = tuple[str, Direction]
# From, until, and when it was registered.
_Span = tuple[datetime, datetime, datetime | None]
# So many stretches that lie apart are remembered: then it begins anew, so that memory stays flat whatever the file.
_MOST = 200_000


class Coverage:
    """The stretches of each metering point and direction. Memory grows with the points of a file, not with its size."""

    def __init__(self) -> None:
        # Files go forward in time, so nearly always the last span just grows.
        self._last: dict[_Key, _Span] = {}
        self._scattered: set[_Key] = set()
        self._others: dict[tuple[_Key, datetime | None], list[tuple[datetime, datetime]]] = {}
        self._count = 0

    def add(self, series: Series) -> bool:
        """Note the series' period; False when it overlaps one noted before.

        What was registered at another time may overlap: it corrects, or is corrected by, what is there.
        """
        key = (series.reference, series.direction)
        start, registered_at = series.start_utc, series.registered_at
        stop = start + timedelta(minutes=series.resolution_minutes * len(series.values_wh))
        last = self._last.get(key)
        if last is None:
            self._last[key] = (start, stop, registered_at)
            return True
        goes_on = last[1] == start and last[2] == registered_at
        if not (goes_on and key not in self._scattered) and self._overlaps(key, last, (start, stop, registered_at)):
            return False
        if not goes_on:
            self._keep(key, last)
        self._last[key] = (last[0] if goes_on else start, stop, registered_at)
        return True

    def _overlaps(self, key: _Key, last: _Span, new: _Span) -> bool:
        """Compare with all stretches of the point that were registered at the same time; they lie apart, in order."""
        start, stop, registered_at = new
        if last[2] == registered_at and start < last[1] and last[0] < stop:
            return True
        others = self._others.get((key, registered_at), [])
        at = bisect(others, (start, stop))
        return (at > 0 and others[at - 1][1] > start) or (at < len(others) and others[at][0] < stop)

    def _keep(self, key: _Key, last: _Span) -> None:
        if self._count >= _MOST:
            self._others.clear()
            self._count = 0
        self._count += 1
        self._scattered.add(key)
        insort(self._others.setdefault((key, last[2]), []), last[:2])
