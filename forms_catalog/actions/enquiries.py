"""Asking, answering, closing: every write of enquiries."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from forms_catalog.models import SUBJECT_LENGTH, Enquiry, EnquiryMessage, EnquiryPicture, Submission, Topic
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload, store
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import next_number

FIRST_NUMBER = 1001


class Closed(Exception):
    """The enquiry is closed; open it again to write more."""


def sent_before(submission_key: UUID) -> Enquiry | None:
    """Return what this key has sent already."""
    return Enquiry.objects.filter(submission_key=submission_key).first()


@transaction.atomic
def ask(  # noqa: PLR0913  (what an enquiry is)
    *,
    customer: Customer | None,
    topic: Topic,
    subject: str,
    text: str,
    submission_key: UUID,
    by: User | None,
    pictures: Sequence[CheckedUpload] = (),
    about: str = "",
    answer_by: str = "",
    contact_name: str = "",
    contact_email: str = "",
) -> Enquiry:
    """Begin an enquiry and tell the colleagues of its topic. The same key again returns the first one's enquiry.

    Somebody who is not signed in (no `customer`) has a name and an e-mail address instead. Nobody has proved that it is
    theirs, so nothing goes there but our answer.
    """
    if found := sent_before(submission_key):
        return found
    # The series' row is locked from here on: whoever came first with this key has committed, and is seen below.
    number = next_number("enquiries", first=FIRST_NUMBER)
    if found := sent_before(submission_key):
        return found
    now = timezone.now()
    enquiry = Enquiry.objects.create(
        number=number,
        submission_key=submission_key,
        topic=topic,
        customer=customer,
        asked_by=by,
        subject=subject,
        about=about,
        answer_by=answer_by,
        contact_name=contact_name,
        contact_email=contact_email,
        contact_key=None if customer else uuid4(),
        asked_at=now,
        moved_at=now,
    )
    _write(enquiry, text, by=by, is_staff=False, pictures=pictures)
    audit.record(verb="enquiries.asked", by=by, obj=enquiry, customer=customer, data={"topic": topic.slug})
    tell_colleagues(enquiry, text)
    return enquiry


@transaction.atomic
def begin_form(*, customer: Customer, subject: str, submission_key: UUID, by: User) -> tuple[Enquiry, bool]:
    """Begin the thread of a form that is sent. Returns it, and whether it is new: the same key again is not."""
    if found := sent_before(submission_key):
        return found, False
    number = next_number("enquiries", first=FIRST_NUMBER)
    if found := sent_before(submission_key):
        return found, False
    now = timezone.now()
    enquiry = Enquiry.objects.create(
        number=number,
        submission_key=submission_key,
        customer=customer,
        asked_by=by,
        subject=subject[:SUBJECT_LENGTH],
        asked_at=now,
        moved_at=now,
    )
    return enquiry, True


@transaction.atomic
def reply(*, enquiry: Enquiry, text: str, by: User | None, pictures: Sequence[CheckedUpload] = ()) -> EnquiryMessage:
    """Write again as the customer. Raises Closed."""
    locked = _locked(enquiry)
    if locked.is_closed:
        raise Closed
    message = _write(locked, text, by=by, is_staff=False, pictures=pictures)
    _move(locked, Enquiry.State.REPLIED)
    audit.record(verb="enquiries.replied", by=by, obj=locked, customer=locked.customer)
    tell_colleagues(locked, text)
    return message


@transaction.atomic
def answer(*, enquiry: Enquiry, text: str, by: User, close: bool = False) -> EnquiryMessage:
    """Answer as staff, and tell the one who asked."""
    locked = _locked(enquiry)
    message = _write(locked, text, by=by, is_staff=True)
    _move(locked, Enquiry.State.CLOSED if close else Enquiry.State.ANSWERED)
    audit.record(verb="enquiries.answered", by=by, obj=locked, customer=locked.customer)
    _tell_asker(locked, message)
    return message


# An answer wanted by SMS or e-mail is an event of its own: what was asked for goes before what is usual.
EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("enquiries.answered", (Channel.EMAIL,)),
    Enquiry.AnswerBy.EMAIL: ("enquiries.wanted", (Channel.EMAIL,)),
    Enquiry.AnswerBy.SMS: ("enquiries.wanted", (Channel.SMS,)),
    Enquiry.AnswerBy.HERE: ("enquiries.wanted", ()),
}


def _tell_asker(enquiry: Enquiry, message: EnquiryMessage) -> None:
    asker = enquiry.asked_by
    is_there = isinstance(asker, User) and asker.is_active
    event, channels = EVENTS[enquiry.answer_by]
    notify(
        event=event,
        key=f"enquiry-{message.pk}",
        context={
            "number": enquiry.number,
            "subject": enquiry.subject,
            "url": _address(enquiry),
            "text": message.text,
        },
        user=asker if is_there else None,
        customer=None if is_there else enquiry.customer,
        email=enquiry.contact_email,
        channels=channels,
    )


@transaction.atomic
def close(*, enquiry: Enquiry, by: User) -> None:
    locked = _locked(enquiry)
    if not locked.is_closed:
        _move(locked, Enquiry.State.CLOSED)
        audit.record(verb="enquiries.closed", by=by, obj=locked, customer=locked.customer)


@transaction.atomic
def reopen(*, enquiry: Enquiry, by: User) -> None:
    """Open a closed enquiry again; it waits for staff then."""
    locked = _locked(enquiry)
    if locked.is_closed:
        _move(locked, Enquiry.State.REPLIED)
        audit.record(verb="enquiries.reopened", by=by, obj=locked, customer=locked.customer)


def _locked(enquiry: Enquiry) -> Enquiry:
    return Enquiry.objects.select_for_update().get(pk=enquiry.pk)


def _move(enquiry: Enquiry, state: str) -> None:
    enquiry.state, enquiry.moved_at = state, timezone.now()
    enquiry.save(update_fields=["state", "moved_at"])


def _write(
    enquiry: Enquiry, text: str, *, by: User | None, is_staff: bool, pictures: Sequence[CheckedUpload] = ()
) -> EnquiryMessage:
    message = EnquiryMessage.objects.create(
        enquiry=enquiry, written_by=by, is_staff=is_staff, text=text, written_at=timezone.now()
    )
    for picture in pictures:
        EnquiryPicture.objects.create(message=message, file=store(picture, by=by))
    return message


def tell_colleagues(enquiry: Enquiry, text: str, recipients: Sequence[str] | None = None) -> None:
    """Send what was written to the colleagues of the topic, or to those given."""
    url = current_tenant().absolute_url(reverse("admin:forms_catalog_enquiry_change", args=[enquiry.pk]))
    context = {
        "number": enquiry.number,
        "subject": enquiry.subject,
        "topic": enquiry.kind_text,
        "customer_name": enquiry.asker_name,
        "text": text,
        "url": url,
    }
    newest = EnquiryMessage.objects.filter(enquiry=enquiry).count()
    if recipients is None:
        recipients = enquiry.topic.recipients if enquiry.topic else _recipients_of_form(enquiry)
    for email in recipients:
        key = f"enquiry-{enquiry.pk}-{newest}-{email}"
        notify(event="enquiries.received", key=key, context=context, email=email, channels=(Channel.EMAIL,))


def _recipients_of_form(enquiry: Enquiry) -> list[str]:
    submission = Submission.objects.filter(enquiry=enquiry).select_related("version__form").first()
    return submission.version.form.recipients if submission else []


def _address(enquiry: Enquiry) -> str:
    """Where the one who asked reads the thread."""
    if enquiry.contact_key:
        return current_tenant().absolute_url(reverse("forms_catalog:open_thread", args=[enquiry.contact_key]))
    return current_tenant().absolute_url(reverse("forms_catalog:enquiry", args=[enquiry.number]))
