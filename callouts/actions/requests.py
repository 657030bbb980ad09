"""What the customer asks for after sending in: a change, or to cancel it; staff answer."""

from django.db import transaction
from django.utils import timezone

from callouts.actions.errors import AlreadyAnswered, RequestRefused
from callouts.actions.status import change_status
from callouts.actions.telling import tell_customer, tell_systems
from callouts.models import CallOff, ChangeRequest
from callouts.rules import status
from portal.accounts.models import User
from portal.audit import actions as audit


def answer_key(request: ChangeRequest) -> str:
    return f"callouts.request_answered:{request.pk}"


@transaction.atomic
def ask_for_change(*, call_off: CallOff, kind: str, text: str, by: User) -> ChangeRequest:
    """Put before staff what the customer wants otherwise. What was sent in stays as it is until they answer.

    Raises RequestRefused once it is carried out or called off, and while an earlier request waits.
    """
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    waiting = ChangeRequest.objects.waiting().filter(call_off=locked)
    if locked.status not in status.OPEN or waiting.exists():
        raise RequestRefused
    asked = ChangeRequest.objects.create(call_off=locked, kind=kind, text=text, asked_by=by, asked_at=timezone.now())
    audit.record(verb="callouts.change_asked_for", by=by, obj=locked, customer=locked.customer, data={"kind": kind})
    key = f"callouts.change_requested:{asked.pk}"
    tell_systems(locked, event="callouts.change_requested", key=key, request={"kind": kind, "text": text})
    return asked


@transaction.atomic
def withdraw_request(*, request: ChangeRequest, by: User) -> ChangeRequest:
    """Take back what was asked for; the call-off stays as it is. Raises AlreadyAnswered."""
    locked = _waiting(request)
    _close(locked, ChangeRequest.State.WITHDRAWN, "", by)
    data = {"kind": locked.kind}
    call_off = locked.call_off
    audit.record(verb="callouts.change_request_withdrawn", by=by, obj=call_off, customer=call_off.customer, data=data)
    return locked


@transaction.atomic
def answer_request(*, request: ChangeRequest, accepted: bool, answer: str, by: User) -> ChangeRequest:
    """Accept or refuse, and tell who asked. An accepted cancellation cancels the call-off; an accepted change is made
    by correcting it. Raises AlreadyAnswered, and StatusRefused when it cannot be cancelled any more.
    """
    locked = _waiting(request)
    _close(locked, ChangeRequest.State.ACCEPTED if accepted else ChangeRequest.State.REFUSED, answer, by)
    call_off = locked.call_off
    data = {"kind": locked.kind, "accepted": accepted}
    audit.record(verb="callouts.change_request_answered", by=by, obj=call_off, customer=call_off.customer, data=data)
    if accepted and locked.kind == ChangeRequest.Kind.CANCELLATION:
        # The answer to the request says it: one message, not two.
        change_status(call_off=call_off, new=status.CANCELLED, reason=answer or locked.text[:300], by=by, tells=False)
    tell_customer(
        call_off,
        event="callouts.request_answered",
        key=answer_key(locked),
        to=locked.asked_by,
        context={"asked": locked, "is_accepted": accepted},
    )
    return locked


def _waiting(request: ChangeRequest) -> ChangeRequest:
    locked = ChangeRequest.objects.select_for_update().get(pk=request.pk)
    if not locked.is_waiting:
        raise AlreadyAnswered
    return locked


def _close(request: ChangeRequest, state: str, answer: str, by: User) -> None:
    request.state, request.answer, request.answered_by, request.answered_at = state, answer, by, timezone.now()
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
