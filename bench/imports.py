"""What bench.import_readings measures, as rows of the table.

python -m bench.imports                  8 000 metering points, fourteen days
python -m bench.imports --full           the best of two rounds
"""

import sys
import tempfile
from pathlib import Path

from bench import database, program
from bench.import_readings import AIMS, Bench
from bench.table import Row

# What each of its ratios is of.
WORDS = {
    "gs2": ("values a second, GS2", "raw COPY of hourly rows"),
    "elhub_xml": ("values a second, Elhub XML", "raw COPY of hourly rows"),
    "two_workers": ("values a second, two workers", "one worker"),
    "two_workers_processor": ("processor's time a value, two workers", "one worker"),
    "unchanged_again": ("speed of a file whose values are there already", "the first time"),
    "correction_of_1_percent": ("time of a correction of 1 %", "the whole file"),
    "memory_of_twice_the_file": ("peak memory of the whole file", "half of its days"),
}


POINTS, DAYS = 8000, 14


def rows(full: bool) -> list[Row]:  # noqa: FBT001  (as every part)
    with database.fresh() as made, tempfile.TemporaryDirectory() as folder:
        ratios = Bench(POINTS, DAYS, Path(folder), made).run(2 if full else 1).ratios()
    return [
        Row("import", WORDS[name][0], value, WORDS[name][1], " ".join(map(str, AIMS[name])))
        for name, value in ratios.items()
    ]


def main() -> int:
    return program.run(__doc__, rows, full="the best of two rounds")


if __name__ == "__main__":
    sys.exit(main())
