"""Throwing away what nobody went on with, and what has been kept long enough."""

from celery import shared_task

from forms_catalog.actions.enquiries import forget_strangers as forget
from forms_catalog.actions.service_forms import discard_old
from portal.tenancy.tasks import TenantTask, send_for_each_tenant


@shared_task(base=TenantTask)
def discard_drafts() -> int:
    """Throw away the tenant's forms that were begun long ago and never sent."""
    return discard_old()


@shared_task(base=TenantTask)
def forget_strangers() -> int:
    """Forget enquiries of people who were not signed in, after the time the tenant has set."""
    return forget()


@shared_task
def discard_old_drafts() -> None:
    send_for_each_tenant(discard_drafts)


@shared_task
def forget_strangers_enquiries() -> None:
    send_for_each_tenant(forget_strangers)
