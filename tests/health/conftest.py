"""What the program writes to its log."""

import logging
from collections.abc import Iterator

import pytest

from portal import logs


@pytest.fixture
def written() -> Iterator[list[str]]:
    """The lines that a failing request leaves in the log, as they are formatted."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.Line("{levelname} {name}: {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    yield lines
    logging.getLogger("django.request").removeHandler(handler)
