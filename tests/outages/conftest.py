"""A clock that stands still where a test asks for it."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-16T12:00:00Z", tick=False) as traveller:
        yield traveller
