"""How fast meter files are taken in, against a raw COPY of the same values: one row an hour, into a plain table.

    python -m bench.import_readings --points 2000 --days 30

Everything is made up, measured and dropped again in one run; what counts are the ratios at the end. They are of the
processor's time, of the program and of its session at the database: so they hold on a busy machine too. Only how much
sooner two workers are done is measured by the clock, and needs an idle one: how much sooner they can be is up to how
many cores one of them keeps busy, with its session, which is told as well. The best of some rounds counts. A run of the
default size takes two minutes on an idle machine.
"""

import argparse
import gc
import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench import database
from bench.clock import own_session, spent

FIRST_DAY = date(2026, 1, 5)
HOURS = 24
# Aims of the ratios: at least, or at most.
AIMS = {
    "gs2": ("≥", 1.0),
    "elhub_xml": ("≥", 0.5),
    "two_workers": ("≥", 1.6),
    "two_workers_processor": ("≤", 1.1),
    "unchanged_again": ("≥", 1.0),
    "correction_of_1_percent": ("≤", 0.03),
    "memory_of_twice_the_file": ("≤", 1.1),
}


@dataclass
class Results:
    """Seconds by what was done, on the clock and of the processor, and how many values a whole file has."""

    values: int
    clock: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    # Peak of a process that read half of the days, and of one that read all.
    peak_mb: list[float] = field(default_factory=list)

    def timed(self, what: str, work: Callable[[], Any], session: int) -> None:
        """Do it and keep how long it took; `session` is the process of the database that works for it.

        What the work before left behind is cleared first: a small file would be charged with that of a large one.
        """
        gc.collect()
        started, worked = perf_counter(), spent(session, process_time)
        work()
        self.keep(what, perf_counter() - started, spent(session, process_time) - worked)

    def keep(self, what: str, clock: float, seconds: float) -> None:
        """Keep the best, of the clock and of the processor each by itself."""
        self.clock[what] = min(clock, self.clock.get(what, clock))
        self.seconds[what] = min(seconds, self.seconds.get(what, seconds))
        print(f"  {what:<28}{seconds:>9.2f} s of the processor{clock:>9.2f} s on the clock", flush=True)

    @property
    def cores(self) -> float:
        """How many cores one worker and its session keep busy."""
        return self.seconds["one_worker"] / self.clock["one_worker"]

    def ratios(self) -> dict[str, float]:
        raw, of = self.seconds["raw_copy"], self.seconds
        found = {
            "gs2": raw / of["gs2"],
            "elhub_xml": raw / of["elhub_xml"],
            "two_workers": self.clock["one_worker"] / self.clock["two_workers"],
            "two_workers_processor": of["two_workers"] / of["one_worker"],
            "unchanged_again": of["gs2"] / of["gs2_unchanged"],
            "correction_of_1_percent": of["gs2_correction"] / of["gs2"],
            "memory_of_twice_the_file": self.peak_mb[1] / self.peak_mb[0],
        }
        return {name: round(value, 3) for name, value in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.import_readings", description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=8000, help="metering points (8000)")
    parser.add_argument("--days", type=int, default=14, help="days of hourly values for each (14)")
    parser.add_argument("--rounds", type=int, default=2, help="how often everything is measured (2)")
    parser.add_argument("--json", action="store_true", help="print the ratios as one JSON object, last")
    parser.add_argument("--profile", choices=("gs2", "elhub_xml"), help="profile one import instead")
    chosen = parser.parse_args()
    with database.fresh() as made, tempfile.TemporaryDirectory() as folder:
        bench = Bench(chosen.points, chosen.days, Path(folder), made)
        if chosen.profile:
            bench.profile(chosen.profile)
            return 0
        results = bench.run(chosen.rounds)
    ratios = results.ratios()
    for what in ("raw_copy", "gs2", "elhub_xml"):
        print(f"  {what:<28}{results.values / results.seconds[what]:>12,.0f} values/s")
    print(f"  one worker and its session keep {results.cores:.2f} cores busy\n")
    for name, value in ratios.items():
        sign, aim = AIMS[name]
        met = value >= aim if sign == "≥" else value <= aim
        print(f"  {name:<28}{value:>9.3f}   aim {sign} {aim:<6}{'met' if met else 'NOT met'}")
    if chosen.json:
        print(json.dumps({"points": chosen.points, "days": chosen.days, "ratios": ratios}))
    return 0


class Bench:
    def __init__(self, points: int, days: int, folder: Path, made: Any) -> None:
        self.points, self.days, self.folder, self.database = points, days, folder, made
        self.results = Results(points * days * HOURS)

    def run(self, rounds: int) -> Results:
        print(f"{self.points} metering points × {self.days} days = {self.results.values:,} values", flush=True)
        self._make_points()
        whole = self._file("whole.gs2", _as_gs2, self._series())
        again = self._file("again.gs2", _as_gs2, self._series(), tail="\n")
        correction = self._file("correction.gs2", _as_gs2, self._corrections())
        xml = self._file("whole.xml", _as_elhub, self._series())
        for turn in range(rounds):
            self._raw_copy(turn)
            self._import("gs2", whole)
            self._import("gs2_unchanged", again)
            self._import("gs2_correction", correction)
            self._empty()
            self._import("elhub_xml", xml)
            self._empty()
            self._workers("one_worker", [whole])
            self._workers("two_workers", self._halves())
        self._memory(whole)
        return self.results

    def profile(self, form: str) -> None:
        import cProfile
        import pstats

        self._make_points()
        path = self._file("whole", _as_gs2 if form == "gs2" else _as_elhub, self._series())
        profiler = cProfile.Profile()
        profiler.enable()
        _import_file(path)
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)

    def _series(self, *, first: int = 0, points: int = 0, days: int = 0) -> Iterator[Any]:
        from metering.importers import gs2_writer

        return gs2_writer.lifelike(
            points=points or self.points,
            first_day=FIRST_DAY,
            days=days or self.days,
            rng=random.Random(1),  # noqa: S311  (made-up values)
            first_serial=first,
        )

    def _corrections(self) -> Iterator[Any]:
        """Every hundredth day, each value a little higher: a collector sends a day that it corrects whole."""
        from dataclasses import replace

        for number, series in enumerate(self._series()):
            if number % 100 == 0:
                yield replace(series, values_wh=[wh + 1 for wh in series.values_wh])

    def _file(self, name: str, write: Callable[..., None], series: Iterator[Any], tail: str = "") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8") as out:
            write(out, series)
            out.write(tail)
        return path

    def _make_points(self) -> None:
        from metering.models import MeteringPoint
        from portal.customers import gsrn

        with database.scope():
            MeteringPoint.objects.bulk_create(
                [MeteringPoint(gsrn=gsrn.make(serial)) for serial in range(self.points)], batch_size=5000
            )

    def _raw_copy(self, turn: int) -> None:
        import psycopg

        lines = io.StringIO()
        start = datetime.combine(FIRST_DAY, time(), tzinfo=UTC)
        for number, series in enumerate(self._series()):
            point, day = number % self.points, number // self.points
            for hour, wh in enumerate(series.values_wh):
                moment = start + timedelta(days=day, hours=hour)
                lines.write(f"{point}\t1\t{moment:%Y-%m-%d %H:%M:%S}+00\t{wh}\t0\n")
        data = lines.getvalue().encode()
        with psycopg.connect(self.database.owner_url) as owner:
            owner.execute(
                f"""CREATE TABLE bench_raw_{turn} (metering_point_id bigint NOT NULL,
                    direction smallint NOT NULL, starts_at timestamptz NOT NULL, wh integer, quality smallint,
                    PRIMARY KEY (metering_point_id, direction, starts_at))"""
            )
            owner.commit()
            self.results.timed("raw_copy", lambda: _copy(owner, f"bench_raw_{turn}", data), owner.info.backend_pid)

    def _import(self, what: str, path: Path) -> None:
        self.results.timed(what, lambda: _import_file(path), own_session())

    def _halves(self) -> list[Path]:
        """Two files, each with half of the metering points."""
        half = self.points // 2
        return [self._file(f"half{at}.gs2", _as_gs2, self._series(first=at * half, points=half)) for at in range(2)]

    def _workers(self, what: str, files: list[Path]) -> None:
        """Processes at once, a file each: by the clock, and what they and their sessions have had of the processor."""
        ready = [_Worker(path) for path in files]
        started = perf_counter()
        for worker in ready:
            worker.go()
        seconds = sum(worker.done().seconds for worker in ready)
        self.results.keep(what, perf_counter() - started, seconds)
        self._empty()

    def _memory(self, whole: Path) -> None:
        half = self._file("half_the_days.gs2", _as_gs2, self._series(days=max(1, self.days // 2)))
        for path in (half, whole):
            worker = _Worker(path)
            worker.go()
            self.results.peak_mb.append(worker.done().peak_mb)
            self._empty()

    def _empty(self) -> None:
        import psycopg

        with psycopg.connect(self.database.owner_url) as owner:
            tables = "metering_readingday, metering_readingmonth, metering_readingdayrevision, metering_importbatch"
            owner.execute(f"TRUNCATE {tables} CASCADE")


@dataclass(frozen=True)
class _Done:
    """What an import took of the processor, its session's part included, and the most memory the process had."""

    seconds: float
    peak_mb: float


class _Worker:
    """A process that has loaded everything and waits for a line on its standard input."""

    def __init__(self, path: Path) -> None:
        program = (
            "import sys, django; django.setup()\n"
            "from bench.import_readings import _import_when_told\n"
            f"_import_when_told({str(path)!r})\n"
        )
        self.process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._line() != "ready":
            raise RuntimeError("a worker of the bench failed")

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def done(self) -> _Done:
        """Wait for the end of the import."""
        seconds, _, peak = self._line().partition(" ")
        self.process.wait()
        return _Done(float(seconds), float(peak))


def _copy(owner: Any, table: str, data: bytes) -> None:
    with owner.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(data)
    owner.commit()


def _as_gs2(out: Any, series: Iterator[Any]) -> None:
    from metering.importers import gs2_writer

    gs2_writer.write(out, series, written_at=datetime.combine(FIRST_DAY, time(7), tzinfo=UTC) + timedelta(days=60))


def _as_elhub(out: Any, series: Iterator[Any]) -> None:
    from tests.metering import elhub_writer

    elhub_writer.write(out, series, written_at=datetime.combine(FIRST_DAY, time(7), tzinfo=UTC) + timedelta(days=60))


def _import_when_told(path: str) -> None:
    """What a worker of the bench does: connect, wait for a line, import, and write what it took."""
    import resource

    with database.scope():
        session = own_session()
    print("ready", flush=True)
    sys.stdin.readline()
    began = spent(session, process_time)
    _import_file(path)
    seconds = spent(session, process_time) - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)


def _import_file(path: "Path | str") -> None:
    from metering import actions
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_scope

    tenant = Tenant.objects.get(slug=database.SLUG)
    with tenant_scope(tenant), Path(path).open("rb") as stream:
        report = actions.import_file(stream=stream, name=Path(path).name, by=None)
    if report.has_refusals:
        raise RuntimeError(f"the bench's own file was refused: {report.issues[0].text}")


if __name__ == "__main__":
    sys.exit(main())
