"""Making exports, and the sweep: what was lost is made, what is old goes."""

import logging

from celery import shared_task
from django.utils import timezone

from portal.exports import actions
from portal.exports.models import ExportJob
from portal.tenancy.tasks import TenantTask, send_for_each_tenant

logger = logging.getLogger(__name__)


@shared_task(base=TenantTask, atomic=False)
def run(pk: int) -> None:
    """Make an export that waits. Each step is a transaction of its own, so that its page sees where it is."""
    job = actions.claim(pk)
    if job is None:
        return
    try:
        actions.make(job)
    except Exception:
        logger.exception("Export %s (%s) failed", job.pk, job.exporter)
        actions.fail(job)


@shared_task(base=TenantTask)
def sweep() -> None:
    now = timezone.now()
    actions.take_back_dead()
    for job in ExportJob.objects.outlived(now).select_related("file"):
        actions.remove(job)
    for pk in ExportJob.objects.lost(now).values_list("pk", flat=True):
        run.apply_async([pk])


@shared_task
def sweep_all_tenants() -> None:
    """Every other minute: send one `sweep` for each active tenant that has exports."""
    send_for_each_tenant(sweep, where=ExportJob.objects.exists)
