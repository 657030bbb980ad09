"""Which stretches of time a file has given values for: the same stretch twice is an error of the sender's."""

from __future__ import annotations

from bisect import bisect, insort
from datetime import datetime, timedelta

from metering.days import Direction
from metering.importers.series import Series

_Key = tuple[str, Direction]
# From, until, and when the last of it was registered.
_Span = tuple[datetime, datetime, datetime | None]


class Coverage:
    """The stretches of each metering point and direction. Memory grows with the points of a file, not with its size."""

    def __init__(self) -> None:
        # Files go forward in time, so nearly always the last span just grows.
        self._last: dict[_Key, _Span] = {}
        self._scattered: set[_Key] = set()
        self._others: dict[tuple[_Key, datetime | None], list[tuple[datetime, datetime]]] = {}

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
        elif last[1] == start and key not in self._scattered:
            self._last[key] = (last[0], stop, registered_at)
        else:
            return self._add_apart(key, last, (start, stop, registered_at))
        return True

    def _add_apart(self, key: _Key, last: _Span, new: _Span) -> bool:
        """Compare with all stretches of the point that were registered at the same time; they lie apart, in order."""
        start, stop, registered_at = new
        if last[2] == registered_at and start < last[1] and last[0] < stop:
            return False
        others = self._others.get((key, registered_at), [])
        at = bisect(others, (start, stop))
        if (at and others[at - 1][1] > start) or (at < len(others) and others[at][0] < stop):
            return False
        self._scattered.add(key)
        insort(self._others.setdefault((key, last[2]), []), last[:2])
        self._last[key] = new
        return True
