"""Sending notices piece by piece, finding those whose worker was lost, and forgetting whom they went to."""

from celery import shared_task
from django.utils import timezone

from outages.actions import notices, retention
from outages.models import Notice
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from portal.tenancy.tasks import TenantTask, in_each_tenant


@shared_task(base=TenantTask)
def work_on_notice(pk: int) -> None:
    """Do one piece of a notice, and send the next piece on its way."""
    if notices.work_on(pk):
        work_on_notice.delay_on_commit(pk)


@shared_task
def sweep_all_tenants() -> None:
    """Go on with notices whose wake-up or worker was lost."""
    now = timezone.now()
    for tenant in Tenant.objects.filter(is_active=True, modules__contains=["grid"]):
        with tenant_transaction(tenant):
            stalled = list(Notice.objects.stalled(now).values_list("pk", flat=True))
        with tenant_scope(tenant):
            for pk in stalled:
                work_on_notice.apply_async([pk])


@shared_task
def forget_all_tenants() -> None:
    """Every night; each tenant in a transaction of its own."""
    in_each_tenant(lambda: retention.forget_old(now=timezone.now()))
