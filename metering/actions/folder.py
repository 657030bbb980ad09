"""The folder on the server where senders put a company's meter files, over SFTP for example.

`in` is theirs to write; a file is renamed to `working` before it is read, locked while it is, and moved to `done` or
`failed` afterwards, with its report beside a failed one. A worker that is killed leaves its file unlocked in
`working`, where the next one finds it.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from django.db import DatabaseError
from django.utils import timezone, translation

from metering.actions.imports import Origin, import_all
from metering.reports import Report
from portal.tenancy.commands import shown
from portal.tenancy.models import current_tenant

logger = logging.getLogger(__name__)

# A file that has not grown for so long is complete; senders that rename when they are done need not wait longer.
SETTLED_SECONDS = 20
# How programs name files that they have not finished.
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
PLACES = ("in", "working", "done", "failed")


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
        left = [path for path, _ in self._files("working")]
        come = [
            (status.st_mtime, path)
            for path, status in self._files("in")
            if now.timestamp() - status.st_mtime >= SETTLED_SECONDS
            and not path.name.startswith(".")
            and not path.name.lower().endswith(UNFINISHED)
        ]
        return [*left, *(path for _, path in sorted(come))]

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

    def put(self, path: Path, place: str, now: datetime) -> Path:
        """Move a file to where it is kept, with the time before its name."""
        target = self._free(place, f"{now:%Y%m%dT%H%M%S}-{path.name}"[:240])
        path.rename(target)
        return target

    def _free(self, place: str, name: str) -> Path:
        target, number = self.path / place / name, 1
        while target.exists():
            number += 1
            target = self.path / place / f"{number}-{name}"
        return target


def read_folder(*, root: Path) -> int:
    """Read all files that wait for the current tenant, outside a transaction; returns how many. Raises OSError."""
    folder = Folder.of_current_tenant(root)
    count = 0
    for path in folder.waiting(timezone.now()):
        taken = folder.take(path)
        if taken is None:
            continue
        with _locked(taken) as stream:
            if stream is not None:
                _read(folder, taken, stream)
                count += 1
    return count


def _read(folder: Folder, path: Path, stream: BinaryIO) -> None:
    """A fault of ours moves the file aside, so that it does not come again every minute; a lost database does not."""
    try:
        reports = list(import_all(stream=stream, origin=Origin(name=shown(path.name))))
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The meter file %s broke off", shown(path.name))
        folder.put(path, "failed", timezone.now())
        return
    has_failed = any(report.has_failed for report in reports) or not reports
    kept = folder.put(path, "failed" if has_failed else "done", timezone.now())
    if has_failed:
        with translation.override(current_tenant().language):
            lines = [line for report in reports for line in _lines(report)]
        kept.with_name(kept.name + ".report.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _lines(report: Report) -> list[str]:
    issues = [f"{issue.line}\t{issue.reference}\t{issue.values}\t{issue.text}" for issue in report.issues]
    return [report.file, *issues]


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO | None]:
    """The file while nobody else reads it; None when somebody does, or has. The lock goes with the process."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        yield None
        return
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # It may have been moved on between the two lines above.
            is_there = path.stat().st_ino == os.fstat(stream.fileno()).st_ino
        except (BlockingIOError, FileNotFoundError):
            is_there = False
        yield stream if is_there else None
