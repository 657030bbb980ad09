"""Forgetting who asked for access and who was invited, when nobody will ask about it any more."""

from celery import shared_task
from django.utils import timezone

from portal.customers import actions
from portal.tenancy.tasks import TenantTask, send_for_each_tenant


@shared_task(base=TenantTask)
def forget() -> int:
    return actions.forget_old(now=timezone.now())


@shared_task
def forget_all_tenants() -> None:
    """Every night."""
    send_for_each_tenant(forget)
