"""What was written to the customer about a call-off."""

from callouts.actions import requests, revising, status, submission
from callouts.models import CallOff
from portal.notifications.models import Message


def messages_of(call_off: CallOff) -> list[Message]:
    """Return every message about it, the last first."""
    keys = [
        submission.message_key(call_off),
        *map(status.message_key, call_off.status_changes.all()),
        *map(revising.revision_key, call_off.revisions.all()),
        *map(revising.document_key, call_off.documents.all()),
        *map(requests.answer_key, call_off.change_requests.all()),
    ]
    return list(Message.objects.filter(key__in=keys).order_by("-pk"))
