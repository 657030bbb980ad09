"""Sending notices piece by piece, finding those whose worker was lost, and forgetting whom they went to."""

from celery import shared_task
from django.utils import timezone

from outages.actions import notices, retention
from outages.models import Notice
from portal.tenancy.tasks import TenantTask, send_for_each_tenant

MODULE = "grid"


@shared_task(base=TenantTask)
def work_on_notice(pk: int) -> None:
    """Do one piece of a notice, and send the next piece on its way."""
    if notices.work_on(pk):
        work_on_notice.delay_on_commit(pk)


@shared_task(base=TenantTask)
def sweep() -> None:
    """Go on with notices whose wake-up or worker was lost."""
    for pk in Notice.objects.stalled(timezone.now()).values_list("pk", flat=True):
        work_on_notice.apply_async([pk])


@shared_task
def sweep_all_tenants() -> None:
    """Every minute: send one `sweep` for each active tenant where a notice has stopped."""
    now = timezone.now()
    send_for_each_tenant(sweep, module=MODULE, where=lambda: Notice.objects.stalled(now).exists())


@shared_task(base=TenantTask)
def forget() -> int:
    """Forget whom notices went to and who reported, after the time the tenant has set."""
    return retention.forget_old(now=timezone.now())


@shared_task
def forget_all_tenants() -> None:
    """Every night, also where the module was switched off."""
    send_for_each_tenant(forget)
