"""What blocks meant is remembered by their texts, within bounds."""

from datetime import UTC, datetime

import pytest

from metering.days import Direction
from metering.importers import frames
from metering.importers.numbers import TokenTable

HOURLY = frames.Frame(Direction.CONSUMPTION, datetime(2026, 1, 4, 23, tzinfo=UTC), 60, 24, TokenTable(3))


def test_a_meaning_is_known_until_it_is_forgotten() -> None:
    known = frames.Frames()
    known.remember(("kWh", "2026-01-05"), HOURLY)
    assert (known.get(("kWh", "2026-01-05")), known.get(("Wh", "2026-01-05"))) == (HOURLY, None)
    known.forget()
    assert known.get(("kWh", "2026-01-05")) is None


def test_neither_long_texts_nor_many_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_FRAMES", 2)
    known = frames.Frames()
    known.remember(("kWh", " " * 1_000), HOURLY)
    assert known.get(("kWh", " " * 1_000)) is None
    for text in ("a", "b", "c"):
        known.remember((text,), HOURLY)
    assert [known.get((text,)) is not None for text in ("a", "b", "c")] == [False, False, True]
