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
def hand_in(*, file: IO[bytes], name: str, reference: str, by: User) -> ImportUpload:
    """Keep a file until the worker has read it. `reference` is the metering point of a file that names none, or ""."""
    stored = files.store_file(file, name=name, media_type="application/octet-stream", by=by)
    upload = ImportUpload.objects.create(
        file_name=clean_name(name)[:255],
        file_bytes=stored.size,
        reference=reference,
        stored=stored,
        uploaded_at=timezone.now(),
        by=by,
    )
    audit.record(verb="metering.file_handed_in", by=by, obj=upload, data={"file": upload.file_name})
    send_on_commit("metering.tasks.read_upload", upload.pk)
    return upload


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
            reports.extend(import_all(stream=stream, origin=origin, progress=lambda done: _tell(pk, done)))
    except Exception:
        _finish(upload, State.FAILED, reports)
        raise
    _finish(upload, State.FAILED if any(one.has_failed for one in reports) else State.DONE, reports)


@transaction.atomic
def give_up_lost_uploads(*, now: datetime) -> list[int]:
    """Close files whose worker must be gone for good, and return those that no worker has begun with in minutes."""
    gone = ImportUpload.objects.filter(state=State.RUNNING, uploaded_at__lt=now - 2 * LONGEST_IMPORT)
    for upload in gone.select_related("stored"):
        _finish(upload, State.FAILED, [])
    waiting = ImportUpload.objects.filter(state=State.WAITING, uploaded_at__lt=now - LOST_AFTER)
    return list(waiting.values_list("pk", flat=True))


def _tell(pk: int, done: int) -> None:
    with transaction.atomic():
        ImportUpload.objects.filter(pk=pk).update(read_bytes=done)


@transaction.atomic
def _finish(upload: ImportUpload, state: str, reports: list[Report]) -> None:
    stored = upload.stored
    ImportUpload.objects.filter(pk=upload.pk).update(
        state=state,
        finished_at=timezone.now(),
        read_bytes=upload.file_bytes,
        batch_ids=[report.batch_id for report in reports if report.batch_id],
        stored=None,
    )
    if stored:
        files.delete(stored=stored, by=None)
