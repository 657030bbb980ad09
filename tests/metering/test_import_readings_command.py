"""manage.py import_readings: what operators and their scripts see."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from metering.models import ImportBatch, MeteringPoint, ReadingDay, ReadingMonth
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from tests import factories as core
from tests.factories import CommittedAs
from tests.metering import factories
from tests.metering.gs2_files import OTHER_POINT, block, hours, message, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
GOOD = written(hours([1] * 24, start=MIDNIGHT))


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("import_readings", "--tenant", "fjord", *arguments, stdout=out)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.gs2"
    path.write_bytes(GOOD)
    return str(path)


def test_all_in_ends_with_0_and_says_so(tenant: Tenant, good: str) -> None:
    factories.point()
    code, out = run(good)
    assert code == 0
    assert "good.gs2: imported (GS2" in out
    assert "accepted            24 values" in out


def test_a_refusal_ends_with_1_and_names_line_point_and_reason(tenant: Tenant, tmp_path: Path, good: str) -> None:
    factories.point()
    bad = tmp_path / "bad.gs2"
    bad.write_text(message(block(Sum="9"), block(Reference=OTHER_POINT)))
    code, out = run(good, str(bad))
    assert code == 1
    assert (
        "  rejected: line 17, 707057500000000001: The file says the sum is 9 kWh, but the values add up to 3.75 kWh.\n"
        in out
    )
    assert f"  note: line 19, {OTHER_POINT}: The metering point is not registered. " in out


def test_the_json_report_says_the_same_per_file(tenant: Tenant, tmp_path: Path, good: str) -> None:
    factories.point()
    empty = tmp_path / "empty.gs2"
    empty.touch()
    code, out = run("--json", good, str(empty))
    first, second = json.loads(out)["files"]
    assert (code, first["file"], first["accepted"], first["issues"]) == (1, "good.gs2", 24, [])
    assert second["issues"] == [
        {"line": 0, "reference": "", "code": "empty_file", "params": {}, "values": 0, "is_note": False,
         "message": "The file is empty."}
    ]  # fmt: skip


def test_the_second_time_nothing_is_done(tenant: Tenant, good: str) -> None:
    factories.point()
    run(good)
    code, out = run(good)
    assert (code, "already imported, nothing done" in out) == (0, True)


def test_a_dry_run_writes_nothing(tenant: Tenant, good: str) -> None:
    factories.point()
    code, out = run("--dry-run", good)
    assert (code, "dry run" in out, ReadingDay.objects.count()) == (0, True, 0)


def test_standard_input(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.point()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    code, out = run("-")
    assert (code, "standard input: imported" in out) == (0, True)


@pytest.mark.parametrize("arguments", [["--tenant", "fjord", "no-such-file"], ["--tenant", "nobody", "x"]])
def test_wrong_usage_ends_with_2(tenant: Tenant, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as stopped:
        call_command("import_readings", *arguments)
    assert stopped.value.returncode == 2


# A process of its own, with real commits ------------------------------------------------------------


@pytest.fixture
def committed(committed_as: CommittedAs) -> Iterator[Tenant]:
    """A tenant with 300 metering points that another process can see; all but the audit log is taken away again."""
    with committed_as("killed") as tenant:
        with tenant_transaction(tenant):
            for serial in range(300):
                factories.point(serial)
        yield tenant
        with tenant_transaction(tenant):
            for model in (ReadingDay, ReadingMonth, ImportBatch, MeteringPoint):
                model.objects.all()._raw_delete("default")


def command(path: Path) -> list[str]:
    return [sys.executable, "manage.py", "import_readings", "--tenant", "killed", str(path)]


def environment() -> dict[str, str]:
    name = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"].replace("/skranke?", f"/{name}?")
    return {**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": core.owner_dsn()}


def stored_days() -> dict[date, int]:
    with tenant_transaction(Tenant.objects.get(slug="killed")):
        days: dict[date, int] = {}
        for day in ReadingDay.objects.values_list("day", flat=True):
            days[day] = days.get(day, 0) + 1
        return days


def test_a_killed_import_leaves_whole_chunks_and_the_next_run_completes_it(committed: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "long.gs2"
    # All of it in winter: the days begin at the same hour.
    numbers = range(-68, 82)
    series = [
        hours([100 + day] * 24, start=MIDNIGHT + timedelta(days=day), reference=gsrn.make(serial))
        for day in numbers
        for serial in range(300)
    ]
    path.write_bytes(written(*series))
    process = subprocess.Popen(command(path), env=environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not stored_days() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left: Any = sum(stored_days().values())
    # A chunk is 8 000 series of one day each.
    assert 0 < left < len(series)
    assert left % 8_000 == 0
    again = subprocess.run(command(path), env=environment(), capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr) == (0, "")
    assert stored_days() == {date(2026, 1, 5) + timedelta(days=day): 300 for day in numbers}


def test_a_file_name_that_is_not_utf_8_is_shown_as_far_as_it_can_be(tenant: Tenant, tmp_path: Path) -> None:
    factories.point()
    file = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.gs2")
    Path(file).write_bytes(GOOD)
    code, out = run("--json", file)
    assert (code, json.loads(out)["files"][0]["file"]) == (0, "\ufffd.gs2")


def test_nothing_of_a_file_stays_behind_on_the_connection(committed: Tenant) -> None:
    """It may be another tenant's next."""
    with tenant_transaction(committed):
        factories.readings(MeteringPoint.objects.order_by("pk")[0], date(2026, 1, 5), 1_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM metering_incoming")
        assert cursor.fetchone() == (0,)


def test_a_file_of_which_nothing_was_taken_in_is_not_called_imported(tenant: Tenant, good: str) -> None:
    code, out = run(good)
    assert (code, out.splitlines()[0].startswith("good.gs2: nothing taken in (GS2, ")) == (1, True), out


def test_a_file_read_before_its_metering_points_were_registered_says_how_to_read_it_again(
    tenant: Tenant, good: str
) -> None:
    run(good)
    factories.point()
    code, out = run(good)
    assert (code, "good.gs2: already read, nothing done; --again reads it once more (GS2" in out) == (1, True), out
    code, out = run("--again", good)
    assert (code, "accepted            24 values" in out) == (0, True), out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_the_file_is_read_and_a_pipe_does_not(
    tenant: Tenant, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.point()
    monkeypatch.setattr("metering.intake.CHUNK_DAYS", 1)
    terminal, pipe = Terminal(), io.StringIO()
    call_command("import_readings", "--tenant", "fjord", good, stdout=io.StringIO(), stderr=terminal)
    assert f"{good} [{' ' * 30}]   0 %" in terminal.getvalue()
    assert f"[{'#' * 30}] 100 %" in terminal.getvalue()
    out = io.StringIO()
    call_command("import_readings", "--tenant", "fjord", "--again", good, stdout=out, stderr=pipe)
    assert (pipe.getvalue(), "values/s" in out.getvalue()) == ("", True)


def test_the_report_says_how_many_values_a_second_were_read(tenant: Tenant, good: str) -> None:
    factories.point()
    (report,) = json.loads(run("--json", good)[1])["files"]
    assert report["values_per_second"] == int(24 / report["seconds"]) > 0
    assert ImportBatch.objects.get().values_per_second == report["values_per_second"]
