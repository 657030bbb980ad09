"""People move: who held a metering point when, and what a list of holders changes about it. Pure.

A holder stays until the day before the next one begins. What a list says about the same first day replaces what is
stored; what it says nothing of, it leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A holder from–to, both days included. `customer` None is nobody; `key` is that of the stored row, if it is one.

    `line` is that of the list; 0 for what is only stored.
    """

    first: date
    last: date | None
    customer: int | None
    scheme: str = ""
    key: int | None = None
    line: int = 0


@dataclass(frozen=True)
class Conflict:
    """A line that cannot be, and the line it goes against (0: what is stored) on a day."""

    line: int
    against: int
    day: date


@dataclass
class Moves:
    """What is to be written, in this order: so no day has two holders meanwhile."""

    shortened: list[Period] = field(default_factory=list)
    changed: list[Period] = field(default_factory=list)
    added: list[Period] = field(default_factory=list)
    unchanged: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def moves(stored: Sequence[Period], listed: Iterable[Period]) -> Moves:
    """Lay a list of holders over the stored ones. A line that goes against another, or what is stored, is a conflict.

    The list has one line a day at most.
    """
    found = Moves()
    there = {period.first: period for period in stored}
    taken: list[Period] = []
    wanted = sorted(listed, key=lambda period: period.first)
    firsts = {period.first for period in wanted}
    for period in wanted:
        before = taken[-1] if taken else None
        later = [first for first in there if first not in firsts]
        if conflict := _conflict(period, before, there, later):
            found.conflicts.append(conflict)
        else:
            same = there.get(period.first)
            taken.append(_put_right(same, period) if same else period)
    timeline = there | {period.first: period for period in taken}
    _compare(there, _one_after_the_other([timeline[first] for first in sorted(timeline)]), found)
    return found


def _put_right(same: Period, period: Period) -> Period:
    """What a line about a stored holding leaves open stays as it is: a list does not undo that somebody moved out."""
    return replace(period, key=same.key, scheme=period.scheme or same.scheme, last=period.last or same.last)


def _conflict(
    period: Period, before: Period | None, there: dict[date, Period], later: Sequence[date]
) -> Conflict | None:
    if period.customer is None and period.first in there:
        return Conflict(period.line, 0, period.first)
    if before is not None and before.last is not None and before.last >= period.first:
        return Conflict(period.line, before.line, period.first)
    if period.last is not None:
        inside = [first for first in later if period.first < first <= period.last]
        if inside:
            return Conflict(period.line, 0, min(inside))
    return None


def _one_after_the_other(periods: list[Period]) -> list[Period]:
    """End each period before the next begins."""
    ended = [
        replace(period, last=following.first - ONE_DAY)
        if period.last is None or period.last >= following.first
        else period
        for period, following in pairwise(periods)
    ]
    return [*ended, *periods[-1:]]


def _compare(there: dict[date, Period], periods: list[Period], found: Moves) -> None:
    for period in periods:
        before = there.get(period.first)
        if before is None:
            if period.customer is not None:
                found.added.append(period)
        elif _what(before) == _what(period):
            found.unchanged += bool(period.line)
        elif period.last is not None and (before.last is None or period.last < before.last):
            found.shortened.append(period)
        else:
            found.changed.append(period)


def _what(period: Period) -> tuple[object, ...]:
    return period.last, period.customer, period.scheme
