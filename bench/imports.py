"""What bench.import_readings measures, as rows of the table.

python -m bench.imports                  8 000 metering points, fourteen days
python -m bench.imports --full           the best of two rounds
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import database
from bench.import_readings import AIMS, Bench
from bench.table import Row, as_json, as_markdown

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


def rows(points: int, days: int, rounds: int) -> list[Row]:
    with database.fresh() as made, tempfile.TemporaryDirectory() as folder:
        ratios = Bench(points, days, Path(folder), made).run(rounds).ratios()
    return [
        Row("import", WORDS[name][0], value, WORDS[name][1], " ".join(map(str, AIMS[name])))
        for name, value in ratios.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the best of two rounds")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON, last")
    options = parser.parse_args()
    found = rows(8000, 14, 2 if options.full else 1)
    print(as_json(found) if options.json else as_markdown(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
