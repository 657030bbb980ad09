"""The messages a person has been sent: taken along on request, and emptied when the account is closed."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.notifications.models import Message, State

# Of a message to somebody whose account is closed, only that it was sent is kept.
FORGOTTEN = "–"
UNSENT = [State.QUEUED, State.FAILED, State.GIVEN_UP]


def _messages_of(user: Any) -> "QuerySet[Message]":
    addresses = [address for address in (user.email, user.phone) if address]
    return Message.objects.filter(Q(user_id=user.pk) | Q(recipient__in=addresses))


def export(user: Any) -> list[dict[str, Any]]:
    """Return every message, oldest first; the words of those with codes are gone."""
    return [
        {
            "written": message.created_at.isoformat(),
            "event": message.event,
            "channel": message.channel,
            "to": message.recipient,
            "state": message.state,
            "subject": "" if message.is_sensitive else message.subject,
            "text": "" if message.is_sensitive else message.body,
        }
        for message in _messages_of(user).order_by("created_at", "pk")
    ]


def forget(user: Any) -> None:
    """Drop what has not been sent, and take address and words out of the rest."""
    messages = _messages_of(user)
    messages.filter(state__in=UNSENT).delete()
    messages.update(user=None, recipient=FORGOTTEN, subject="", body="", expires_at=None)
