"""What call-offs hold of a person: those they wrote, and what they asked. They are the customer's, and stay."""

from typing import Any

from django.db.models import Q

from callouts.models import CallOff, FractionRequest
from portal.accounts.models import User


def export(user: User) -> dict[str, Any]:
    written = CallOff.objects.filter(Q(created_by=user) | Q(changed_by=user) | Q(submitted_by=user))
    return {
        "call_offs": [
            {
                "number": one.number,
                "customer": one.customer.number,
                "status": str(one.status),
                "written": one.created_at.isoformat(),
                "sent_in": one.submitted_at.isoformat() if one.submitted_at else None,
                "contact": one.contact_name,
                "contact_phone": one.contact_phone,
            }
            for one in written.select_related("customer").order_by("created_at", "pk")
        ],
        "questions": [
            {"asked": one.asked_at.isoformat(), "text": one.description, "answer": one.answer}
            for one in FractionRequest.objects.filter(asked_by=user).order_by("asked_at", "pk")
        ],
    }


def forget(user: User) -> None:
    """Of what was sent in, the law wants to know who did; the name is taken out of what was not."""
    drafts = CallOff.objects.filter(created_by=user, status=CallOff.Status.DRAFT)
    drafts.update(contact_name="", contact_phone="")
