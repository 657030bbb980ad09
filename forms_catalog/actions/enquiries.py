"""Asking, answering, closing, forgetting: every write of enquiries."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from forms_catalog.actions.telling import alert_duty, colleagues_of, give_receipt, tell_asker, tell_colleagues
from forms_catalog.models import (
    SUBJECT_LENGTH,
    AnswerFile,
    Enquiry,
    EnquiryMessage,
    EnquiryPicture,
    ServiceSettings,
    Topic,
)
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload, store
from portal.files.actions import delete as delete_file
from portal.tenancy.numbers import next_number, numbered_once

SERIES, FIRST_NUMBER = "enquiries", 1001
# In an hour, in the name of one e-mail address: nobody floods it with our answers.
PER_EMAIL = 3
# In an hour, to one company, from all strangers together; also what holds while the cache is away.
PER_COMPANY = 100
FORGOTTEN_AT_ONCE = 500


class Closed(Exception):
    """The enquiry is closed; open it again to write more."""


class Newer(Exception):
    """Something was written that the answer does not know of."""


class TooMany(Exception):
    """Strangers have written too much this hour."""


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
    on_behalf: bool = False,
    pictures: Sequence[CheckedUpload] = (),
    about: str = "",
    answer_by: str = "",
    contact_name: str = "",
    contact_email: str = "",
) -> Enquiry:
    """Begin an enquiry and tell the colleagues of its topic. The same key again returns the first one's enquiry.

    Somebody who is not signed in (no `customer`) has a name and an e-mail address instead. Nobody has proved that it is
    theirs, so nothing goes there but our answer. Raises TooMany when strangers have written too much. `on_behalf`: `by`
    is staff, and the enquiry is the customer's.
    """

    def create(number: int) -> Enquiry:
        now = timezone.now()
        return Enquiry.objects.create(
            number=number,
            submission_key=submission_key,
            topic=topic,
            customer=customer,
            asked_by=by,
            on_behalf=on_behalf,
            subject=subject,
            about=about,
            answer_by=answer_by,
            contact_name=contact_name,
            contact_email=contact_email,
            contact_key=None if customer else uuid4(),
            is_urgent=topic.is_urgent,
            asked_at=now,
            moved_at=now,
        )

    enquiry, is_new = numbered_once(
        SERIES, first=FIRST_NUMBER, sent_before=lambda: sent_before(submission_key), create=create
    )
    if not is_new:
        return enquiry
    if customer is None:
        _refuse_too_many(contact_email)
    message = _write(enquiry, text, key=submission_key, by=by, is_staff=False, pictures=pictures)
    audit.record(verb="enquiries.asked", by=by, obj=enquiry, customer=customer, data={"topic": topic.slug})
    tell_colleagues(enquiry, text, about=f"message-{message.pk}", recipients=colleagues_of(enquiry))
    if enquiry.is_urgent:
        alert_duty(enquiry)
    if customer:
        give_receipt(enquiry)
    return enquiry


def _refuse_too_many(email: str) -> None:
    """Count with the new one, while the series is locked: of those who write at once, each sees the ones before it."""
    recent = Enquiry.objects.filter(customer=None, asked_at__gt=timezone.now() - timedelta(hours=1))
    if recent.count() > PER_COMPANY or recent.filter(contact_email__iexact=email).count() > PER_EMAIL:
        raise TooMany


@transaction.atomic
def begin_form(
    *,
    customer: Customer,
    subject: str,
    submission_key: UUID,
    by: User,
    on_behalf: bool = False,
    is_urgent: bool = False,
) -> Enquiry:
    """Begin the thread of a form that is sent. The caller holds the draft, so nobody else sends with its key."""
    now = timezone.now()
    return Enquiry.objects.create(
        number=next_number(SERIES, first=FIRST_NUMBER),
        submission_key=submission_key,
        customer=customer,
        asked_by=by,
        on_behalf=on_behalf,
        is_urgent=is_urgent,
        subject=subject[:SUBJECT_LENGTH],
        asked_at=now,
        moved_at=now,
    )


@transaction.atomic
def reply(
    *,
    enquiry: Enquiry,
    text: str,
    by: User | None,
    pictures: Sequence[CheckedUpload] = (),
    submission_key: UUID | None = None,
) -> EnquiryMessage:
    """Write again as the customer; the same key again returns the first one's message. Raises Closed."""
    locked = _locked(enquiry)
    if found := message_of(locked, submission_key):
        return found
    if locked.is_closed:
        raise Closed
    message = _write(locked, text, key=submission_key, by=by, is_staff=False, pictures=pictures)
    _move(locked, Enquiry.State.REPLIED)
    audit.record(verb="enquiries.replied", by=by, obj=locked, customer=locked.customer)
    tell_colleagues(locked, text, about=f"message-{message.pk}", recipients=colleagues_of(locked))
    return message


@transaction.atomic
def answer(
    *,
    enquiry: Enquiry,
    text: str,
    by: User,
    close: bool = False,
    submission_key: UUID | None = None,
    seen: int | None = None,
) -> EnquiryMessage:
    """Answer as staff, and tell the one who asked; the same key again returns the first one's answer.

    `seen` is the last message the answer knows of, see `last_message`. Raises Newer when there is a later one.
    """
    locked = _locked(enquiry)
    if found := message_of(locked, submission_key):
        return found
    _refuse_newer(locked, seen)
    message = _write(locked, text, key=submission_key, by=by, is_staff=True)
    _move(locked, Enquiry.State.CLOSED if close else Enquiry.State.ANSWERED)
    audit.record(verb="enquiries.answered", by=by, obj=locked, customer=locked.customer)
    tell_asker(locked, message)
    return message


def last_message(enquiry: Enquiry) -> int:
    """Return the key of the last message, 0 for none."""
    return EnquiryMessage.objects.filter(enquiry=enquiry).order_by("-pk").values_list("pk", flat=True).first() or 0


def message_of(enquiry: Enquiry, submission_key: UUID | None) -> EnquiryMessage | None:
    """Return what this key has written in the thread already."""
    if submission_key is None:
        return None
    return EnquiryMessage.objects.filter(enquiry=enquiry, submission_key=submission_key).first()


@transaction.atomic
def hold(*, enquiry: Enquiry, seen: int) -> None:
    """Let nobody write in the thread until the caller's transaction ends. Raises Newer."""
    _refuse_newer(_locked(enquiry), seen)


def _refuse_newer(locked: Enquiry, seen: int | None) -> None:
    if seen is not None and last_message(locked) > seen:
        raise Newer


@transaction.atomic
def close(*, enquiry: Enquiry, by: User) -> None:
    locked = _locked(enquiry)
    if not locked.is_closed:
        _move(locked, Enquiry.State.CLOSED)
        audit.record(verb="enquiries.closed", by=by, obj=locked, customer=locked.customer)


@transaction.atomic
def reopen(
    *,
    enquiry: Enquiry,
    text: str,
    by: User,
    pictures: Sequence[CheckedUpload] = (),
    submission_key: UUID | None = None,
) -> None:
    """Open a closed enquiry again by saying what is not solved; it waits for staff then. An open one gets a reply."""
    locked = _locked(enquiry)
    if locked.is_closed and message_of(locked, submission_key) is None:
        _move(locked, Enquiry.State.REPLIED)
        audit.record(verb="enquiries.reopened", by=by, obj=locked, customer=locked.customer)
    reply(enquiry=locked, text=text, by=by, pictures=pictures, submission_key=submission_key)


def _locked(enquiry: Enquiry) -> Enquiry:
    return Enquiry.objects.select_for_update().get(pk=enquiry.pk)


def _move(enquiry: Enquiry, state: str) -> None:
    enquiry.state, enquiry.moved_at = state, timezone.now()
    enquiry.save(update_fields=["state", "moved_at"])


def _write(
    enquiry: Enquiry,
    text: str,
    *,
    key: UUID | None,
    by: User | None,
    is_staff: bool,
    pictures: Sequence[CheckedUpload] = (),
) -> EnquiryMessage:
    message = EnquiryMessage.objects.create(
        enquiry=enquiry,
        written_by=by,
        is_staff=is_staff,
        text=text,
        written_at=timezone.now(),
        submission_key=key or uuid4(),
    )
    for picture in pictures:
        EnquiryPicture.objects.create(message=message, file=store(picture, by=by))
    return message


# Forgetting --------------------------------------------------------------------------------------------


@transaction.atomic
def forget(*, enquiry: Enquiry, by: User | None) -> None:
    """Delete an enquiry with all that was written, answered and handed in. Only that it was done stays on record."""
    locked = _locked(enquiry)
    links = (
        EnquiryPicture.objects.filter(message__enquiry=locked).select_related("file"),
        AnswerFile.objects.filter(submission__enquiry=locked).select_related("file"),
    )
    files = []
    for link in (one for rows in links for one in rows):
        files.append(link.file)
        link.delete()
    for stored in files:
        delete_file(stored=stored, by=by)
    audit.record(verb="enquiries.forgotten", by=by, customer=locked.customer, data={"number": locked.number})
    with connection.cursor() as cursor:
        # What was sent is locked by a trigger; this is the one door, and it shuts behind us.
        cursor.execute("SELECT set_config('app.forgetting', 'on', true)")
        locked.delete()
        cursor.execute("SELECT set_config('app.forgetting', '', true)")


@transaction.atomic
def forget_strangers() -> int:
    """Delete what people wrote without signing in, when the company's time for it is over."""
    limit = timezone.now() - timedelta(days=ServiceSettings.current().strangers_kept_days)
    old = Enquiry.objects.filter(customer=None, moved_at__lt=limit).order_by("pk")[:FORGOTTEN_AT_ONCE]
    for enquiry in old:
        forget(enquiry=enquiry, by=None)
    return len(old)
