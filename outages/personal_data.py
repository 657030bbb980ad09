"""What outages hold of a person: the hazards they reported, and to whom notices went.

What a notice said is among the messages that portal.notifications gives out.
"""

from typing import Any

from outages.models import HazardReport, NoticeRecipient
from portal.accounts.models import User


def export(user: User) -> list[dict[str, Any]]:
    return [
        {
            "number": report.shown_number,
            "kind": report.kind,
            "text": report.text,
            "address": report.address,
            "reported": report.created_at.isoformat(),
            "state": report.state,
        }
        for report in HazardReport.objects.filter(user=user).newest_first()
    ]


def forget(user: User) -> None:
    """The hazard itself stays on record; who saw it does not. Notices keep how many they went to."""
    NoticeRecipient.objects.filter(user=user).delete()
    HazardReport.objects.filter(user=user).update(user=None, contact_name="", contact_phone="")
