"""Taking in meter files: every write of metering.

A file is read in chunks, each of them one transaction: what is killed half way has left whole days, and reading the
file again completes it. The same file twice changes nothing.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from metering import partitions
from metering.importers import detect
from metering.intake import Intake
from metering.models import ImportBatch, ImportIssue, ImportSettings
from metering.reports import MAX_KEPT, Issue, Report
from portal.accounts.models import User
from portal.audit import actions as audit

__all__ = ["MAX_KEPT", "Progress", "import_file"]

Progress = Callable[[int], None]


def import_file(
    *,
    stream: BinaryIO,
    name: str,
    by: User | None,
    again: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Read a meter file into the current tenant's readings. The stream must be seekable; `name` is what it is called.

    A file that was read to its end before is not read again (unless `again`): its report is returned as it was. Outside
    a transaction each chunk is committed as it is done. `dry_run` writes nothing and reports what would come of it.
    `progress` is told the bytes read so far. Whatever the file holds, the result is a report; only the database raises.
    """
    started = perf_counter()
    if dry_run:
        return _read(stream, name, None, progress, started)
    batch = _begin(stream, name, by)
    if batch.state == ImportBatch.State.DONE and not again:
        return _report_of(batch, name)
    with _marked_failed(batch):
        _restart(batch)
        report = _read(stream, name, batch, progress, started)
        _finish(batch, report, by)
    return report


@transaction.atomic
def _begin(stream: BinaryIO, name: str, by: User | None) -> ImportBatch:
    """Find the batch of these bytes, or make it."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO will do
    fields = {"file_name": name[:255], "file_bytes": stream.tell(), "by": by, "started_at": timezone.now()}
    batch, _ = ImportBatch.objects.get_or_create(sha256=digest, defaults=fields)
    return batch


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
    except Exception:
        with transaction.atomic():
            batch.state, batch.finished_at = ImportBatch.State.FAILED, timezone.now()
            batch.save()
        raise


@transaction.atomic
def _finish(batch: ImportBatch, report: Report, by: User | None) -> None:
    batch.state, batch.finished_at, batch.file_format = ImportBatch.State.DONE, timezone.now(), report.format
    for counted in ("series", "accepted", "corrected", "unchanged", "rejected", "parked", "seconds", "issue_count"):
        setattr(batch, counted, getattr(report, counted))
    batch.save()
    ImportIssue.objects.bulk_create(
        [
            ImportIssue(
                batch=batch,
                line=issue.line,
                reference=issue.reference,
                code=issue.code,
                params=issue.params,
                values=issue.values,
                is_note=issue.is_note,
            )
            for issue in report.issues
        ],
        batch_size=2000,
    )
    counts = {"accepted": report.accepted, "corrected": report.corrected, "rejected": report.rejected}
    audit.record(verb="metering.file_imported", by=by, obj=batch, data={"file": batch.file_name, **counts})


@transaction.atomic
def _report_of(batch: ImportBatch, name: str) -> Report:
    issues = [
        Issue(issue.line, issue.reference, issue.code, issue.params, issue.values, issue.is_note)
        for issue in batch.issues.order_by("pk")
    ]
    return Report(
        file=name,
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


def _read(stream: BinaryIO, name: str, batch: ImportBatch | None, progress: Progress | None, started: float) -> Report:
    with transaction.atomic():
        profile = ImportSettings.current().profile
        partitions.know_points()
    intake = Intake(batch, now=timezone.now())
    stream.seek(0)
    found = detect.open_file(stream, profile)
    for outcome in found.outcomes:
        if intake.take(outcome) and progress:
            progress(stream.tell())
    intake.finish()
    return Report(
        file=name,
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
