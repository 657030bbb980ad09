"""Making exports, and the sweep: what was lost is made, what is old goes."""

import logging

from celery import shared_task
from django.utils import timezone

from portal.exports import actions
from portal.exports.models import ExportJob
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from portal.tenancy.tasks import TenantTask

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


@shared_task
def sweep_all_tenants() -> None:
    now = timezone.now()
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_transaction(tenant):
            actions.take_back_dead()
            lost = list(ExportJob.objects.lost(now).values_list("pk", flat=True))
            for job in ExportJob.objects.outlived(now).select_related("file"):
                actions.remove(job)
        with tenant_scope(tenant):
            for pk in lost:
                run.apply_async([pk])
