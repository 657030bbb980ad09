"""Every write of a call-off: started, saved, deleted, sent in, moved on by staff."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from callouts.content import CALL_OFF_FIELDS, DraftContent, content_of, line_of, problems_of
from callouts.models import CallOff, CallOffLine, WasteProducer
from callouts.rules import codes, status
from callouts.rules.problems import Problem
from callouts.wording import rows_of
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.customers.queries import today
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import next_number

# A new tenant's first call-off; five digits from the start, so that numbers keep their length for a long time.
FIRST_NUMBER = 20_001


class DraftChanged(Exception):
    """Somebody saved the draft after the version at hand was read. `call_off` is as they left it."""

    def __init__(self, call_off: CallOff) -> None:
        super().__init__(f"call-off {call_off.pk} is at version {call_off.version}")
        self.call_off = call_off


class AlreadySubmitted(Exception):
    """The call-off is sent in, and locked."""

    def __init__(self, call_off: CallOff) -> None:
        super().__init__(f"call-off {call_off.pk} is {call_off.shown_number}")
        self.call_off = call_off


class NotReady(Exception):
    """The call-off cannot be sent in; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__([problem.field for problem in problems])
        self.problems = problems


class StatusRefused(Exception):
    """The status may not follow the one the call-off has."""


@transaction.atomic
def start_draft(*, customer: Customer, content: DraftContent, by: User, start_key: uuid.UUID) -> CallOff:
    """Create a draft. The same key gives the same draft, so a form sent twice starts one.

    Raises DraftChanged when that draft has been changed since, AlreadySubmitted when it is sent in, and ValueError for
    a producer of another customer.
    """
    _refuse_foreign(customer, content.producer)
    if CallOff.objects.filter(start_key=start_key).exclude(customer=customer).exists():
        start_key = uuid.uuid4()  # The person changed customer with the form open.
    call_off, is_new = CallOff.objects.get_or_create(
        start_key=start_key,
        customer=customer,
        defaults={"created_by": by, "changed_by": by, "changed_at": timezone.now(), "version": 0},
    )
    saved = save_draft(call_off=call_off, content=content, version=0, by=by)
    if is_new:
        audit.record(verb="callouts.draft_started", by=by, obj=call_off, customer=customer)
    return saved


@transaction.atomic
def save_draft(*, call_off: CallOff, content: DraftContent, version: int, by: User) -> CallOff:
    """Save a draft over the version that was read, and return it with its new version.

    Raises DraftChanged when it has another version by now, unless what it holds is the very same (a form sent twice);
    AlreadySubmitted when it is sent in; CallOff.DoesNotExist when it was deleted; ValueError for a producer of another
    customer.
    """
    _refuse_foreign(call_off.customer, content.producer)
    content = content.tidied()
    draft = _lock_draft(call_off)
    if draft.version != version:
        if content_of(draft) == content:
            return draft
        raise DraftChanged(draft)
    for name in CALL_OFF_FIELDS:
        setattr(draft, name, getattr(content, name))
    draft.changed_by, draft.changed_at, draft.version = by, timezone.now(), version + 1
    _copy_producer(draft)
    draft.save()
    _replace_lines(draft, content)
    return draft


def _refuse_foreign(customer: Customer, producer: WasteProducer | None) -> None:
    if producer and producer.customer_id != customer.pk:
        raise ValueError("the producer is another customer's")


def _lock_draft(call_off: CallOff) -> CallOff:
    """Lock and read again; the producer is read apart, since a row that may be missing cannot be locked with it."""
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if not locked.is_draft:
        raise AlreadySubmitted(locked)
    return locked


def _copy_producer(call_off: CallOff) -> None:
    producer = call_off.producer
    call_off.producer_name = producer.name if producer else ""
    call_off.producer_short_name = producer.short_name if producer else ""
    call_off.producer_org_no = producer.org_no if producer else ""


def _replace_lines(call_off: CallOff, content: DraftContent) -> None:
    """Write the lines anew, each with the names and codes as they are now."""
    call_off.lines.all().delete()
    lines = (line_of(call_off, position, line) for position, line in enumerate(content.lines, start=1))
    CallOffLine.objects.bulk_create(lines)


@transaction.atomic
def delete_draft(*, call_off: CallOff, by: User) -> None:
    """Delete a draft for good. Raises AlreadySubmitted, or CallOff.DoesNotExist when somebody was quicker."""
    draft = _lock_draft(call_off)
    audit.record(
        verb="callouts.draft_deleted", by=by, obj=draft, customer=draft.customer, data={"version": draft.version}
    )
    draft.delete()


@transaction.atomic
def submit(*, call_off: CallOff, version: int, by: User, submission_key: uuid.UUID) -> CallOff:
    """Send in a draft: check, copy names and codes, lock, number it, and tell; all of it or nothing.

    Sent in again with the same key it returns what the first time gave. Raises DraftChanged when it is not the version
    that was looked over, NotReady, AlreadySubmitted (with another key), or CallOff.DoesNotExist.
    """
    try:
        draft = _lock_draft(call_off)
    except AlreadySubmitted as done:
        if done.call_off.submission_key == submission_key:
            return done.call_off
        raise
    if draft.version != version:
        raise DraftChanged(draft)
    content = content_of(draft)
    if problems := problems_of(content, on=today()):
        raise NotReady(problems)
    _copy_producer(draft)
    _replace_lines(draft, content)
    draft.submission_key, draft.submitted_by, draft.submitted_by_name = submission_key, by, str(by)
    draft.submitted_at = draft.status_changed_at = timezone.now()
    draft.status = status.RECEIVED
    draft.number = next_number("callouts", first=FIRST_NUMBER)
    draft.search_text = search_text_of(draft, list(draft.lines.all()))
    draft.save()
    _tell(draft, by)
    return draft


def search_text_of(call_off: CallOff, lines: list[CallOffLine]) -> str:
    """Return the folded text that the history's search looks in."""
    words = [call_off.shown_number, call_off.invoice_reference, call_off.producer_name]
    for line in lines:
        words += [line.fraction_name, line.article_no, line.ewc_code, line.shown_ewc, line.waste_substance_no]
        words += [line.load_carrier_no, line.declaration_no, codes.shown_declaration_no(line.declaration_no)]
    return codes.fold(" ".join(filter(None, words)))


def _message_key(call_off: CallOff) -> str:
    return f"callouts.submitted:{call_off.pk}"


def messages_about(call_off: CallOff) -> list[Message]:
    """Return the confirmations of its submission."""
    return list(Message.objects.filter(key=_message_key(call_off)).order_by("pk"))


def _tell(call_off: CallOff, by: User) -> None:
    audit.record(
        verb="callouts.submitted",
        by=by,
        obj=call_off,
        customer=call_off.customer,
        data={"number": call_off.number, "version": call_off.version},
    )
    notify(
        event="callouts.submitted",
        key=_message_key(call_off),
        user=by,
        customer=call_off.customer,
        channels=(Channel.SMS, Channel.EMAIL),
        context={
            "call_off": call_off,
            # Called by the template: in the language of the message, not of the page.
            "rows": lambda: rows_of(call_off, list(call_off.lines.all())),
            "url": current_tenant().absolute_url(reverse("callouts:call_off", args=[call_off.number])),
        },
    )


@transaction.atomic
def change_status(*, call_off: CallOff, new: str, by: User, reason: str = "", at: datetime | None = None) -> CallOff:
    """Move a submitted call-off on, or say why it stands where it does.

    Raises StatusRefused for a step that may not follow, see rules.status.
    """
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if locked.is_draft or (new != locked.status and not status.may_follow(new, locked.status)):
        raise StatusRefused
    data: dict[str, Any] = {"from": locked.status, "to": new, "reason": reason}
    locked.status, locked.status_reason, locked.status_changed_at = new, reason, at or timezone.now()
    locked.save(update_fields=["status", "status_reason", "status_changed_at"])
    audit.record(verb="callouts.status_changed", by=by, obj=locked, customer=locked.customer, data=data)
    return locked
