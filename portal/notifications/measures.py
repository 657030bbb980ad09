"""What monitoring asks of the outbox."""

from django.db.models import Min
from django.utils import timezone

from portal import registry
from portal.notifications.models import Message


def due() -> float:
    return Message.objects.due(timezone.now()).count()


def oldest_due_seconds() -> float:
    """How long the message that is overdue longest has been; 0 when none is. It grows when no worker runs."""
    now = timezone.now()
    oldest = Message.objects.due(now).aggregate(since=Min("next_attempt_at"))["since"]
    return (now - oldest).total_seconds() if oldest else 0


def needing_staff() -> float:
    return Message.objects.needing_staff().count()


def register() -> None:
    for name, text, read in (
        ("messages_due", "messages that should be on their way by now", due),
        ("messages_oldest_due_seconds", "how overdue the oldest of them is", oldest_due_seconds),
        ("messages_needing_staff", "messages that were not sent, or perhaps not, and wait for staff", needing_staff),
    ):
        registry.measure(registry.Measure(name=name, text=text, read=read))
