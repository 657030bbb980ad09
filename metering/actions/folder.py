"""The folder on the server where senders put a company's meter files, over SFTP for example.

`in` is theirs to write; a file is renamed to `working` before it is read, locked while it is, and moved to `done` or
`failed` afterwards, with its report beside a failed one. A worker that is killed leaves its file unlocked in
`working`, where the next one finds it. One whose sender went on writing after it was read comes back there too.

Each file is for itself: whatever is wrong with one, those behind it are read.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from errno import ENOTSUP
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation

from metering import alerts
from metering.actions.imports import Origin, import_all
from metering.importers import reasons
from metering.reports import Report
from portal.tenancy.commands import shown
from portal.tenancy.models import current_tenant

logger = logging.getLogger(__name__)

# A file that has not grown for so long is complete; senders that rename when they are done need not wait longer.
SETTLED_SECONDS = 20
# How programs name files that they have not finished.
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
PLACES = ("in", "working", "done", "failed")
REPORT = ".report.txt"
# The file systems' own limit is 255 bytes; the rest is room for a number before the name and REPORT behind it.
LONGEST_NAME = 230
# When a file was read stands before its name. So long afterwards it is looked at whether it has changed since.
STAMP = "%Y%m%dT%H%M%S"
STILL_CHANGING = timedelta(days=1)


@dataclass(frozen=True)
class Folder:
    """A company's folder below the one of all companies."""

    path: Path

    @classmethod
    def of_current_tenant(cls, root: Path) -> "Folder":
        """Return the folder of the open scope, made if it is not there. Raises OSError."""
        folder = cls(root / current_tenant().slug)
        for place in PLACES:
            (folder.path / place).mkdir(parents=True, exist_ok=True)
        return folder

    def waiting(self, now: datetime) -> list[Path]:
        """Return what a killed worker left, then what has come, oldest first."""
        left = [path for path, status in self._files("working") if _has_settled(status, now)]
        come = [
            (status.st_mtime, path)
            for path, status in self._files("in")
            if _has_settled(status, now)
            and not path.name.startswith(".")
            and not path.name.lower().endswith(UNFINISHED)
        ]
        return [*left, *(path for _, path in sorted(come))]

    def take_back(self, now: datetime) -> None:
        """Put what its sender has gone on writing, while or after it was read, back to `working`."""
        since = f"{now - STILL_CHANGING:{STAMP}}"
        for place in ("done", "failed"):
            for entry in os.scandir(self.path / place):
                stamp, _, name = entry.name.partition("-")
                if stamp < since or not name or name.endswith(REPORT) or not _has_changed(entry, stamp, now):
                    continue
                path = Path(entry.path)
                path.rename(self._free("working", name))
                _report_beside(path).unlink(missing_ok=True)

    def _files(self, place: str) -> Iterator[tuple[Path, os.stat_result]]:
        """Plain files only: a link could lead to anything the program may read."""
        for path in sorted((self.path / place).iterdir()):
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            if S_ISREG(status.st_mode):
                yield path, status

    def take(self, path: Path) -> Path | None:
        """Rename a file to `working`; None when another worker was faster."""
        if path.parent.name == "working":
            return path
        target = self._free("working", path.name)
        try:
            path.rename(target)
        except FileNotFoundError:
            return None
        return target

    def put(self, path: Path, place: str, at: datetime) -> Path:
        """Move a file to where it is kept, with the time at which it was read before its name."""
        target = self._free(place, f"{at:{STAMP}}-{path.name}")
        path.rename(target)
        return target

    def fail(self, path: Path, lines: list[str], at: datetime) -> None:
        """Move a file to `failed`, with the reasons beside it."""
        kept = self.put(path, "failed", at)
        _report_beside(kept).write_text("\n".join([*lines, ""]), encoding="utf-8", errors="replace")

    def _free(self, place: str, name: str) -> Path:
        # Counted in bytes, as the file system does.
        name = os.fsencode(name)[:LONGEST_NAME].decode(errors="ignore")
        target, number = self.path / place / name, 1
        while target.exists():
            number += 1
            target = self.path / place / f"{number}-{name}"
        return target


def _has_settled(status: os.stat_result, now: datetime) -> bool:
    return now.timestamp() - status.st_mtime >= SETTLED_SECONDS


def _has_changed(entry: "os.DirEntry[str]", stamp: str, now: datetime) -> bool:
    """Tell whether a file was written to after the time that its name says."""
    try:
        read_at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        written_at = entry.stat(follow_symlinks=False).st_mtime
    except (ValueError, FileNotFoundError):
        return False
    # A sender may give its file any time; one that lies ahead says nothing.
    return entry.is_file(follow_symlinks=False) and read_at.timestamp() < written_at <= now.timestamp()


def _report_beside(path: Path) -> Path:
    return path.with_name(path.name + REPORT)


def read_folder(*, root: Path) -> int:
    """Read all files that wait for the current tenant, outside a transaction; returns how many. Raises OSError.

    Only a lost database ends it early: then what is left waits for the next time.
    """
    folder = Folder.of_current_tenant(root)
    now = timezone.now()
    folder.take_back(now)
    return sum(_read_one(folder, path) for path in folder.waiting(now))


def _read_one(folder: Folder, path: Path) -> bool:
    """Take a file and read it; False when another worker has it, or it cannot even be moved."""
    taken: Path | None = None
    try:
        taken = folder.take(path)
        if taken is None:
            return False
        with _locked(taken) as stream:
            if stream is not None:
                _read(folder, taken, stream)
            return stream is not None
    except OSError as error:
        logger.exception("The meter file %s cannot be read", shown(path.name))
        return taken is not None and _set_aside(folder, taken, "unreadable_file", error)


def _read(folder: Folder, path: Path, stream: BinaryIO) -> None:
    """A fault of ours moves the file aside, so that it does not come again every minute; a lost database does not."""
    began = timezone.now()
    try:
        reports = list(import_all(stream=stream, origin=Origin(name=shown(path.name))))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("The meter file %s broke off", shown(path.name))
        _set_aside(folder, path, "broke_off", error)
        return
    if reports and not any(report.has_failed for report in reports):
        folder.put(path, "done", began)
        return
    with translation.override(current_tenant().language):
        lines = [line for report in reports for line in _lines(report)]
    folder.fail(path, lines, began)


def _set_aside(folder: Folder, path: Path, code: str, error: Exception) -> bool:
    """Move a file that has no report of its own to `failed`; False when not even that can be done."""
    # What the system says of an OSError names no more than the file; what the database says stays in the log.
    said = (error.strerror or "") if isinstance(error, OSError) else ""
    with translation.override(current_tenant().language):
        reason = reasons.text_for(code, {"error": said or type(error).__name__})
    try:
        folder.fail(path, [shown(path.name), reason], timezone.now())
    except OSError:
        logger.exception("The meter file %s cannot be moved", shown(path.name))
        return False
    if isinstance(error, OSError):
        with transaction.atomic():
            alerts.file_unread(shown(path.name), reason)
    return True


def _lines(report: Report) -> list[str]:
    issues = [f"{issue.line}\t{issue.reference}\t{issue.values}\t{issue.text}" for issue in report.issues]
    return [report.file, *issues]


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO | None]:
    """The file while nobody else reads it; None when somebody does, or has. The lock goes with the process.

    Raises OSError for what cannot be opened, and for what is no plain file any more.
    """
    try:
        # It is opened long after it was looked at: by now a link may lie there, or a pipe.
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    with os.fdopen(number, "rb") as stream:
        status = os.fstat(number)
        if not S_ISREG(status.st_mode):
            raise OSError(ENOTSUP, os.strerror(ENOTSUP), str(path))
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # It may have been moved on between the two lines above.
            is_there = path.lstat().st_ino == status.st_ino
        except (BlockingIOError, FileNotFoundError):
            is_there = False
        yield stream if is_there else None
