"""How far along an outage is, and which notice it calls for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outages.rules import wording
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
    TOO_FAR,
    UPDATE_BEFORE_START,
    UPDATE_IN_FUTURE,
    Problem,
    is_short_notice,
    problems_of,
    update_problems,
)
from outages.rules.telling import NoticeKind, Told, has_grown, is_so, notice_for
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
        (cut(-1, 20 * 365 * 24), [Problem("expected_at", TOO_FAR)]),
        (cut(-20 * 365 * 24), [Problem("starts_at", TOO_FAR)]),
        (work(5, 9 * 365 * 24), []),
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


P, C, X, OUT, R, W = NoticeKind
FIRST = work(72, 74)


def told(kind: NoticeKind, times: Times = FIRST) -> Told:
    return Told(kind, times.starts_at, times.expected_at)


@pytest.mark.parametrize(
    ("times", "last", "notice"),
    [
        (cut(), None, OUT),
        (cut(), told(OUT), None),
        (cut(back=0), told(OUT), R),
        (cut(back=0), None, None),
        (cut(back=0), told(R), None),
        # It went again.
        (cut(), told(R), OUT),
        # It was registered by mistake, and was none the second time either.
        (replace(cut(), cancelled_at=NOW), told(OUT), W),
        (replace(cut(), cancelled_at=NOW), told(W), None),
        (replace(cut(), cancelled_at=NOW), None, None),
        (cut(), told(W), OUT),
        (FIRST, None, P),
        (FIRST, told(P), None),
        (work(96, 98), told(P), C),
        (work(72, 75), told(P), C),
        (FIRST, told(C, work(96, 98)), C),
        (work(72, 74, cancelled=True), told(P), X),
        (work(72, 74, cancelled=True), told(C), X),
        (work(72, 74, cancelled=True), told(X), None),
        (work(72, 74, cancelled=True), None, None),
        # It is on again after all, and that even though it has begun.
        (FIRST, told(X), P),
        (work(-1, 1), told(X), P),
        (work(-1, 1), told(P, work(-1, 1)), None),
        (work(-1, 1), None, None),
        (work(-3, -1), told(X), None),
    ],
)
def test_which_notice_an_outage_calls_for(times: Times, last: Told | None, notice: NoticeKind | None) -> None:
    assert notice_for(times, last=last, now=NOW) == notice


@pytest.mark.parametrize(
    ("times", "true"),
    [
        (cut(), {OUT}),
        (cut(back=0), {R}),
        (replace(cut(), cancelled_at=NOW), {X, W}),
        (FIRST, {P, C}),
        (work(-1, 1), {P, C}),
        (work(-3, -1), {R}),
        (work(72, 74, cancelled=True), {X, W}),
    ],
)
def test_which_notices_are_true_of_an_outage(times: Times, true: set[NoticeKind]) -> None:
    assert {kind for kind in NoticeKind if is_so(kind, times, now=NOW)} == true


def test_an_area_has_grown_when_it_names_more_than_before() -> None:
    before = {"streets": ["1489 Torget"], "gsrns": []}
    assert not has_grown(before, before)
    assert not has_grown({"streets": [], "gsrns": []}, before)
    assert has_grown({**before, "gsrns": ["7" * 18]}, before)
    assert has_grown(before, {})


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
