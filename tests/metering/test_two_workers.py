"""Several processes on the same metering points: they wait for each other, and the newest registration stands."""

import io
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from metering import gsrn
from metering.importers import gs2_writer
from metering.models import ImportBatch, ImportIssue, MeteringPoint, ReadingDay, ReadingDayRevision
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from tests import factories as core
from tests.metering import factories
from tests.metering.gs2_files import hours
from tests.metering.test_import_readings_command import environment

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
POINTS, DAYS, FILES = 120, 6, 4


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tenant]:
    """A tenant with metering points that other processes can see; all but the audit log is taken away again."""
    with django_db_blocker.unblock():
        tenant = core.tenant("racing")
        with tenant_transaction(tenant):
            for serial in range(POINTS):
                factories.point(serial)
        yield tenant
        with tenant_transaction(tenant):
            for model in (ReadingDayRevision, ReadingDay, ImportIssue, ImportBatch, MeteringPoint):
                model.objects.all()._raw_delete("default")
        connection.close()


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
    assert len(rows) == POINTS * DAYS
    assert {day for day, _ in rows} == {date(2026, 1, 5) + timedelta(days=day) for day in range(DAYS)}
    assert all(values == expected for _, values in rows)
