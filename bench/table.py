"""The one table of all benches: every figure is a ratio of two things measured in the same run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

# A bench that was given --json ends with this line, and the rows as one JSON list after it.
MARK = "rows: "


@dataclass(frozen=True)
class Row:
    """A figure: `value` is the ratio, `of` says of what to what, `aim` is "≤ 2.5", "≥ 1" or "" for none.

    `beside` tells what cannot be a ratio, such as a number of queries; `misses` that this misses its own aim.
    """

    part: str
    what: str
    value: float
    of: str = ""
    aim: str = ""
    beside: str = ""
    misses: bool = False
    command: str = ""

    @property
    def is_met(self) -> bool:
        sign, _, number = self.aim.partition(" ")
        reached = not self.aim or (self.value <= float(number) if sign == "≤" else self.value >= float(number))
        return reached and not self.misses


def as_json(rows: Sequence[Row]) -> str:
    return MARK + json.dumps([asdict(row) for row in rows])


def from_output(output: str) -> list[Row]:
    """Read the rows out of what a bench printed; the last line with the mark counts."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    return [Row(**row) for row in json.loads(lines[-1].removeprefix(MARK))] if lines else []


HEADS = ("part", "what", "ratio", "of", "aim", "met", "beside", "command")


def as_markdown(rows: Sequence[Row]) -> str:
    """Lay the rows out as a table that reads well in a terminal and in Markdown alike."""
    cells = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(HEADS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (cells[0], rule, *cells[1:])
    )


def _cells(row: Row) -> tuple[str, ...]:
    met = "" if not row.aim else "yes" if row.is_met else "NO"
    return (row.part, row.what, f"{row.value:.2f}", row.of, row.aim, met, row.beside, f"`{row.command}`")
