"""Settling of many metering points, as ratios: through the database against computing only, and against the number.

python -m bench.settling                 2 000 point-months computed, 400 through the database
python -m bench.settling --full          100 000, and 5 000 through the database
"""

import sys
from contextlib import ExitStack
from time import perf_counter, process_time

from bench import program, settle
from bench.table import Row

COMPUTED, STORED = 2_000, 400
COMPUTED_IN_FULL, STORED_IN_FULL = 100_000, 5_000


def rows(full: bool) -> list[Row]:  # noqa: FBT001  (as every part)
    computed, stored = (COMPUTED_IN_FULL, STORED_IN_FULL) if full else (COMPUTED, STORED)
    alone = list(settle.measured(settle.computing(), computed, process_time))
    with ExitStack() as stack:
        through = list(settle.measured(settle.through_the_database(stack, stored), stored, perf_counter))
    return [
        Row(
            "settlement",
            f"{computed:,} point-months",
            alone[-1]["ms"] / alone[0]["ms"],
            "a quarter of them, for each point",
            "≤ 1.3",
            f"{alone[-1]['ms']:.2f} ms each",
        ),
        Row(
            "settlement",
            "one point, read, settled and kept",
            through[-1]["ms"] / alone[-1]["ms"],
            "computing alone",
            "",
            f"{through[-1]['ms']:.2f} ms each",
        ),
    ]


def main() -> int:
    return program.run(__doc__, rows, full="as many as a company has")


if __name__ == "__main__":
    sys.exit(main())
