"""Writes GS2 1.2: for tests, the demo and load trials.

`python -m metering.importers.gs2_writer --points 1000 --days 7 --first-day 2026-01-05 > week.gs2` makes a file.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import TextIO

from metering.days import Direction, Quality, Wh
from metering.importers.series import Series
from portal.customers import gsrn

_FLAGS = {Quality.MEASURED: "", Quality.ESTIMATED: "E", Quality.TEMPORARY: "T", Quality.CALCULATED: "C"}
_FLOW = {Direction.CONSUMPTION: "in", Direction.PRODUCTION: "out"}
# kW of a household by the hour of the day, before the dice.
_RHYTHM = (4, 3, 3, 3, 3, 4, 8, 11, 9, 7, 6, 6, 6, 6, 7, 9, 13, 15, 14, 13, 12, 10, 8, 5)


def write(out: TextIO, series: Iterable[Series], *, written_at: datetime, utc_offset_minutes: int = 60) -> int:
    """Write one message with the series in it, on a clock that far ahead of UTC. Returns how many there were."""
    shift = timedelta(minutes=utc_offset_minutes)
    out.write(
        "##Start-message\n#Id=1\n#Message-type=Settlement-data\n#Version=1.2\n"
        f"#Time={_time(written_at + shift)}\n#To=counter\n#From=collector\n"
        f"#GMT-reference={_offset(utc_offset_minutes)}\n"
    )
    count = 0
    for count, one in enumerate(series, start=1):  # noqa: B007  (the count is wanted after the loop)
        out.write(_block(one, shift))
    out.write(f"\n##End-message\n#Id=1\n#Number-of-objects={count + 2}\n")
    return count


def _block(series: Series, shift: timedelta) -> str:
    start = series.start_utc + shift
    stop = start + timedelta(minutes=series.resolution_minutes) * len(series.values_wh)
    flags = [_FLAGS[Quality(flag)] for flag in series.quality or [0] * len(series.values_wh)]
    values = " ".join(f"{_kwh(wh)}//{flag}" for wh, flag in zip(series.values_wh, flags, strict=True))
    total = sum(wh for wh in series.values_wh if wh is not None)
    hours, minutes = divmod(series.resolution_minutes, 60)
    return (
        f"\n##Time-series\n#Reference={series.reference}\n#Start={_time(start)}\n#Stop={_time(stop)}\n"
        f"#Step=0000-00-00.{hours:02d}:{minutes:02d}:00\n#Unit=kWh\n#Type-of-value=interval\n"
        f"#Direction-of-flow={_FLOW[series.direction]}\n#Value=< {values} >\n"
        f"#No-of-values={len(series.values_wh)}\n#Sum={_kwh(total)}\n"
    )


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d.%H:%M:%S")


def _kwh(wh: Wh) -> str:
    return "" if wh is None else f"{wh // 1000}.{wh % 1000:03d}"


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}" + (f":{rest:02d}" if rest else "")


def lifelike(
    *,
    points: int,
    first_day: date,
    days: int,
    rng: random.Random,
    resolution_minutes: int = 60,
    first_serial: int = 0,
    utc_offset_minutes: int = 60,
) -> Iterator[Series]:
    """A day of consumption for each metering point and day, day by day as a collector sends them."""
    start = datetime.combine(first_day, time.min, tzinfo=UTC) - timedelta(minutes=utc_offset_minutes)
    numbers = [gsrn.make(first_serial + at) for at in range(points)]
    size = [rng.uniform(0.3, 2.5) for _ in range(points)]
    per_hour = 60 // resolution_minutes
    for day, at in product(range(days), range(points)):
        scale = 100 * size[at] / per_hour
        values: list[Wh] = [int(power * scale * (0.5 + rng.random())) for power in _RHYTHM for _ in range(per_hour)]
        begin = start + timedelta(days=day)
        yield Series(numbers[at], Direction.CONSUMPTION, begin, resolution_minutes, values, None, 0)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m metering.importers.gs2_writer", description="Make a lifelike GS2 file."
    )
    parser.add_argument("--points", type=int, default=1000, help="how many metering points (1000)")
    parser.add_argument("--days", type=int, default=1, help="how many days (1)")
    parser.add_argument("--first-day", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    parser.add_argument("--first-serial", type=int, default=0, help="number of the first metering point (0)")
    parser.add_argument("--resolution", type=int, choices=(15, 60), default=60, help="minutes a value (60)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    series = lifelike(
        points=chosen.points,
        first_day=chosen.first_day,
        days=chosen.days,
        rng=random.Random(chosen.seed),  # noqa: S311  (made-up values)
        resolution_minutes=chosen.resolution,
        first_serial=chosen.first_serial,
    )
    write(
        sys.stdout, series, written_at=datetime.combine(chosen.first_day, time(7), tzinfo=UTC) + timedelta(chosen.days)
    )


if __name__ == "__main__":
    main()
