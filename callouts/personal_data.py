"""What the call-offs hold of a user, for them to take along, and what goes when their account is closed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callouts.models import CallOff


def export(user: Any) -> dict[str, Any]:
    """Return what the user has sent in, is writing on, and has asked for, as plain values."""
    from django.db.models import Q

    from callouts.models import CallOff, CallOffTemplate, ChangeRequest, FractionRequest

    mine = CallOff.objects.filter(Q(submitted_by=user) | Q(created_by=user, number=None)).order_by("pk")
    asked = FractionRequest.objects.filter(asked_by=user).order_by("pk")
    wanted = ChangeRequest.objects.filter(asked_by=user).select_related("call_off").order_by("pk")
    templates = CallOffTemplate.objects.filter(saved_by=user).order_by("name")
    return {
        "call_offs": [_call_off(each) for each in mine.prefetch_related("lines")],
        "questions": [{"asked_at": each.asked_at.isoformat(), "description": each.description} for each in asked],
        "requests": [
            {"call_off": each.call_off.shown_number, "asked_at": each.asked_at.isoformat(), "text": each.text}
            for each in wanted
        ],
        "templates": [template.name for template in templates],
    }


def _call_off(call_off: "CallOff") -> dict[str, Any]:
    """Return what a call-off says in plain values and words. Reads its lines."""
    return {
        "number": call_off.shown_number,
        "sent_in": call_off.submitted_at.isoformat() if call_off.submitted_at else "",
        "customer": call_off.customer_id,
        "contact_name": call_off.contact_name,
        "contact_phone": call_off.contact_phone,
        "pickup_address": call_off.pickup_address,
        "reference": call_off.invoice_reference,
        "lines": [
            {"waste": line.fraction_name, "quantity": str(line.quantity or ""), "note": line.note}
            for line in call_off.lines.all()
        ],
    }


def forget(user: Any) -> None:
    """Take the person out of what may change. What is sent in documents where waste went, and stays."""
    from callouts.models import CallOff, CallOffTemplate

    drafts = CallOff.objects.drafts()
    for contact in ({"contact_name": user.name}, {"contact_phone": user.phone}):
        if all(contact.values()):
            drafts.filter(**contact).update(contact_name="", contact_phone="")
    CallOffTemplate.objects.filter(saved_by=user).update(saved_by=None)
