"""All benches, one after the other, and one table: `make bench`.

Every figure is a ratio of two things measured in the same run on the same machine. Each part runs in a process of its
own, on databases of its own; a part that fails is named, and the others go on.

Exit status: 1 when a part failed. An aim that is missed is told in the table, and makes it 1 with --strict: a machine
that does other things meanwhile misses some.
"""

import argparse
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from time import perf_counter

from bench.table import Row, as_markdown, from_output
from portal.runtime.place import CHECKOUT

# In this order; one that is not there is left out. Each takes --json and --full.
PARTS = ("imports", "settling", "pages", "sending", "pdf", "demo_start")


def run(part: str, *, full: bool) -> list[Row] | None:
    """Run one part; None when it failed. What it says meanwhile is shown."""
    given = ["-m", f"bench.{part}", *(["--full"] if full else [])]
    began = perf_counter()
    print(f"{part} …", file=sys.stderr, flush=True)
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, *given, "--json"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False
    )
    print(f"{part}: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    found = from_output(done.stdout)
    if done.returncode or not found:
        return None
    command = " ".join(["python", *given])
    return [replace(row, command=command) for row in found]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"only these, of {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true", help="more points, more rounds: an hour instead of minutes")
    parser.add_argument("--strict", action="store_true", help="exit with 1 also when an aim is missed")
    options = parser.parse_args()
    chosen = [part for part in options.parts or PARTS if find_spec(f"bench.{part}")]
    found = {part: run(part, full=options.full) for part in chosen}
    measured = [row for rows in found.values() for row in rows or []]
    print(as_markdown(measured))
    for part in (part for part, rows in found.items() if rows is None):
        print(f"{part} failed: see above, or run python -m bench.{part}")
    is_missed = options.strict and not all(row.is_met for row in measured)
    return int(is_missed or any(rows is None for rows in found.values()))


if __name__ == "__main__":
    sys.exit(main())
