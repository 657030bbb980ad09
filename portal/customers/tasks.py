"""Forgetting who asked for access and who was invited, when nobody will ask about it any more."""

from celery import shared_task
from django.utils import timezone

from portal.customers import actions
from portal.tenancy.tasks import in_each_tenant


@shared_task
def forget_all_tenants() -> None:
    """Every night; each tenant in a transaction of its own."""
    in_each_tenant(lambda: actions.forget_old(now=timezone.now()))
