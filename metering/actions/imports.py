"""Taking in meter files.

A file is read in chunks, each of them one transaction: what is killed half way has left whole days, and reading the
file again completes it. The same file twice changes nothing.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from time import perf_counter
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from metering import alerts, partitions
from metering.importers import archives, detect
from metering.importers.series import ImportProfile
from metering.intake import Intake
from metering.models import ImportBatch, ImportIssue, ImportSettings
from metering.reports import MAX_KEPT, MENDABLE, Issue, Report
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers import gsrn
from portal.tenancy.tasks import send_on_commit

__all__ = ["MAX_KEPT", "Origin", "Progress", "import_all", "import_file", "report_of"]

Progress = Callable[[int], None]
_NUMBER_IN_NAME = re.compile(r"(?<![0-9])[0-9]{18}(?![0-9])")
_BLOCK = 1 << 20
# What is the same of an issue in a report and of its row.
OF_AN_ISSUE = tuple(field.name for field in fields(Issue))


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a file is called, who handed it in, and which metering point it is about where it does not say so itself."""

    name: str
    by: User | None = None
    reference: str = ""

    @property
    def point(self) -> str:
        """The metering point given along, else the first valid number in the name, else ""."""
        numbers = (number for number in _NUMBER_IN_NAME.findall(self.name) if gsrn.is_valid(number))
        return self.reference or next(numbers, "")


def import_all(
    *,
    stream: BinaryIO,
    origin: Origin,
    again: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Iterator[Report]:
    """Import a file, or each file of an archive, and yield a report for each when it is done.

    The stream must be seekable. `progress` is told how many of its bytes have been read.
    """
    for member in archives.members(stream, origin.name):
        yield _import(
            member.open,
            replace(origin, name=member.name),
            again=again,
            dry_run=dry_run,
            progress=progress and (lambda: progress(stream.tell())),
        )


def import_file(*, stream: BinaryIO, name: str, by: User | None, again: bool = False, dry_run: bool = False) -> Report:
    """Read one meter file into the current tenant's readings. The stream must be seekable.

    A file that was read to its end before is not read again (unless `again`, or some of it was refused for a reason
    that may have been mended since): its report is returned as it was. Outside a transaction each chunk is committed as
    it is done. `dry_run` writes nothing and reports what would come of it. Whatever the file holds, the result is a
    report; only the database raises.
    """
    origin = Origin(name=name, by=by)
    return next(iter(import_all(stream=stream, origin=origin, again=again, dry_run=dry_run)))


def _import(
    begin: Callable[[], BinaryIO],
    origin: Origin,
    *,
    again: bool,
    dry_run: bool,
    progress: Callable[[], None] | None,
) -> Report:
    started = perf_counter()
    if dry_run:
        return _read(begin, origin, None, progress, started)
    batch = _begin(begin, origin)
    if batch.is_read and not again and not _may_be_mended(batch):
        return report_of(batch, origin.name)
    with _marked_failed(batch):
        _restart(batch)
        report = _read(begin, origin, batch, progress, started)
        _finish(batch, report, origin.by)
    return report


@transaction.atomic
def _begin(begin: Callable[[], BinaryIO], origin: Origin) -> ImportBatch:
    """Find the batch of these bytes, or make it."""
    bare, digest, size = _fingerprint(begin(), origin)
    if bare != digest and not ImportBatch.objects.filter(sha256=digest).exists():
        # Nothing of it could be taken in while nobody had named its metering point: it is the same file, mended.
        ImportBatch.objects.filter(sha256=bare).update(sha256=digest)
    fields = {"file_name": origin.name[:255], "file_bytes": size, "by": origin.by, "started_at": timezone.now()}
    batch, _ = ImportBatch.objects.get_or_create(sha256=digest, defaults=fields)
    return batch


def _fingerprint(stream: BinaryIO, origin: Origin) -> tuple[str, str, int]:
    """SHA-256 of the content; the same with the metering point of a file that does not name its own; and the size."""
    digest, size = hashlib.sha256(), 0
    try:
        head = stream.read(_BLOCK)
        piece = head
        while piece:
            digest.update(piece)
            size += len(piece)
            piece = stream.read(_BLOCK)
    except OSError as error:
        # As far as it can be read; the report will say the rest.
        digest.update(f"\0{error}".encode())
        return digest.hexdigest(), digest.hexdigest(), size
    bare = digest.hexdigest()
    if origin.point and detect.names_no_point(head):
        digest.update(origin.point.encode())
    return bare, digest.hexdigest(), size


@transaction.atomic
def _may_be_mended(batch: ImportBatch) -> bool:
    return batch.issues.filter(code__in=MENDABLE).exists()


@transaction.atomic
def _restart(batch: ImportBatch) -> None:
    batch.issues.all().delete()
    batch.parked_series.all().delete()
    batch.state, batch.started_at, batch.finished_at = ImportBatch.State.RUNNING, timezone.now(), None
    batch.save()


@contextmanager
def _marked_failed(batch: ImportBatch) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        with transaction.atomic():
            batch.state, batch.finished_at = ImportBatch.State.FAILED, timezone.now()
            batch.save()
            alerts.file_broke_off(batch, error)
        raise


@transaction.atomic
def _finish(batch: ImportBatch, report: Report, by: User | None) -> None:
    # Two workers can have read the same file at once; the report is one of theirs.
    ImportBatch.objects.select_for_update().get(pk=batch.pk)
    batch.issues.all().delete()
    batch.state = ImportBatch.State.FAULTY if report.has_failed else ImportBatch.State.DONE
    batch.finished_at, batch.file_format = timezone.now(), report.format
    for counted in ("series", "accepted", "corrected", "unchanged", "rejected", "parked", "seconds", "issue_count"):
        setattr(batch, counted, getattr(report, counted))
    batch.save()
    keep_issues(batch, report.issues)
    if report.parked and batch.parked_series.of_registered_points().exists():
        # Registered while the file was read.
        send_on_commit("metering.tasks.take_in_parked")
    if report.has_failed:
        alerts.file_failed(batch, report)
    counts = {"accepted": report.accepted, "corrected": report.corrected, "rejected": report.rejected}
    audit.record(verb="metering.file_imported", by=by, obj=batch, data={"file": batch.file_name, **counts})


def keep_issues(batch: ImportBatch, issues: Iterable[Issue]) -> None:
    """Store what there is to say of a file, besides what is stored of it."""
    rows = (ImportIssue(batch=batch, **{name: getattr(issue, name) for name in OF_AN_ISSUE}) for issue in issues)
    ImportIssue.objects.bulk_create(rows, batch_size=2000)


@transaction.atomic
def report_of(batch: ImportBatch, name: str) -> Report:
    """Return the report of a file that was read before."""
    issues = [Issue(**{name: getattr(row, name) for name in OF_AN_ISSUE}) for row in batch.issues.order_by("pk")]
    return Report(
        file=name,
        batch_id=batch.pk,
        format=batch.file_format,
        already_imported=True,
        series=batch.series,
        accepted=batch.accepted,
        corrected=batch.corrected,
        unchanged=batch.unchanged,
        rejected=batch.rejected,
        parked=batch.parked,
        seconds=batch.seconds,
        issue_count=batch.issue_count,
        issues=issues,
    )


def _read(
    begin: Callable[[], BinaryIO],
    origin: Origin,
    batch: ImportBatch | None,
    progress: Callable[[], None] | None,
    started: float,
) -> Report:
    intake = Intake(batch, now=timezone.now())
    found = detect.open_file(begin(), _profile(origin))
    for outcome in found.outcomes:
        if intake.take(outcome) and progress:
            progress()
    intake.finish()
    return Report(
        file=origin.name,
        batch_id=batch.pk if batch else None,
        format=found.format,
        dry_run=batch is None,
        series=intake.series,
        accepted=intake.tally.accepted,
        corrected=intake.tally.corrected,
        unchanged=intake.tally.unchanged,
        rejected=intake.issues.values,
        parked=intake.parked,
        seconds=round(perf_counter() - started, 3),
        issue_count=intake.issues.count,
        issues=sorted(intake.issues.kept, key=lambda issue: issue.line),
    )


def _profile(origin: Origin) -> ImportProfile:
    with transaction.atomic():
        profile = ImportSettings.current().profile
        partitions.know_points()
    return replace(profile, reference=origin.point)
