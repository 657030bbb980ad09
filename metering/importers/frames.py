"""What blocks meant that were read in full, so that others with the same texts can be read the short way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from metering.days import Direction
from metering.importers.numbers import TokenTable

_FRAMES = 10_000
# The texts are times, a unit and the like; with a million blanks behind one it is not worth remembering.
_LONGEST_MEANING = 1_000


@dataclass(frozen=True, slots=True)
class Frame:
    """What one block meant, apart from whose it is and what its values are."""

    direction: Direction
    start: datetime
    minutes: int
    count: int
    table: TokenTable
    registered_at: datetime | None = None


class Frames:
    """Frames by the texts that meant them: a text, or several. Emptied when there are too many."""

    def __init__(self) -> None:
        self._by_meaning: dict[Sequence[str | bytes], Frame] = {}
        self.get = self._by_meaning.get
        self.forget = self._by_meaning.clear

    def remember(self, meaning: Sequence[str | bytes], frame: Frame) -> None:
        if sum(map(len, meaning)) > _LONGEST_MEANING:
            return
        if len(self._by_meaning) >= _FRAMES:
            self.forget()
        self._by_meaning[meaning] = frame
