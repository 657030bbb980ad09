"""Files that senders put into a company's folder are read once, and end up where one can see what came of them."""

import fcntl
import io
import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
import time_machine
from django.db import DataError, OperationalError
from django.test import override_settings

from metering import actions, tasks
from metering.actions import folder as folders
from metering.models import ImportBatch, ImportSettings
from metering.reports import Report
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests.metering import factories
from tests.metering.elhub_files import new_csv
from tests.metering.gs2_files import POINT, block, hours, message, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
GOOD = written(hours([1] * 24, start=MIDNIGHT))


@pytest.fixture
def folder(tenant: Tenant, tmp_path: Path) -> Path:
    factories.point()
    for place in ("in", "working"):
        (tmp_path / "fjord" / place).mkdir(parents=True)
    return tmp_path / "fjord"


def put(folder: Path, name: str, content: bytes = GOOD, *, place: str = "in", age: int = 60) -> Path:
    path = folder / place / name
    path.write_bytes(content)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def read(folder: Path) -> int:
    return actions.read_folder(root=folder.parent)


def names(folder: Path, place: str) -> list[str]:
    """What lies there, without the time that was put before the name."""
    return sorted(path.name.partition("-")[2] or path.name for path in (folder / place).iterdir())


def test_a_file_is_read_and_kept_as_done(folder: Path) -> None:
    put(folder, "day.gs2")
    assert (read(folder), names(folder, "in"), names(folder, "done")) == (1, [], ["day.gs2"])
    assert ImportBatch.objects.get().accepted == 24


def test_a_file_that_cannot_be_read_fails_with_its_report_beside_it(folder: Path) -> None:
    put(folder, "half.gs2", GOOD[: len(GOOD) // 2])
    read(folder)
    assert names(folder, "failed") == ["half.gs2", "half.gs2.report.txt"]
    (report,) = (folder / "failed").glob("*.report.txt")
    assert "Filen" in report.read_text()


def test_a_file_with_a_bad_series_is_done_all_the_same(folder: Path) -> None:
    put(folder, "some.gs2", message(block(Sum="9"), block()).encode())
    read(folder)
    assert names(folder, "done") == ["some.gs2"]


def test_files_that_are_still_being_written_wait(folder: Path) -> None:
    put(folder, "new.gs2", age=5)
    put(folder, "upload.gs2.part")
    put(folder, ".hidden.gs2")
    (folder / "in" / "sub").mkdir()
    (folder / "in" / "link.gs2").symlink_to("/etc/hostname")
    assert (read(folder), len(names(folder, "in"))) == (0, 5)


def test_the_same_name_twice_is_two_files(folder: Path) -> None:
    put(folder, "day.gs2")
    read(folder)
    put(folder, "day.gs2", GOOD + b"\n")
    read(folder)
    assert len(list((folder / "done").iterdir())) == 2


def test_what_a_killed_worker_left_is_read_and_what_another_reads_is_not(folder: Path) -> None:
    path = put(folder, "day.gs2", place="working")
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert (read(folder), names(folder, "working")) == (0, ["day.gs2"])
    assert (read(folder), names(folder, "working"), names(folder, "done")) == (1, [], ["day.gs2"])


def test_a_fault_of_ours_moves_the_file_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(folders, "import_all", fail)
    put(folder, "day.gs2")
    read(folder)
    assert names(folder, "failed") == ["day.gs2", "day.gs2.report.txt"]


@pytest.mark.usefixtures("at_once")
def test_only_companies_that_want_it_are_looked_after(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(tasks.read_folder, "apply_async", lambda **_: called.append(1))
    with override_settings(METER_FILES_DIR=str(folder.parent)):
        tasks.sweep_all_tenants()
        assert called == []
        ImportSettings.objects.create(watches_folder=True)
        tasks.sweep_all_tenants()
    assert called == [1]


def test_an_archive_is_all_its_files(folder: Path) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.gs2", GOOD)
        archive.writestr("b.gs2", GOOD[: len(GOOD) // 2])
    put(folder, "both.zip", out.getvalue())
    read(folder)
    assert names(folder, "failed") == ["both.zip", "both.zip.report.txt"]
    assert sorted(ImportBatch.objects.values_list("file_name", flat=True)) == ["a.gs2", "b.gs2"]


def test_the_day_of_the_file_is_in(folder: Path) -> None:
    put(folder, "day.gs2")
    read(folder)
    from metering.models import MeteringPoint

    assert factories.stored(MeteringPoint.objects.get(), date(2026, 1, 5)).total_wh == 24


def test_a_file_with_the_longest_name_there_can_be_is_read_and_so_is_the_next(folder: Path) -> None:
    put(folder, "ø" * 125 + ".gs2", age=70)
    put(folder, "ø" * 122 + ".gs2", GOOD[: len(GOOD) // 2])
    put(folder, "day.gs2", GOOD + b"\n", age=50)
    assert read(folder) == 3
    assert ([len(names(folder, place)) for place in ("in", "working", "done", "failed")]) == [0, 0, 2, 2]


def test_a_file_that_may_not_be_opened_fails_in_words_and_the_next_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, whom no mode keeps out: so a pipe stands for what cannot be read."""
    ImportSettings.objects.create(alert_email="drift@example.com")
    taken = folders.Folder.take

    def replaced(self: folders.Folder, path: Path) -> Path | None:
        found = taken(self, path)
        if found and found.name == "bad.gs2":
            found.unlink()
            os.mkfifo(found)
        return found

    monkeypatch.setattr(folders.Folder, "take", replaced)
    put(folder, "bad.gs2", age=70)
    put(folder, "day.gs2")
    assert read(folder) == 2
    assert (names(folder, "failed"), names(folder, "done")) == (["bad.gs2", "bad.gs2.report.txt"], ["day.gs2"])
    (report,) = (folder / "failed").glob("*.report.txt")
    assert "kunne ikke leses" in report.read_text()
    assert ("bad.gs2" in Message.objects.get().body, read(folder)) == (True, 0)


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.gs2"
    secret.write_bytes(GOOD)
    taken = folders.Folder.take

    def replaced(self: folders.Folder, path: Path) -> Path | None:
        found = taken(self, path)
        if found:
            found.unlink()
            found.symlink_to(secret)
        return found

    monkeypatch.setattr(folders.Folder, "take", replaced)
    put(folder, "day.gs2")
    read(folder)
    assert (ImportBatch.objects.count(), names(folder, "failed")) == (0, ["day.gs2", "day.gs2.report.txt"])
    assert secret.read_bytes() == GOOD


@pytest.mark.parametrize(("error", "place"), [(DataError, "failed"), (OperationalError, "working")])
def test_an_error_of_the_database_sets_the_file_aside_and_a_lost_database_does_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception], place: str
) -> None:
    read_file = folders.import_all

    def fail(*, stream: BinaryIO, origin: actions.Origin) -> Iterator[Report]:
        if origin.name == "bad.gs2":
            raise error("inside")
        return read_file(stream=stream, origin=origin)

    monkeypatch.setattr(folders, "import_all", fail)
    put(folder, "bad.gs2", age=70)
    put(folder, "day.gs2")
    with pytest.raises(error) if place == "working" else nullcontext():
        read(folder)
    assert "bad.gs2" in names(folder, place)
    assert len(names(folder, "in")) == (place == "working")
    for report in (folder / "failed").glob("*.report.txt"):
        assert "inside" not in report.read_text()


@pytest.mark.parametrize("when", ["while", "after"])
def test_a_file_whose_sender_goes_on_writing_is_read_once_more_when_it_has_settled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    rows = new_csv(["1"] * 24).encode()
    half = rows[: rows.rindex(b"\n", 0, len(rows) // 2) + 1]
    path = put(folder, f"{POINT}.csv", half)
    sender = path.open("ab")
    read_file = folders.import_all

    def slow(*, stream: BinaryIO, origin: actions.Origin) -> Iterator[Report]:
        yield from read_file(stream=stream, origin=origin)
        if not sender.closed:
            write()

    def write() -> None:
        sender.write(rows[len(half) :])
        sender.close()

    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=10), tick=False):
        # The file system's own clock is not the traveller's.
        os.utime(path, (time.time() - 60,) * 2)
        if when == "while":
            monkeypatch.setattr(folders, "import_all", slow)
        assert read(folder) == 1
    if when == "after":
        write()
    settled = time.time() - 300
    os.utime(next((folder / "done").iterdir()), (settled, settled))
    assert (read(folder), read(folder), len(names(folder, "done"))) == (1, 0, 1)
    from metering.models import MeteringPoint

    assert factories.stored(MeteringPoint.objects.get(), date(2026, 1, 5)).total_wh == 24_000
