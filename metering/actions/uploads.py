"""Meter files that staff hand in, read by a worker."""

from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from metering.actions.imports import Origin, import_all
from metering.models import LONGEST_IMPORT, ImportUpload
from metering.reports import Report
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.files.rules.names import clean_name
from portal.tenancy.tasks import send_on_commit

State = ImportUpload.State
# By then a worker would have begun, had its wake-up reached the broker.
LOST_AFTER = timedelta(minutes=5)


@transaction.atomic
def hand_in(*, file: IO[bytes], name: str, reference: str, by: User, again: bool = False) -> ImportUpload:
    """Keep a file until a worker has read it. `reference` is the metering point of a file that names none, or "".

    With `again` it is read also when it was read to its end before.
    """
    now = timezone.now()
    stored = files.store_file(file, name=name, media_type="application/octet-stream", by=by)
    upload = ImportUpload.objects.create(
        file_name=clean_name(name)[:255],
        file_bytes=stored.size,
        reference=reference,
        stored=stored,
        uploaded_at=now,
        again_at=now if again else None,
        by=by,
    )
    audit.record(verb="metering.file_handed_in", by=by, obj=upload, data={"file": upload.file_name})
    send_on_commit("metering.tasks.read_upload", upload.pk)
    return upload


@transaction.atomic
def read_again(*, upload: ImportUpload, by: User, reference: str = "") -> bool:
    """Have a worker read a file once more; False when it is on its way already, or its content is not kept.

    `reference` is the metering point of a file that turned out to name none.
    """
    upload = ImportUpload.objects.select_for_update().get(pk=upload.pk)
    if not upload.can_be_read_again:
        return False
    upload.state, upload.again_at = State.WAITING, timezone.now()
    upload.finished_at, upload.read_bytes = None, 0
    upload.reference = reference or upload.reference
    upload.save(update_fields=["state", "again_at", "finished_at", "read_bytes", "reference"])
    audit.record(verb="metering.file_read_again", by=by, obj=upload, data={"file": upload.file_name})
    send_on_commit("metering.tasks.read_upload", upload.pk)
    return True


def read_upload(*, pk: int) -> None:
    """Read a file that was handed in, unless that has been done. Called outside a transaction; safe to call again."""
    with transaction.atomic():
        upload = ImportUpload.objects.select_related("stored", "by").filter(pk=pk).first()
        if upload is None or not upload.is_on_its_way or upload.stored is None:
            return
        ImportUpload.objects.filter(pk=pk).update(state=State.RUNNING)
    reports: list[Report] = []
    try:
        with default_storage.open(upload.stored.location) as content:
            origin = Origin(name=upload.file_name, by=upload.by, reference=upload.reference)
            stream: Any = content
            again = upload.again_at is not None
            read = import_all(stream=stream, origin=origin, again=again, progress=lambda done: _tell(pk, done))
            reports.extend(read)
    except Exception:
        _finish(upload, State.FAILED, reports)
        raise
    _finish(upload, State.FAULTY if any(one.has_failed for one in reports) else State.DONE, reports)


@transaction.atomic
def give_up_lost_uploads(*, now: datetime) -> list[int]:
    """Close files whose worker must be gone for good, and return those that no worker has begun with in minutes."""
    gone = ImportUpload.objects.asked_before(now - 2 * LONGEST_IMPORT).filter(state=State.RUNNING)
    for upload in gone.select_related("stored"):
        _finish(upload, State.FAILED, [])
    waiting = ImportUpload.objects.asked_before(now - LOST_AFTER).filter(state=State.WAITING)
    return list(waiting.values_list("pk", flat=True))


@transaction.atomic
def forget_uploads(*, now: datetime) -> None:
    """Delete the content of files that have waited long enough to be read again."""
    for upload in ImportUpload.objects.kept_long_enough(now).select_related("stored"):
        _let_go(upload)


def _tell(pk: int, done: int) -> None:
    with transaction.atomic():
        ImportUpload.objects.filter(pk=pk).update(read_bytes=done)


@transaction.atomic
def _finish(upload: ImportUpload, state: str, reports: list[Report]) -> None:
    """Write what came of it. A file is kept where something was refused: it may be mended, and the file read again."""
    ImportUpload.objects.filter(pk=upload.pk).update(
        state=state,
        finished_at=timezone.now(),
        read_bytes=upload.file_bytes,
        batch_ids=[report.batch_id for report in reports if report.batch_id],
    )
    if state == State.DONE and not any(report.rejected for report in reports):
        _let_go(upload)


def _let_go(upload: ImportUpload) -> None:
    """Delete the content."""
    stored = upload.stored
    ImportUpload.objects.filter(pk=upload.pk).update(stored=None)
    if stored:
        files.delete(stored=stored, by=None)
