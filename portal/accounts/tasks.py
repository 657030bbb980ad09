"""Forgetting what no longer lets anybody in."""

from celery import shared_task
from django.utils import timezone

from portal.accounts import retention
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction


@shared_task
def forget_all_tenants() -> None:
    """Every night; each tenant in a transaction of its own."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_transaction(tenant):
            retention.forget_old(now=timezone.now())
