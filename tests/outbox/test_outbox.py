"""What messages and webhooks have in common: when to try again, and how long a run goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import outbox
from portal.outbox import Run, Schedule

NOW = datetime(2026, 11, 13, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SCHEDULE = Schedule((MINUTE, 10 * MINUTE))


@pytest.mark.parametrize(
    ("attempts", "asked", "wait"),
    [
        (1, None, MINUTE),
        (2, None, 10 * MINUTE),
        (3, None, None),
        (1, 30.0, MINUTE),
        (1, 300.0, 5 * MINUTE),
        (3, 300.0, None),
        (1, 250e9, timedelta(hours=6)),
    ],
)
def test_it_is_tried_again_after_longer_and_longer_waits(
    attempts: int, asked: float | None, wait: timedelta | None
) -> None:
    assert SCHEDULE.next_attempt(attempts, NOW, asked) == (wait and NOW + wait)


def test_a_run_tries_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "RUN_LIMIT", 2)
    run = Run(seconds=600)
    told = [(run.goes_on, run.note("sms", failed=False)) for _ in range(2)]
    assert (told, run.goes_on) == ([(True, False), (True, False)], False)


def test_a_run_ends_in_its_time() -> None:
    assert Run(seconds=600).goes_on
    assert not Run(seconds=0).goes_on


def test_a_lane_rests_after_three_failures_in_a_row_and_the_others_go_on() -> None:
    run = Run(seconds=600)
    attempts = [True, True, False, True, True, True]
    assert [run.note("sms", failed=failed) for failed in attempts] == [False] * 5 + [True]
    assert run.note("email", failed=True) is False
    assert (run.resting, run.goes_on) == ({"sms"}, True)
