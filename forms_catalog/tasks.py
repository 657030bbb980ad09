"""Throwing away what nobody went on with."""

from celery import shared_task

from forms_catalog.actions.service_forms import discard_old
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction


@shared_task
def discard_old_drafts() -> None:
    """Each tenant's forms that were begun long ago and never sent."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_transaction(tenant):
            discard_old()
