"""The clock stands still on a Thursday morning, so that dates and deadlines can be named."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.orders.makers import NOW


@pytest.fixture(autouse=True)
def _thursday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
