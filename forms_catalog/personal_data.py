"""What a person takes along of their enquiries."""

from typing import Any

from forms_catalog.actions.enquiries import forget as forget_enquiry
from forms_catalog.actions.service_forms import discard
from forms_catalog.models import Deviation, Enquiry, EnquiryMessage, FormDraft, Submission
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


def forget(user: User) -> None:
    """What the person wrote from the same address without signing in goes; a customer's stays the customer's."""
    if user.email:
        for enquiry in Enquiry.objects.filter(customer=None, contact_email__iexact=user.email):
            forget_enquiry(enquiry=enquiry, by=None)


def export_forms(user: User) -> list[dict[str, Any]]:
    """Return the forms the user has sent, and those begun."""
    sent = Submission.objects.filter(enquiry__asked_by=user).select_related("enquiry", "version__form")
    begun = FormDraft.objects.filter(user=user).select_related("form").order_by("changed_at")
    return [
        *(
            {
                "form": one.version.form.slug,
                "number": one.enquiry.number,
                "sent_at": one.enquiry.asked_at.isoformat(),
                "answers": one.answers,
            }
            for one in sent.order_by("enquiry__asked_at")
        ),
        *(
            {"form": one.form.slug, "changed_at": one.changed_at.isoformat(), "answers": one.answers, "sent": False}
            for one in begun
        ),
    ]


def forget_forms(user: User) -> None:
    """What was begun and not sent goes; what was sent is a matter of the customer's."""
    for draft in FormDraft.objects.filter(user=user):
        discard(draft=draft, by=None)


def export_inspections(user: User) -> list[dict[str, Any]]:
    """Return what the user has said of deviations."""
    said = Deviation.objects.filter(answered_by=user).select_related("report").order_by("answered_at")
    return [
        {
            "report": one.report.number,
            "deviation": one.number,
            "said_at": one.answered_at.isoformat() if one.answered_at else None,
            "text": one.answer,
        }
        for one in said
    ]
