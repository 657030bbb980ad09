"""Starting, saving and deleting drafts, and copying what was sent in to a new one."""

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from callouts.actions.errors import AlreadySubmitted, DraftChanged, TooManyDrafts
from callouts.content import CALL_OFF_FIELDS, DraftContent, content_of, line_of
from callouts.models import CallOff, CallOffFile, CallOffLine, WasteProducer
from callouts.renewal import renewed
from callouts.standing import standing_content
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer

# More than anybody goes on with, and no more than lists and disks bear.
MOST_DRAFTS = 500


@transaction.atomic
def start_draft(*, customer: Customer, content: DraftContent, by: User, start_key: uuid.UUID) -> CallOff:
    """Create a draft. The same key gives the same draft, so a form sent twice starts one.

    Raises DraftChanged when that draft has been changed since, AlreadySubmitted when it is sent in, TooManyDrafts past
    MOST_DRAFTS of the customer, and ValueError for a producer of another customer.
    """
    refuse_foreign(customer, content.producer)
    if CallOff.objects.filter(start_key=start_key).exclude(customer=customer).exists():
        start_key = uuid.uuid4()  # The person changed customer with the form open.
    call_off, is_new = CallOff.objects.get_or_create(
        start_key=start_key,
        customer=customer,
        defaults={"created_by": by, "changed_by": by, "changed_at": timezone.now(), "version": 0},
    )
    saved = save_draft(call_off=call_off, content=content, version=0, by=by)
    if is_new:
        if CallOff.objects.filter(customer=customer).drafts().count() > MOST_DRAFTS:
            raise TooManyDrafts
        audit.record(verb="callouts.draft_started", by=by, obj=call_off, customer=customer)
    return saved


@transaction.atomic
def save_draft(*, call_off: CallOff, content: DraftContent, version: int, by: User) -> CallOff:
    """Save a draft over the version that was read, and return it with its new version.

    Raises DraftChanged when it has another version by now, unless what it holds is the very same (a form sent twice);
    AlreadySubmitted when it is sent in; CallOff.DoesNotExist when it was deleted; ValueError for a producer of another
    customer.
    """
    refuse_foreign(call_off.customer, content.producer)
    content = content.tidied()
    draft = lock_draft(call_off)
    if draft.version != version:
        if content_of(draft) == content:
            return draft
        raise DraftChanged(draft)
    for name in CALL_OFF_FIELDS:
        setattr(draft, name, getattr(content, name))
    draft.changed_by, draft.changed_at, draft.version = by, timezone.now(), version + 1
    copy_producer(draft)
    draft.save()
    replace_lines(draft, content)
    return draft


def refuse_foreign(customer: Customer, producer: WasteProducer | None) -> None:
    if producer and producer.customer_id != customer.pk:
        raise ValueError("the producer is another customer's")


def lock_draft(call_off: CallOff) -> CallOff:
    """Lock and read again; the producer is read apart, since a row that may be missing cannot be locked with it."""
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if not locked.is_draft:
        raise AlreadySubmitted(locked)
    return locked


def copy_producer(call_off: CallOff) -> None:
    """Copy the producer's names onto the call-off."""
    producer = call_off.producer
    call_off.producer_name = producer.name if producer else ""
    call_off.producer_short_name = producer.short_name if producer else ""
    call_off.producer_org_no = producer.org_no if producer else ""


def replace_lines(call_off: CallOff, content: DraftContent) -> None:
    """Write the lines anew, each with the names and codes as they are now."""
    call_off.lines.all().delete()
    lines = (line_of(call_off, position, line) for position, line in enumerate(content.lines, start=1))
    CallOffLine.objects.bulk_create(lines)


@transaction.atomic
def delete_draft(*, call_off: CallOff, by: User) -> None:
    """Delete a draft for good. Raises AlreadySubmitted, or CallOff.DoesNotExist when somebody was quicker."""
    draft = lock_draft(call_off)
    audit.record(
        verb="callouts.draft_deleted", by=by, obj=draft, customer=draft.customer, data={"version": draft.version}
    )
    draft.delete()


@transaction.atomic
def copy_to_draft(
    *, call_off: CallOff, files: Collection[int], by: User, start_key: uuid.UUID
) -> tuple[CallOff, list[str]]:
    """Copy a submitted call-off, as it stands, to a new draft with those of its files (ids) that are asked for.

    Returns the draft, and in words what could not come along: fractions and producers no longer in use, declaration
    numbers, the wanted date. The same key gives the same draft.
    """
    # Locked first: a second press waits, and finds the draft that the first one made.
    CallOff.objects.select_for_update().get(pk=call_off.pk)
    if existing := CallOff.objects.filter(start_key=start_key, customer=call_off.customer).first():
        return existing, []
    renewal = renewed(standing_content(call_off))
    draft = start_draft(customer=call_off.customer, content=renewal.content, by=by, start_key=start_key)
    _copy_files(list(call_off.files.filter(pk__in=files)), to=draft)
    audit.record(verb="callouts.copied", by=by, obj=draft, customer=draft.customer, data={"from": call_off.number})
    return draft, renewal.left_out


def _copy_files(files: Sequence[CallOffFile], *, to: CallOff) -> None:
    """Give a draft the same stored files; nothing is stored twice."""
    CallOffFile.objects.bulk_create(
        CallOffFile(
            call_off=to,
            stored_id=each.stored_id,
            kind=each.kind,
            name=each.name,
            size=each.size,
            sha256=each.sha256,
            added_by=to.created_by,
            added_at=timezone.now(),
        )
        for each in files
    )
