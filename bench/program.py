"""What every part of the one table is as a program of its own: --full takes more, --json is for bench/__main__.py."""

import argparse
from collections.abc import Callable, Sequence

from bench.table import Row, as_json, as_markdown


def parser(doc: str | None, full: str = "no different") -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--full", action="store_true", help=full)
    made.add_argument("--json", action="store_true", help="print the rows as JSON, last")
    return made


def tell(rows: Sequence[Row], options: argparse.Namespace) -> int:
    """Print the rows; returns the exit status, 0 also when an aim is missed."""
    print(as_json(rows) if options.json else as_markdown(rows))
    return 0


def run(doc: str | None, rows: Callable[[bool], Sequence[Row]], full: str = "no different") -> int:
    """Measure what `rows` does, in full when that is asked for, and print it."""
    options = parser(doc, full).parse_args()
    return tell(rows(options.full), options)
