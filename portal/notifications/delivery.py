"""What the worker does: claim a due message, deliver it, write down what became of it.

A worker that dies leaves it in SENDING (see portal.outbox). When the lease has run out

- an SMS becomes UNKNOWN: it may have been sent, people dislike getting it twice, and staff can send it again;
- an e-mail is tried again: it carries the same Message-ID, a lost one is worse than a doubled one, and mail systems
  drop the copy.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from redis.exceptions import RedisError

from portal import outbox
from portal.notifications import channels
from portal.notifications.models import FINAL, Channel, Message, State
from portal.notifications.outcome import Outcome, Result, storable
from portal.outbox import Schedule
from portal.tenancy.models import current_tenant

logger = logging.getLogger(__name__)

# About nine hours in all, so that a gateway that is down overnight still delivers, and an order's message never comes
# days late.
RETRIES = Schedule(tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 8, 30, 120, 360)))
RUN_SECONDS = 240.0
FAILURES = {Result.TEMPORARY, Result.UNKNOWN}
# Where the last of them was never answered it rests so many seconds: what such a gateway is given is not sent again by
# itself, and staff would have to look at every one.
UNANSWERED_RESTS = 300
STATES = {
    Result.SENT: State.SENT,
    Result.DELIVERED: State.DELIVERED,
    Result.PERMANENT: State.GIVEN_UP,
    Result.UNKNOWN: State.UNKNOWN,
}


def deliver_due() -> int:
    """Deliver the current tenant's due messages; returns how many were tried. Call with no transaction open."""
    release_stale()
    run = outbox.Run(RUN_SECONDS, resting=filter(rests, Channel.values))
    while run.goes_on and (claimed := claim(run.resting)):
        message, send = claimed
        outcome = _attempt(message, send)
        record(message, outcome)
        must_rest = run.note(message.channel, failed=outcome.result in FAILURES)
        if must_rest and outcome.result is Result.UNKNOWN:
            _let_rest(message.channel)
    return run.tried


def rests(channel: str) -> bool:
    """Whether the tenant's gateway has left its last messages unanswered, a little while ago."""
    try:
        return bool(cache.get(_rest_key(channel)))
    except RedisError:
        return False


def _let_rest(channel: str) -> None:
    try:
        cache.set(_rest_key(channel), 1, UNANSWERED_RESTS)
    except RedisError:
        logger.warning("Without the cache, unanswered messages rest until the next run only")


def _rest_key(channel: str) -> str:
    return f"unanswered:{channel}"


@transaction.atomic
def release_stale() -> None:
    """Take back what dead workers held."""
    stale = Message.objects.stale(timezone.now())
    with override(current_tenant().language):
        reason = _("The worker stopped while sending.")
    stale.filter(channel=Channel.SMS).update(state=State.UNKNOWN, last_error=reason)
    emails = stale.filter(channel=Channel.EMAIL)
    emails.filter(attempts__gte=RETRIES.most_attempts).update(state=State.GIVEN_UP, last_error=reason)
    emails.update(state=State.FAILED, last_error=reason, next_attempt_at=timezone.now())
    wipe_codes()


def wipe_codes() -> None:
    """Forget codes that are out or will not go out. The demo's message box keeps them."""
    if not settings.DEMO:
        Message.objects.filter(is_sensitive=True, state__in=FINAL).exclude(body="").update(subject="", body="")


@transaction.atomic
def claim(resting: Collection[str]) -> tuple[Message, channels.Send] | None:
    """Take the next due message, with what sends it."""
    message = outbox.claim(Message.objects.due(timezone.now()).exclude(channel__in=resting))
    return (message, channels.sender_for(message)) if message else None


def _attempt(message: Message, send: channels.Send) -> Outcome:
    """What goes wrong is written down for the tenant's staff, in their language."""
    with override(current_tenant().language):
        if message.expires_at and message.expires_at < timezone.now():
            return Outcome(Result.PERMANENT, error=_("It was no longer worth sending."))
        return send(message)


@transaction.atomic
def record(message: Message, outcome: Outcome) -> None:
    """Write down what became of an attempt."""
    changes = changes_after(message, outcome, timezone.now())
    if not Message.objects.held_as(message).update(**changes) and changes["gateway_id"]:
        Message.objects.filter(pk=message.pk).update(gateway_id=changes["gateway_id"])
    wipe_codes()
    if changes["state"] in {State.GIVEN_UP, State.UNKNOWN}:
        # What was answered may name the recipient; it stands with the message, for the tenant's staff.
        logger.warning("Message %s is %s", message.reference, changes["state"])


def changes_after(message: Message, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return the row's new values."""
    changes: dict[str, Any] = {
        "last_error": storable(outcome.error),
        "gateway_id": storable(outcome.gateway_id),
    }
    if outcome.result is Result.TEMPORARY:
        again_at = RETRIES.next_attempt(message.attempts, now, outcome.retry_after)
        changes["state"] = State.FAILED if again_at else State.GIVEN_UP
        changes["next_attempt_at"] = again_at or now
    else:
        changes["state"] = STATES[outcome.result]
    if changes["state"] in {State.SENT, State.DELIVERED}:
        changes["sent_at"] = now
    return changes
