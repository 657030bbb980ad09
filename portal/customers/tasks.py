"""Forgetting who asked for access and who was invited, when nobody will ask about it any more."""

from celery import shared_task
from django.utils import timezone

from portal.customers import actions
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction


@shared_task
def forget_all_tenants() -> None:
    """Every night; each tenant in a transaction of its own."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_transaction(tenant):
            actions.forget_old(now=timezone.now())
