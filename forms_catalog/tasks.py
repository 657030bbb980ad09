"""Throwing away what nobody went on with, and what has been kept long enough."""

from celery import shared_task

from forms_catalog.actions.enquiries import forget_strangers
from forms_catalog.actions.service_forms import discard_old
from portal.tenancy.tasks import in_each_tenant


@shared_task
def discard_old_drafts() -> None:
    """Each tenant's forms that were begun long ago and never sent."""
    in_each_tenant(discard_old)


@shared_task
def forget_strangers_enquiries() -> None:
    """Each tenant's enquiries of people who were not signed in, after the time the tenant has set."""
    in_each_tenant(forget_strangers)
