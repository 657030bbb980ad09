"""How fast metering points are settled, and whether it grows with their number.

    python -m bench.settle                       100 000 point-months, computing only
    python -m bench.settle --points 5000
    python -m bench.settle --database 2000       through the database: reading, settling and keeping the results

Points are made up: homes with and without support, cabins, small businesses, some measured by the quarter. Each run is
made at a quarter, a half and all of the points; what a point takes must stay the same, so the ratio of the last to the
first should be near 1. Memory is the process's peak.
"""

import argparse
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random
from time import perf_counter, process_time
from typing import Any

from bench.settle_cases import PROFILES, cases, month, prices
from billing.rules.settlement import settle

# A result must be settled within this, computed from day rows.
LIMIT_MS = 10


def computing() -> Callable[[int], None]:
    """Return what settles so many point-months from day rows in memory."""
    rng, period = Random(2026), month()  # noqa: S311  (made-up readings)
    made, book = cases(rng), prices(rng, period)

    def run(points: int) -> None:
        for number in range(points):
            terms, days = made[number % PROFILES]
            settle(period, terms, days, prices=book)

    run(PROFILES)
    return run


def through_the_database(stack: ExitStack, points: int) -> Callable[[int], None]:
    """Fill a database of its own with metering points and a month of readings, and return what settles them."""
    from bench.settle_database import prepared

    return prepared(stack, points)


def measured(run: Callable[[int], None], points: int, clock: Callable[[], float]) -> Iterator[dict[str, Any]]:
    for part in (points // 4, points // 2, points):
        started = clock()
        run(part)
        seconds = clock() - started
        yield {"points": part, "seconds": seconds, "ms": seconds / part * 1000}


def report(results: list[dict[str, Any]]) -> bool:
    """Write what was measured; returns whether a point keeps within the limit."""
    for one in results:
        a_second = one["points"] / one["seconds"]
        took = f"{one['seconds']:8.1f} s {a_second:9,.0f} a second {one['ms']:7.2f} ms each"
        sys.stdout.write(f"{one['points']:>9,} point-months {took}\n")
    growth = results[-1]["ms"] / results[0]["ms"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"growth: 4 times the points take {growth:.2f} times as long each; peak memory {peak:.0f} MB\n")
    return bool(results[-1]["ms"] < LIMIT_MS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100_000, help="how many point-months (100 000)")
    parser.add_argument("--database", type=int, metavar="POINTS", help="go through a database with so many points")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.database:
            run, points, clock = through_the_database(stack, options.database), options.database, perf_counter
        else:
            # Processor time: what else the machine does is not in it.
            run, points, clock = computing(), options.points, process_time
        is_fast = report(list(measured(run, points, clock)))
    return 0 if is_fast else 1


if __name__ == "__main__":
    sys.exit(main())
