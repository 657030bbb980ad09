"""Asking for exports, and making them."""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from redis.exceptions import RedisError

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.documents.jobs import exporter_of
from portal.documents.tables import MEDIA_TYPES, FileFormat, write_table
from portal.exports.models import MOST_ATTEMPTS, MOST_UNDER_WAY, ExportJob, State
from portal.exports.queries import may_open
from portal.files import actions as files
from portal.notifications.actions import notify
from portal.tenancy.models import current_tenant
from portal.tenancy.tasks import send_on_commit

logger = logging.getLogger(__name__)

# Whoever has to wait longer than this is told when it is done.
WORTH_A_MESSAGE = timedelta(seconds=30)
PROGRESS_KEPT = 3600
IN_MEMORY = 5 * 1024 * 1024


class TooManyUnderWay(Exception):
    """The person has as many exports under way as one may have."""


@transaction.atomic
def start(
    *,
    exporter: str,
    params: dict[str, Any],
    title: str,
    name: str,
    format: FileFormat,  # noqa: A002  (as in portal.documents.tables)
    by: User,
    customer: Customer | None = None,
) -> ExportJob:
    """Ask for an export in the active language, and return it; its page is `exports:job` with its key.

    Somebody who asks for the same again while it is under way gets the one there is. With a customer, the file is
    theirs only as long as they may see it on the customer's pages, without one as long as they are staff. Raises
    TooManyUnderWay, and KeyError for an unknown exporter.
    """
    exporter_of(exporter)
    language = get_language() or current_tenant().language
    job = ExportJob(
        exporter=exporter,
        params=params,
        title=title[:200],
        name=name[:100],
        format=format,
        language=language,
        user=by,
        customer=customer,
    )
    job.fingerprint = _fingerprint(job)
    _one_at_a_time(by)
    if found := _same_under_way(job):
        return found
    job.save()
    audit.record(verb="exports.started", by=by, obj=job, customer=customer, data={"exporter": exporter})
    _wake(job)
    return job


def _one_at_a_time(user: User) -> None:
    """Let a person's other requests wait: two at once would both find the last place, or that there is none such."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _same_under_way(job: ExportJob) -> ExportJob | None:
    """Return the same one of the person's that is under way. Where there is none, they may have so many and no more, as
    the next one's turn must come too: raises TooManyUnderWay.
    """
    under_way = ExportJob.objects.under_way().filter(user=job.user)
    if found := under_way.filter(fingerprint=job.fingerprint).first():
        return found
    if under_way.count() >= MOST_UNDER_WAY:
        raise TooManyUnderWay
    return None


def _fingerprint(job: ExportJob) -> str:
    said = json.dumps([job.exporter, job.params, job.format, job.language, job.customer_id], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _wake(job: ExportJob) -> None:
    send_on_commit("portal.exports.tasks.run", job.pk)


@transaction.atomic
def start_again(*, job: ExportJob, by: User) -> ExportJob:
    """Try a failed export once more. Does nothing to any other. Raises TooManyUnderWay."""
    _one_at_a_time(job.user)
    job = ExportJob.objects.select_for_update().get(pk=job.pk)
    if job.state != State.FAILED:
        return job
    if found := _same_under_way(job):
        return found
    job.state, job.attempts, job.queued_at = State.QUEUED, 0, timezone.now()
    job.save(update_fields=["state", "attempts", "queued_at"])
    audit.record(verb="exports.started", by=by, obj=job, customer=job.customer, data={"exporter": job.exporter})
    _wake(job)
    return job


@transaction.atomic
def claim(pk: int) -> ExportJob | None:
    """Take a waiting job, unless another worker has."""
    job = ExportJob.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.QUEUED).first()
    if job is None:
        return None
    job.state, job.started_at = State.RUNNING, timezone.now()
    job.attempts += 1
    job.save(update_fields=["state", "started_at", "attempts"])
    return job


@transaction.atomic
def make(job: ExportJob) -> None:
    """Write the table of a claimed job to a file, and tell whoever has waited long."""
    with override(job.language), SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        columns, rows = exporter_of(job.exporter)(job.params, _progress_of(job))
        format: FileFormat = "xlsx" if job.format == "xlsx" else "csv"  # noqa: A001
        job.rows = write_table(file, format=format, columns=columns, rows=rows, language=job.language, name=job.name)
        job.file = files.store_file(
            file, name=f"{job.name}.{job.format}", media_type=MEDIA_TYPES[job.format].partition(";")[0], by=job.user
        )
    job.state, job.finished_at = State.DONE, timezone.now()
    job.save(update_fields=["rows", "file", "state", "finished_at"])
    if job.finished_at - job.created_at > WORTH_A_MESSAGE:
        _tell(job)


def _progress_of(job: ExportJob) -> Callable[[int, int], None]:
    last = [-1]

    def progress(done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else 0
        if percent != last[0]:
            last[0] = percent
            try:
                cache.set(job.progress_key, percent, PROGRESS_KEPT)
            except RedisError:
                # A lost cache must not cost anybody their export.
                logger.warning("The progress of export %s is not shown", job.pk)

    return progress


def _tell(job: ExportJob) -> None:
    if not may_open(job):
        return
    notify(
        event="export_ready",
        key=f"export-ready:{job.pk}:{job.attempts}",
        context={"title": job.title, "url": current_tenant().absolute_url(reverse("exports:job", args=[job.key]))},
        user=job.user,
        language=job.language,
        channels=["email"],
    )


@transaction.atomic
def fail(job: ExportJob) -> None:
    ExportJob.objects.filter(pk=job.pk, state=State.RUNNING).update(state=State.FAILED, finished_at=timezone.now())


@transaction.atomic
def take_back_dead() -> None:
    """Let jobs whose worker is gone be made by another, and give up those that have cost two."""
    now = timezone.now()
    dead = ExportJob.objects.dead(now)
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, finished_at=now)
    dead.update(state=State.QUEUED, queued_at=now)


@transaction.atomic
def remove(job: ExportJob) -> None:
    """Delete an export with its file."""
    stored = job.file
    job.delete()
    if stored is not None:
        files.delete(stored=stored, by=None)
