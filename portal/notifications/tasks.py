"""The outbox's worker task, and the sweep that finds what a lost wake-up left behind."""

from celery import shared_task
from django.utils import timezone

from portal.notifications import delivery
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from portal.tenancy.tasks import TenantTask


@shared_task(base=TenantTask, atomic=False)
def deliver() -> None:
    """Deliver the tenant's due messages."""
    delivery.deliver_due()


@shared_task
def sweep_all_tenants() -> None:
    """Send one `deliver` for each active tenant where messages are due or held by a dead worker."""
    now = timezone.now()
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_transaction(tenant):
            waiting = Message.objects.due(now).exists() or Message.objects.stale(now).exists()
        if waiting:
            with tenant_scope(tenant):
                deliver.apply_async()
