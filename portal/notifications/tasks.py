"""The outbox's worker task, the sweep that finds what a lost wake-up left behind, and forgetting what is old."""

from celery import shared_task
from django.utils import timezone

from portal.notifications import delivery
from portal.notifications.clients.sms_gateway import ATTEMPT_SECONDS
from portal.notifications.models import Message
from portal.tenancy.tasks import TenantTask, send_for_each_tenant


# Longer than a run takes; only what no time-out of ours sees, such as a name server that does not answer, gets there.
@shared_task(base=TenantTask, atomic=False, soft_time_limit=int(delivery.RUN_SECONDS + 3 * ATTEMPT_SECONDS))
def deliver() -> None:
    """Deliver the tenant's due messages."""
    delivery.deliver_due()


@shared_task
def sweep_all_tenants() -> None:
    """Send one `deliver` for each active tenant where messages are due or held by a dead worker."""
    now = timezone.now()
    send_for_each_tenant(deliver, where=lambda: Message.objects.need_a_worker(now))


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete messages that nobody will ask about any more: each is personal data, words and address."""
    Message.objects.outlived(timezone.now()).delete()


@shared_task
def forget_all_tenants() -> None:
    """Every night."""
    send_for_each_tenant(forget)
