"""Where a call-off stands in the supplier's work, once it is sent in."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from callouts.actions.errors import StatusRefused
from callouts.actions.telling import tell_customer, tell_systems
from callouts.models import CallOff, StatusChange
from callouts.rules import status
from portal.accounts.models import User
from portal.audit import actions as audit


def record_status(call_off: CallOff, *, by: User | None, name: str = "") -> StatusChange:
    """Add where the call-off stands now to its history; `name` is who customers read that it was, else `by`."""
    return StatusChange.objects.create(
        call_off=call_off,
        status=call_off.status,
        reason=call_off.status_reason,
        at=call_off.status_changed_at or timezone.now(),
        by=by,
        by_name=name or (str(by) if by else ""),
    )


def message_key(step: StatusChange) -> str:
    return f"callouts.status_changed:{step.pk}"


@transaction.atomic
def change_status(
    *, call_off: CallOff, new: str, by: User, reason: str = "", at: datetime | None = None, tells: bool = True
) -> CallOff:
    """Move a submitted call-off on, or say why it stands where it does; tell the customer unless `tells` is False,
    and other systems in any case. The same status with the same reason again changes nothing.

    Raises StatusRefused for a step that may not follow, see rules.status.
    """
    locked = CallOff.objects.select_for_update().get(pk=call_off.pk)
    if locked.is_draft or (new != locked.status and not status.may_follow(new, locked.status)):
        raise StatusRefused
    if (new, reason) == (locked.status, locked.status_reason):
        return locked
    data: dict[str, Any] = {"from": locked.status, "to": new, "reason": reason}
    locked.status, locked.status_reason, locked.status_changed_at = new, reason, at or timezone.now()
    locked.save(update_fields=["status", "status_reason", "status_changed_at"])
    step = record_status(locked, by=by)
    audit.record(verb="callouts.status_changed", by=by, obj=locked, customer=locked.customer, data=data)
    if tells:
        tell_customer(locked, event="callouts.status_changed", key=message_key(step), context={"reason": reason})
    tell_systems(locked, event="callouts.status_changed", key=message_key(step), previous_status=data["from"])
    return locked
