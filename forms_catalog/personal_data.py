"""What a person takes along of their enquiries."""

from typing import Any

from forms_catalog.models import EnquiryMessage
from portal.accounts.models import User


def export(user: User) -> list[dict[str, Any]]:
    """Return what the user has written, the oldest first."""
    written = EnquiryMessage.objects.filter(written_by=user).select_related("enquiry").order_by("written_at")
    return [
        {
            "enquiry": message.enquiry.number,
            "subject": message.enquiry.subject,
            "written_at": message.written_at.isoformat(),
            "text": message.text,
        }
        for message in written
    ]
