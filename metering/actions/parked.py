"""Values of metering points that were not registered when their file came: taken in when the point appears."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from metering import alerts, parking
from metering.actions.imports import keep_issues, report_of
from metering.intake import Intake
from metering.models import ImportBatch, ImportUpload, ParkedSeries
from metering.reports import Report
from portal.accounts.models import User
from portal.audit import actions as audit

# So many series are taken in together at most, in one transaction with their removal from the parked ones.
CHUNK_SERIES = 500


def take_in_parked(*, by: User | None) -> int:
    """Take in what is parked of metering points that are registered by now.

    Returns the number of values taken out of the parked ones. What was killed half way is done by the next call: a
    chunk is one transaction.
    """
    taken = 0
    while count := _take_in_some(by):
        taken += count
    return taken


@transaction.atomic
def _take_in_some(by: User | None) -> int:
    waiting = ParkedSeries.objects.of_registered_points().of_files_that_are_read(timezone.now())
    # What another worker has taken out is being taken in already.
    first = waiting.select_for_update(of=("self",), skip_locked=True).order_by("batch", "pk").first()
    if first is None:
        return 0
    found = (
        waiting.filter(batch=first.batch_id)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:CHUNK_SERIES]
    )
    batch = ImportBatch.objects.get(pk=first.batch_id)
    intake = Intake(batch, now=timezone.now())
    rows: list[ParkedSeries] = []
    for row in found:
        rows.append(row)
        # Between two writes of one transaction another worker could come, and each wait for the other.
        if intake.take(parking.as_series(row)):
            break
    intake.finish()
    ParkedSeries.objects.filter(pk__in=[row.pk for row in rows]).delete()
    values = sum(len(row.values_wh) for row in rows)
    _recount(batch, rows, intake, values)
    data = {"values": values, "accepted": intake.tally.accepted, "corrected": intake.tally.corrected}
    audit.record(verb="metering.parked_taken_in", by=by, obj=batch, data=data)
    return values


def _recount(batch: ImportBatch, rows: list[ParkedSeries], intake: Intake, values: int) -> None:
    """The report of the file tells of its values where they are now."""
    ImportBatch.objects.filter(pk=batch.pk).update(
        parked=F("parked") - values,
        accepted=F("accepted") + intake.tally.accepted,
        corrected=F("corrected") + intake.tally.corrected,
        unchanged=F("unchanged") + intake.tally.unchanged,
        rejected=F("rejected") + intake.issues.values,
    )
    left = set(ParkedSeries.objects.filter(batch=batch).values_list("gsrn", flat=True).distinct())
    done = {row.gsrn for row in rows} - left
    batch.issues.filter(code="unknown_point", reference__in=done).delete()
    keep_issues(batch, intake.issues.kept)
    batch.refresh_from_db()
    ImportBatch.objects.filter(pk=batch.pk).update(issue_count=batch.issues.count())
    report = report_of(batch, batch.file_name)
    if report.has_failed and batch.state == ImportBatch.State.DONE:
        _tell(batch, report)


def _tell(batch: ImportBatch, report: Report) -> None:
    """A file that was well while its values waited is one with faults from now on, and staff are told as of any."""
    now, faulty = timezone.now(), ImportBatch.State.FAULTY
    ImportBatch.objects.filter(pk=batch.pk).update(state=faulty, finished_at=now)
    handed_in = ImportUpload.objects.filter(batch_ids__contains=[batch.pk], state=ImportUpload.State.DONE)
    handed_in.update(state=ImportUpload.State.FAULTY)
    alerts.file_failed(batch, report)
