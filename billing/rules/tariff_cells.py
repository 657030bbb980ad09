"""Taking the parts of a tariff file: each taker returns a value of the right type, or None and a problem. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TypeVar

from billing.rules.tariff_problems import Problem
from billing.rules.tariff_words import hours_in
from billing.rules.tariff_yaml import Cell

T = TypeVar("T")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+\Z")
LARGEST = Decimal(10_000_000)


class Reader:
    """Collects problems while a file is taken apart."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, code: str, cell: Cell, where: str, **params: object) -> None:
        self.problems.append(Problem(code, cell.line, where, params))

    def mapping(
        self, cell: Cell, where: str, *, required: Sequence[str], optional: Sequence[str] = ()
    ) -> Mapping[str, Cell] | None:
        """Return the entries that are there (null is not); None when it is no mapping, or something is missing."""
        if not isinstance(cell.value, dict):
            self.problem("not_mapping", cell, where)
            return None
        known = [*required, *optional]
        for key, value in cell.value.items():
            if key not in known:
                self.problem("unknown_key", value, f"{where}.{key}", key=key, known=", ".join(known))
        found = {key: value for key, value in cell.value.items() if key in known and value.value is not None}
        missing = [key for key in required if key not in found]
        for key in missing:
            self.problem("missing_key", cell, where, key=key)
        return None if missing else found

    def items(self, cell: Cell, where: str, *, may_be_empty: bool = False) -> Iterator[tuple[Cell, str]]:
        """Yield the entries of a list with their places."""
        if not isinstance(cell.value, list):
            self.problem("not_list", cell, where)
            return
        if not cell.value and not may_be_empty:
            self.problem("empty_list", cell, where)
        for number, item in enumerate(cell.value):
            yield item, f"{where}[{number}]"

    def text(self, cell: Cell, where: str, *, limit: int | None = None) -> str | None:
        text = cell.value.strip() if isinstance(cell.value, str) else ""
        if not text:
            self.problem("not_text_value", cell, where)
        elif limit is not None and len(text) > limit:
            self.problem("too_long", cell, where, length=len(text), limit=limit)
        else:
            return text
        return None

    def number(self, cell: Cell, where: str, *, may_be_negative: bool = False) -> Decimal | None:
        """Return a number exactly as it is written. Below zero it is refused, or doubted where there can be such."""
        text = cell.value.strip() if isinstance(cell.value, str) else ""
        if COMMA.match(text):
            self.problem("comma", cell, where, value=text, better=text.replace(",", "."))
        elif not NUMBER.match(text) or abs(Decimal(text)) > LARGEST:
            self.problem("not_number", cell, where, value=_shown(cell))
        elif Decimal(text) < 0:
            self.problem("negative_energy" if may_be_negative else "negative", cell, where, value=text)
            return Decimal(text) if may_be_negative else None
        else:
            return Decimal(text)
        return None

    def day(self, cell: Cell, where: str) -> date | None:
        text = cell.value.strip() if isinstance(cell.value, str) else ""
        # fromisoformat alone takes 20260701 and 2026-W27 too.
        if DATE.match(text):
            with suppress(ValueError):
                return date.fromisoformat(text)
        self.problem("not_date", cell, where, value=_shown(cell))
        return None

    def yes_or_no(self, cell: Cell, where: str) -> bool | None:
        answer = {"true": True, "false": False}.get(cell.value.lower() if isinstance(cell.value, str) else "")
        if answer is None:
            self.problem("not_yes_or_no", cell, where, value=_shown(cell))
        return answer

    def word(self, cell: Cell, where: str, words: Mapping[str, T], code: str = "unknown_word") -> T | None:
        if isinstance(cell.value, str) and cell.value in words:
            return words[cell.value]
        self.problem(code, cell, where, value=_shown(cell), known=", ".join(words))
        return None

    def words(self, cell: Cell, where: str, words: Mapping[str, T]) -> tuple[T, ...]:
        found = (self.word(item, place, words) for item, place in self.items(cell, where))
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def hours(self, cell: Cell, where: str) -> tuple[int, ...]:
        """Return the hours of one text, or of a list of them."""
        pieces = list(self.items(cell, where)) if isinstance(cell.value, list) else [(cell, where)]
        hours: list[int] = []
        for piece, place in pieces:
            found = hours_in(piece.value) if isinstance(piece.value, str) else None
            if found is None:
                self.problem("bad_hours", piece, place, value=_shown(piece))
            hours += found or []
        return tuple(sorted(set(hours)))


def _shown(cell: Cell) -> str:
    if isinstance(cell.value, str):
        return cell.value if len(cell.value) <= 60 else cell.value[:59] + "…"
    return "[…]" if isinstance(cell.value, list) else "{…}" if cell.value else ""
