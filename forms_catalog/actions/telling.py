"""Who hears of an enquiry, and how."""

import hashlib
from collections.abc import Sequence

from django.urls import reverse

from forms_catalog.models import Enquiry, EnquiryMessage, Submission
from portal import registry
from portal.accounts.models import User
from portal.customers import queries
from portal.customers.models import Customer
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant


def still_acts(user: object, customer: Customer | None, *, on_behalf: bool = False) -> User | None:
    """Return who is told of what the user asked or said: see portal.customers.queries."""
    return queries.still_acts(user, customer, app="forms_catalog", on_behalf=on_behalf)


# An answer wanted by SMS or e-mail is an event of its own: what was asked for goes before what is usual.
EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("enquiries.answered", (Channel.EMAIL,)),
    Enquiry.AnswerBy.EMAIL: ("enquiries.wanted", (Channel.EMAIL,)),
    Enquiry.AnswerBy.SMS: ("enquiries.wanted", (Channel.SMS,)),
    Enquiry.AnswerBy.HERE: ("enquiries.wanted", ()),
}


def tell_asker(enquiry: Enquiry, message: EnquiryMessage) -> None:
    """Send our answer to who asked, while they act for the customer; else to the customer."""
    user = still_acts(enquiry.asked_by, enquiry.customer, on_behalf=enquiry.on_behalf)
    event, channels = EVENTS[enquiry.answer_by]
    notify(
        event=event,
        key=f"enquiry-{message.pk}",
        context={
            "number": enquiry.number,
            "subject": enquiry.subject,
            "url": address_of(enquiry),
            "text": message.text,
        },
        user=user,
        customer=None if user else enquiry.customer,
        email=enquiry.contact_email,
        channels=channels,
    )


def tell_colleagues(enquiry: Enquiry, text: str, *, about: str, recipients: Sequence[str]) -> None:
    """Send what was written to colleagues, once each; `about` names what was written, such as "message-17"."""
    url = current_tenant().absolute_url(reverse("admin:forms_catalog_enquiry_change", args=[enquiry.pk]))
    context = {
        "number": enquiry.number,
        "subject": enquiry.subject,
        "topic": enquiry.kind_text,
        "customer_name": enquiry.asker_name,
        "text": text,
        "url": url,
    }
    for email in recipients:
        # An address may be longer than a key.
        whose = hashlib.sha256(email.encode()).hexdigest()[:16]
        key = f"enquiry-{enquiry.pk}-{about}-{whose}"
        notify(event="enquiries.received", key=key, context=context, email=email, channels=(Channel.EMAIL,))


def alert_duty(enquiry: Enquiry) -> None:
    """Wake whoever is on duty, where the company has a duty: what should have been a call came in writing."""
    url = current_tenant().absolute_url(reverse("admin:forms_catalog_enquiry_change", args=[enquiry.pk]))
    registry.alert_duty(
        key=f"enquiry-{enquiry.pk}", text=f"{enquiry.number} {enquiry.kind_text}: {enquiry.subject}", url=url
    )


def give_receipt(enquiry: Enquiry) -> None:
    """Confirm a customer's enquiry, as a form is confirmed."""
    user = still_acts(enquiry.asked_by, enquiry.customer, on_behalf=enquiry.on_behalf)
    notify(
        event="enquiries.asked",
        key=f"enquiry-{enquiry.pk}-asked",
        context={"number": enquiry.number, "subject": enquiry.subject, "url": address_of(enquiry)},
        user=user,
        customer=None if user else enquiry.customer,
        channels=(Channel.EMAIL,),
    )


def colleagues_of(enquiry: Enquiry) -> list[str]:
    """Return who is told of the enquiry's topic, or of its form."""
    if enquiry.topic:
        return list(enquiry.topic.recipients)
    submission = Submission.objects.filter(enquiry=enquiry).select_related("version__form").first()
    return list(submission.version.form.recipients) if submission else []


def address_of(enquiry: Enquiry) -> str:
    """Return where the one who asked reads the thread."""
    if enquiry.contact_key:
        return current_tenant().absolute_url(reverse("forms_catalog:open_thread", args=[enquiry.contact_key]))
    return current_tenant().absolute_url(reverse("forms_catalog:enquiry", args=[enquiry.number]))
