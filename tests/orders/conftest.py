"""The clock stands still on a Thursday morning, so that dates and deadlines can be named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.orders.makers import NOW


@pytest.fixture(autouse=True)
def _thursday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    """Photos of a test are the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
