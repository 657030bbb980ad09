"""How far along an outage is, and which notice it calls for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outages import wording
from outages.rules.affected import Affected
from outages.rules.phase import Kind, Phase, Times
from outages.rules.problems import (
    ENDS_BEFORE_START,
    NO_AREA,
    PLANNED_NEEDS_END,
    RESTORED_BEFORE_START,
    RESTORED_IN_FUTURE,
    SAME_TIME,
    STARTS_LATER,
    UPDATE_BEFORE_START,
    UPDATE_IN_FUTURE,
    is_short_notice,
    problems_of,
    update_problems,
)
from outages.rules.telling import NoticeKind, notice_for
from portal.tenancy.models import Tenant

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
SOMEWHERE = Affected(postal_codes=frozenset({"1489"}))


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def cut(start: float = -1, end: float | None = None, back: float | None = None) -> Times:
    return Times(
        kind=Kind.OUTAGE,
        starts_at=at(start),
        expected_at=None if end is None else at(end),
        restored_at=None if back is None else at(back),
    )


def work(start: float, end: float | None, cancelled: bool = False) -> Times:
    return Times(
        kind=Kind.PLANNED,
        starts_at=at(start),
        expected_at=None if end is None else at(end),
        cancelled_at=NOW if cancelled else None,
    )


@pytest.mark.parametrize(
    ("times", "phase", "is_shown"),
    [
        (cut(), Phase.ONGOING, True),
        (cut(-48, -2), Phase.ONGOING, True),
        (cut(-3, back=-1), Phase.OVER, True),
        (cut(-30, back=-25), Phase.OVER, False),
        (work(5, 7), Phase.COMING, True),
        (work(-1, 1), Phase.ONGOING, True),
        (work(-3, -1), Phase.OVER, True),
        (work(-30, -25), Phase.OVER, False),
        (work(5, 7, cancelled=True), Phase.CANCELLED, True),
        (work(-5, -3, cancelled=True), Phase.CANCELLED, False),
    ],
)
def test_a_phase_follows_from_the_times(times: Times, phase: Phase, is_shown: bool) -> None:
    assert (times.phase(NOW), times.is_shown(NOW)) == (phase, is_shown)


def test_a_power_cut_is_late_when_it_should_be_over() -> None:
    assert cut(-2, -1).is_late(NOW)
    assert not cut(-2, 1).is_late(NOW)
    assert not cut(-2).is_late(NOW)
    assert not cut(-2, -1, back=-1).is_late(NOW)


@pytest.mark.parametrize(
    ("times", "problems"),
    [
        (cut(), []),
        (cut(-1, 2), []),
        (cut(-1, -2), [ENDS_BEFORE_START]),
        (cut(-1, -1), [ENDS_BEFORE_START]),
        (cut(-1, back=-2), [RESTORED_BEFORE_START]),
        (cut(-1, back=2), [RESTORED_IN_FUTURE]),
        (cut(3), [STARTS_LATER]),
        (work(5, 7), []),
        (work(5, 4), [ENDS_BEFORE_START]),
        (work(5, None), [PLANNED_NEEDS_END]),
    ],
)
def test_what_is_wrong_with_the_times_is_said(times: Times, problems: list[object]) -> None:
    assert problems_of(times, SOMEWHERE, now=NOW) == problems


def test_an_outage_is_somewhere() -> None:
    assert problems_of(cut(), Affected(), now=NOW) == [NO_AREA]


@pytest.mark.parametrize(
    ("times", "when", "taken", "problems"),
    [
        (cut(-2), -1, [], []),
        (cut(-2), -3, [], [UPDATE_BEFORE_START]),
        (cut(-2), 1, [], [UPDATE_IN_FUTURE]),
        (cut(-2), -1, [-1], [SAME_TIME]),
        (work(5, 7), -1, [], []),
    ],
)
def test_what_is_wrong_with_an_update_is_said(
    times: Times, when: float, taken: list[float], problems: list[object]
) -> None:
    assert update_problems(times, at(when), taken=[at(hours) for hours in taken], now=NOW) == problems


def test_planned_work_is_announced_in_good_time_or_staff_are_warned() -> None:
    assert is_short_notice(work(47, 50), hours=48, now=NOW)
    assert not is_short_notice(work(48, 50), hours=48, now=NOW)
    assert not is_short_notice(cut(), hours=48, now=NOW)


P, C, X, OUT, R = NoticeKind
FIRST = work(72, 74)


@pytest.mark.parametrize(
    ("times", "told", "announced", "notice"),
    [
        (cut(), set(), None, OUT),
        (cut(), {OUT}, None, None),
        (cut(back=0), {OUT}, None, R),
        (cut(back=0), set(), None, None),
        (cut(back=0), {OUT, R}, None, R),
        (FIRST, set(), None, P),
        (FIRST, {P}, FIRST, None),
        (work(96, 98), {P}, FIRST, C),
        (work(72, 75), {P}, FIRST, C),
        (work(72, 74, cancelled=True), {P}, FIRST, X),
        (work(72, 74, cancelled=True), set(), None, None),
        (work(-1, 1), set(), None, None),
    ],
)
def test_which_notice_an_outage_calls_for(
    times: Times, told: set[str], announced: Times | None, notice: NoticeKind | None
) -> None:
    assert notice_for(times, told=told, announced=announced, now=NOW) == notice


# On the two days when the clock changes ------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # Spring: at 02 it is 03.
        ("2026-03-29T00:30:00", "2026-03-29T02:30:00", "01.30–04.30"),
        # Autumn: the hour from 02 to 03 comes twice.
        ("2026-10-25T00:00:00", "2026-10-25T02:00:00", "02.00–03.00"),
    ],
)
def test_times_are_told_by_the_wall_clock(tenant: Tenant, start: str, end: str, expected: str) -> None:
    times = Times(
        kind=Kind.PLANNED,
        starts_at=datetime.fromisoformat(start).replace(tzinfo=UTC),
        expected_at=datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    assert expected in wording.when(times, NOW)
    assert times.starts_at.astimezone(ZoneInfo("Europe/Oslo")).utcoffset()
