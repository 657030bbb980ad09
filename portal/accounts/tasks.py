"""Forgetting what no longer lets anybody in."""

from celery import shared_task
from django.utils import timezone

from portal.accounts import retention
from portal.tenancy.tasks import in_each_tenant


@shared_task
def forget_all_tenants() -> None:
    """Every night; each tenant in a transaction of its own."""
    in_each_tenant(lambda: retention.forget_old(now=timezone.now()))
