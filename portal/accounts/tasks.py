"""Forgetting what no longer lets anybody in."""

from celery import shared_task
from django.utils import timezone

from portal.accounts import retention
from portal.tenancy.tasks import TenantTask, send_for_each_tenant


@shared_task(base=TenantTask)
def forget() -> None:
    retention.forget_old(now=timezone.now())


@shared_task
def forget_all_tenants() -> None:
    """Every night."""
    send_for_each_tenant(forget)
