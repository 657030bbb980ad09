"""Who holds a metering point when, after a list of holders was laid over what is stored."""

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from metering.moves import Conflict, Moves, Period, moves

JANUARY, MARCH, JUNE = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)
ANNA, BERIT, CARL = 1, 2, 3


def stored(first: date, customer: int, last: date | None = None, *, key: int = 7, scheme: str = "") -> Period:
    return Period(first, last, customer, scheme, key)


def listed(line: int, first: date, customer: int | None, last: date | None = None, scheme: str = "") -> Period:
    return Period(first, last, customer, scheme, None, line)


def added(found: Moves) -> list[tuple[int | None, date, date | None]]:
    return [(one.customer, one.first, one.last) for one in found.added]


def test_the_one_before_stays_until_the_day_before() -> None:
    found = moves([stored(JANUARY, ANNA)], [listed(2, MARCH, BERIT)])
    assert [(one.key, one.last) for one in found.shortened] == [(7, date(2026, 2, 28))]
    assert (added(found), found.changed) == ([(BERIT, MARCH, None)], [])


def test_the_same_list_again_changes_nothing() -> None:
    lines = [listed(2, JANUARY, ANNA), listed(3, MARCH, BERIT)]
    first = moves([], lines)
    assert added(first) == [(ANNA, JANUARY, date(2026, 2, 28)), (BERIT, MARCH, None)]
    again = moves(
        [stored(one.first, one.customer or 0, one.last, key=at) for at, one in enumerate(first.added, 1)], lines
    )
    assert (again.shortened, again.changed, again.added, again.unchanged) == ([], [], [], 2)


def test_a_line_about_the_past_ends_before_the_one_who_came_after() -> None:
    assert added(moves([stored(MARCH, BERIT)], [listed(2, JANUARY, ANNA)])) == [(ANNA, JANUARY, date(2026, 2, 28))]


def test_the_same_first_day_puts_the_holder_right() -> None:
    (changed,) = moves([stored(JANUARY, ANNA, scheme="support")], [listed(2, JANUARY, BERIT)]).changed
    assert (changed.key, changed.customer, changed.scheme) == (7, BERIT, "support")


def test_a_line_without_a_last_day_does_not_open_what_was_ended() -> None:
    found = moves([stored(JANUARY, ANNA, MARCH)], [listed(2, JANUARY, ANNA)])
    assert (found.changed, found.shortened, found.added, found.unchanged) == ([], [], [], 1)
    (changed,) = moves([stored(JANUARY, ANNA, MARCH)], [listed(2, JANUARY, ANNA, JUNE)]).changed
    assert changed.last == JUNE


def test_another_scheme_from_a_day_is_another_period() -> None:
    found = moves([stored(JANUARY, ANNA, scheme="support")], [listed(2, MARCH, ANNA, scheme="norgespris")])
    assert [(one.last, one.scheme) for one in found.shortened] == [(date(2026, 2, 28), "support")]
    assert [(one.customer, one.scheme) for one in found.added] == [(ANNA, "norgespris")]


def test_nobody_from_a_day_ends_the_holder_and_adds_nothing() -> None:
    found = moves([stored(JANUARY, ANNA)], [listed(2, MARCH, None)])
    assert ([one.last for one in found.shortened], found.added) == ([date(2026, 2, 28)], [])


def test_lines_that_cannot_both_be_are_conflicts() -> None:
    found = moves([], [listed(2, JANUARY, ANNA, JUNE), listed(3, MARCH, BERIT)])
    assert (added(found), found.conflicts) == ([(ANNA, JANUARY, JUNE)], [Conflict(3, 2, MARCH)])
    found = moves([stored(MARCH, BERIT)], [listed(2, JANUARY, ANNA, JUNE)])
    assert (added(found), found.conflicts) == ([], [Conflict(2, 0, MARCH)])
    assert moves([stored(MARCH, BERIT)], [listed(2, MARCH, None)]).conflicts == [Conflict(2, 0, MARCH)]


days = st.dates(date(2026, 1, 1), date(2026, 2, 15))
lines = st.lists(
    st.tuples(days, st.none() | st.integers(0, 40), st.none() | st.integers(1, 3)),
    max_size=6,
    unique_by=lambda one: one[0],
)


def as_list(drawn: list[tuple[date, int | None, int | None]]) -> list[Period]:
    return [
        listed(at, first, customer, None if length is None else date.fromordinal(first.toordinal() + length))
        for at, (first, length, customer) in enumerate(drawn, start=2)
    ]


def result(before: list[Period], found: Moves) -> list[Period]:
    by_key = {one.key: one for one in before}
    for one in [*found.shortened, *found.changed]:
        by_key[one.key] = one
    everything = sorted([*by_key.values(), *found.added], key=lambda one: one.first)
    return [Period(one.first, one.last, one.customer, one.scheme, at) for at, one in enumerate(everything, start=1)]


@given(lines, lines)
def test_no_day_ever_has_two_holders_and_a_second_time_changes_nothing(
    one: list[tuple[date, int | None, int | None]], other: list[tuple[date, int | None, int | None]]
) -> None:
    there = result([], moves([], as_list(one)))
    after = result(there, moves(there, as_list(other)))
    for earlier, later in itertools.pairwise(after):
        assert earlier.last is not None
        assert earlier.last < later.first
    assert all(period.last is None or period.first <= period.last for period in after)
    again = moves(after, as_list(other))
    assert (again.shortened, again.changed, again.added) == ([], [], [])
