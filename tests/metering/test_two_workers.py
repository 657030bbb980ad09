"""Several processes on the same metering points: they wait for each other, and the newest registration stands."""

import io
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from metering import actions, day_rows, partitions
from metering.importers import gs2_writer
from metering.models import ImportBatch, ImportIssue, MeteringPoint, ReadingDay, ReadingDayRevision, ReadingMonth
from metering.reports import Report
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests.factories import CommittedAs
from tests.metering import factories
from tests.metering.gs2_files import hours
from tests.metering.test_import_readings_command import environment

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
POINTS, DAYS, FILES = 120, 6, 4


@pytest.fixture
def committed(committed_as: CommittedAs) -> Iterator[Tenant]:
    """A tenant with metering points that other processes can see; all but the audit log is taken away again."""
    with committed_as("racing") as tenant:
        with tenant_transaction(tenant):
            for serial in range(POINTS):
                factories.point(serial)
        yield tenant
        with tenant_transaction(tenant):
            for model in (ReadingDayRevision, ReadingDay, ReadingMonth, ImportIssue, ImportBatch, MeteringPoint):
                model.objects.all()._raw_delete("default")


def test_workers_with_corrections_of_each_other_all_finish_and_lose_nothing(committed: Tenant, tmp_path: Path) -> None:
    """Each file has every day of every point, in another order; each hour's newest value must be there in the end."""
    rng = random.Random(7)
    processes = []
    for number in range(FILES):
        keys = [(serial, day) for serial in range(POINTS) for day in range(DAYS)]
        rng.shuffle(keys)
        series = [
            hours(
                [number * 100 + hour if hour % FILES <= number else None for hour in range(24)],
                start=MIDNIGHT + timedelta(days=day),
                reference=gsrn.make(serial),
            )
            for serial, day in keys
        ]
        out = io.StringIO()
        gs2_writer.write(out, series, written_at=datetime(2026, 2, 1 + number, tzinfo=UTC))
        path = tmp_path / f"{number}.gs2"
        path.write_text(out.getvalue())
        command = [sys.executable, "manage.py", "import_readings", "--tenant", "racing", str(path)]
        processes.append(
            subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    outputs = [process.communicate(timeout=180) for process in processes]
    assert [(process.returncode, error) for process, (_, error) in zip(processes, outputs, strict=True)] == [
        (0, "")
    ] * FILES
    # File number n has the hours whose remainder is at most n, so the last one has them all.
    expected = [(FILES - 1) * 100 + hour for hour in range(24)]
    with tenant_transaction(committed):
        rows = list(ReadingDay.objects.values_list("day", "values_wh"))
        sums = set(ReadingMonth.objects.values_list("month", "total_wh", "known_days", "whole_days"))
    assert len(rows) == POINTS * DAYS
    assert {day for day, _ in rows} == {date(2026, 1, 5) + timedelta(days=day) for day in range(DAYS)}
    assert all(values == expected for _, values in rows)
    days = 0b111111 << 4
    assert sums == {(date(2026, 1, 1), DAYS * sum(expected), days, days)}


def test_a_correction_that_comes_while_values_are_confirmed_does_not_undo_the_confirmation(
    committed: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other worker's value is older than the confirmation, and is there only after that was compared."""

    def file(name: str, wh: int, day: int) -> Path:
        out = io.StringIO()
        series = hours([wh] * 24, start=MIDNIGHT, reference=gsrn.make(0))
        gs2_writer.write(out, [series], written_at=datetime(2026, 2, day, tzinfo=UTC))
        path = tmp_path / name
        path.write_text(out.getvalue())
        return path

    def read(path: Path) -> Report:
        with tenant_scope(committed), path.open("rb") as stream:
            return actions.import_file(stream=stream, name=path.name, by=None)

    read(file("first.gs2", 1, 1))
    correction = file("correction.gs2", 2, 2)
    command = [sys.executable, "manage.py", "import_readings", "--tenant", "racing", str(correction)]
    find, seen = day_rows._Writing._find, []

    def find_and_be_overtaken(writing: day_rows._Writing) -> object:
        found = find(writing)
        if not seen:
            seen.append(subprocess.run(command, env=environment(), check=True, capture_output=True, timeout=180))
        return found

    monkeypatch.setattr(day_rows._Writing, "_find", find_and_be_overtaken)
    report = read(file("confirmation.gs2", 1, 3))
    assert (report.corrected, report.unchanged) == (24, 0)
    with tenant_transaction(committed):
        day = ReadingDay.objects.get()
        assert (day.values_wh, day.registered_at, day.revision) == ([1] * 24, datetime(2026, 2, 3, tzinfo=UTC), 2)


def test_two_that_make_the_same_month_at_once_both_go_on(committed: Tenant) -> None:
    month = date(2001, 5, 1)
    failed: list[Exception] = []

    def make() -> None:
        try:
            partitions.open_months([month])
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    with psycopg.connect(**connection.get_connection_params()) as other, tenant_transaction(committed):
        other.execute("SELECT metering_open_month(%s)", [month])
        thread = threading.Thread(target=make)
        thread.start()
        while thread.is_alive() and not _somebody_waits():
            time.sleep(0.05)
        other.commit()
        thread.join(timeout=60)
    assert (failed, month in partitions.months()) == ([], True)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
        )
        return bool(cursor.fetchone()[0])
