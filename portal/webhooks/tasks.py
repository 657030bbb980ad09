"""The worker task, the sweep that finds what a lost wake-up left behind, and forgetting what is old."""

from celery import shared_task
from django.utils import timezone

from portal.tenancy.tasks import TenantTask, send_for_each_tenant
from portal.webhooks import delivery
from portal.webhooks.models import WebhookDelivery


# Longer than a run takes; only what no time-out of ours sees, such as a name server that does not answer, gets there.
@shared_task(base=TenantTask, atomic=False, soft_time_limit=int(delivery.RUN_SECONDS + 3 * delivery.ATTEMPT_SECONDS))
def deliver() -> None:
    """Send the tenant's due deliveries."""
    delivery.deliver_due()


@shared_task
def sweep_all_tenants() -> None:
    """Send one `deliver` for each active tenant where deliveries are due or held by a dead worker."""
    now = timezone.now()
    send_for_each_tenant(deliver, where=lambda: WebhookDelivery.objects.need_a_worker(now))


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete deliveries that nobody will ask about any more: what they tell is personal data, too."""
    WebhookDelivery.objects.outlived(timezone.now()).delete()


@shared_task
def forget_all_tenants() -> None:
    """Every night."""
    send_for_each_tenant(forget)
