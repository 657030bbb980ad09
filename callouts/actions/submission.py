"""Sending in: check, copy names and codes, lock, number and tell; all of it or nothing."""

import uuid

from django.db import transaction
from django.utils import timezone

from callouts.actions.drafts import copy_producer, lock_draft, replace_lines
from callouts.actions.errors import AlreadySubmitted, DraftChanged, NotReady
from callouts.actions.status import record_status
from callouts.actions.telling import tell_systems, url_of
from callouts.content import DraftContent, content_of, problems_of
from callouts.models import CallOff, CallOffLine, LoadCarrier
from callouts.rules import codes, status
from callouts.wording import rows_of
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.queries import today
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import next_number

# A new tenant's first call-off; five digits from the start, so that numbers keep their length for a long time.
FIRST_NUMBER = 20_001


@transaction.atomic
def submit(*, call_off: CallOff, version: int, by: User, submission_key: uuid.UUID, on_behalf: bool = False) -> CallOff:
    """Send in a draft. `on_behalf`: `by` is staff, and the confirmation goes to the customer.

    Sent in again with the same key it returns what the first time gave. Raises DraftChanged when it is not the version
    that was looked over, NotReady, AlreadySubmitted (with another key), or CallOff.DoesNotExist.
    """
    try:
        draft = lock_draft(call_off)
    except AlreadySubmitted as done:
        if done.call_off.submission_key == submission_key:
            return done.call_off
        raise
    if draft.version != version:
        raise DraftChanged(draft)
    content = content_of(draft)
    if problems := problems_of(content, on=today()):
        raise NotReady(problems)
    copy_producer(draft)
    replace_lines(draft, content)
    draft.submission_key, draft.submitted_by = submission_key, by
    # Who of the company it was is for the company to know: staff see it in admin.
    draft.submitted_by_name = current_tenant().name if on_behalf else str(by)
    draft.submitted_at = draft.status_changed_at = timezone.now()
    draft.status = status.RECEIVED
    draft.number = next_number("callouts", first=FIRST_NUMBER)
    draft.search_text = search_text_of(draft, list(draft.lines.all()))
    draft.save()
    record_status(draft, by=by, name=draft.submitted_by_name)
    _remember_carriers(draft, content)
    _tell(draft, by, on_behalf=on_behalf)
    return draft


def search_text_of(call_off: CallOff, lines: list[CallOffLine]) -> str:
    """Return the folded text that the history's search looks in."""
    words = [call_off.shown_number, call_off.invoice_reference, call_off.producer_name]
    for line in lines:
        words += [line.fraction_name, line.article_no, line.ewc_code, line.shown_ewc, line.waste_substance_no]
        words += [line.load_carrier_no, line.declaration_no, codes.shown_declaration_no(line.declaration_no)]
    return codes.fold(" ".join(filter(None, words)))


def _remember_carriers(call_off: CallOff, content: DraftContent) -> None:
    """Keep the load carriers for the customer's next call-offs, with the size they were last given."""
    now = timezone.now()
    found = {line.load_carrier_no: line for line in content.lines if line.load_carrier_no}
    carriers = [
        LoadCarrier(
            customer=call_off.customer, number=number, size=line.container_size, unit=line.container_unit, used_at=now
        )
        for number, line in sorted(found.items())
    ]
    LoadCarrier.objects.bulk_create(
        carriers,
        update_conflicts=True,
        update_fields=["size", "unit", "used_at"],
        unique_fields=["tenant", "customer", "number"],
    )


def message_key(call_off: CallOff) -> str:
    return f"callouts.submitted:{call_off.pk}"


def messages_about(call_off: CallOff) -> list[Message]:
    """Return the confirmations of its submission."""
    return list(Message.objects.filter(key=message_key(call_off)).order_by("pk"))


def _tell(call_off: CallOff, by: User, *, on_behalf: bool) -> None:
    audit.record(
        verb="callouts.submitted",
        by=by,
        obj=call_off,
        customer=call_off.customer,
        data={"number": call_off.number, "version": call_off.version},
    )
    notify(
        event="callouts.submitted",
        key=message_key(call_off),
        user=None if on_behalf else by,
        customer=call_off.customer,
        channels=(Channel.SMS, Channel.EMAIL),
        context={
            "call_off": call_off,
            # Called by the template: in the language of the message, not of the page.
            "rows": lambda: rows_of(call_off, list(call_off.lines.all())),
            "url": url_of(call_off),
        },
    )
    tell_systems(call_off, event="callouts.submitted", key=message_key(call_off))
