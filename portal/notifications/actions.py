"""Writing to the outbox, and what staff and gateways do to what lies there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.audit import actions as audit
from portal.leaving import actions as leaving
from portal.notifications import preferences, rendering
from portal.notifications.channels import sms_is_available
from portal.notifications.models import Channel, Message, SmsGateway, State
from portal.notifications.outcome import storable
from portal.notifications.phones import usable_mobile
from portal.tenancy.models import current_tenant
from portal.tenancy.tasks import send_on_commit

_history_at: ContextVar[datetime | None] = ContextVar("history_at", default=None)


class Reachable(Protocol):
    """A customer, or anyone else with an e-mail address and a phone (either may be empty)."""

    pk: Any
    email: str
    phone: str


class Person(Reachable, Protocol):
    """A user: somebody with a language too."""

    language: str


@dataclass(frozen=True)
class _Address:
    """Where one message goes; `fallback_from` names the channel that could not be used."""

    channel: str
    recipient: str
    fallback_from: str = ""


def notify(  # noqa: PLR0913  (all but three have a default that fits most events)
    *,
    event: str,
    key: str,
    context: dict[str, Any],
    user: Person | None = None,
    customer: Reachable | None = None,
    email: str = "",
    phone: str = "",
    language: str = "",
    channels: Sequence[str] = (Channel.SMS,),
    sensitive: bool = False,
    valid_for: timedelta | None = None,
) -> list[Message]:
    """Write a message to the outbox, in the caller's transaction, and wake the worker when it commits.

    Renders templates/notifications/<event>.<channel>.txt with `context`, `tenant`, `user` and `customer`, in
    `language`, else the user's, else the tenant's. Goes to `email`/`phone`, else the user's, else the customer's.
    An SMS to someone without a mobile number becomes an e-mail; without that too the row is given up, for staff to
    see. `key` makes it idempotent: a second call returns the first one's rows. `sensitive` texts (codes) are wiped
    once sent; after `valid_for` the message is no longer worth sending. What a user has chosen to hear of, and how,
    goes before `channels`, see `preferences`: of what they do not want, nothing is written.
    """
    if user:
        channels = preferences.channels_for(user, event, channels)  # type: ignore[arg-type]  # a user is a row
    if not channels:
        return []
    email = email or (user.email if user else "") or (customer.email if customer else "")
    numbers = [phone] if phone else [user.phone if user else "", customer.phone if customer else ""]
    mobile = next(filter(None, map(usable_mobile, numbers)), "") if sms_is_available() else ""
    common: dict[str, Any] = {
        "event": event,
        "key": key,
        "user": user,
        "customer": customer,
        "language": language or (user.language if user else "") or current_tenant().language,
        "is_sensitive": sensitive,
        "expires_at": timezone.now() + valid_for if valid_for else None,
    }
    messages = [_message(address, context, common) for address in _addresses(channels, email, mobile)]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    _wake()
    return list(Message.objects.filter(key=key).order_by("pk"))


def _message(address: _Address, context: dict[str, Any], common: dict[str, Any]) -> Message:
    words = {"user": common["user"], "customer": common["customer"], **context}
    text = rendering.render(common["event"], address.channel, common["language"], words)
    return Message(
        channel=address.channel,
        fallback_from=address.fallback_from,
        recipient=address.recipient,
        subject=text.subject,
        body=text.body,
        **common,
        **_first_state(address),
    )


def _addresses(channels: Sequence[str], email: str, mobile: str) -> list[_Address]:
    """Return one address for each channel, an e-mail taking the place of an SMS that cannot be sent."""
    found: dict[str, _Address] = {}
    for channel in channels:
        if channel == Channel.SMS and not mobile and email:
            found[Channel.EMAIL] = _Address(Channel.EMAIL, email, Channel.SMS)
        else:
            found.setdefault(channel, _Address(channel, mobile if channel == Channel.SMS else email))
    return list(found.values())


def _first_state(address: _Address) -> dict[str, Any]:
    if not address.recipient:
        with override(current_tenant().language):
            return {"state": State.GIVEN_UP, "last_error": _("The recipient has no mobile number and no e-mail.")}
    if at := _history_at.get():
        return {"state": State.SENT, "attempts": 1, "sent_at": at, "created_at": at}
    return {}


def _wake() -> None:
    if _history_at.get() is None:
        send_on_commit("portal.notifications.tasks.deliver")


@contextmanager
def writing_history(at: datetime | None = None) -> Iterator[None]:
    """Inside the block messages are written as sent already (now, or `at` a time): nothing goes out. For demo data."""
    token = _history_at.set(at or timezone.now())
    try:
        yield
    finally:
        _history_at.reset(token)


def can_resend(message: Message) -> bool:
    """Whether staff may send it again: it failed, it has a recipient, and its text has not been wiped."""
    failed = message.state in {State.GIVEN_UP, State.UNKNOWN, State.FAILED}
    return failed and bool(message.recipient) and bool(message.body)


@transaction.atomic
def resend(*, message: Message, by: models.Model) -> bool:
    """Queue a failed message again, under the same reference. Returns False when it cannot be sent again."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not can_resend(message):
        return False
    message.expires_at = None
    message.queue_again("expires_at")
    audit.record(verb="notifications.resent", by=by, obj=message, customer=message.customer)
    _wake()
    return True


def leave(*, message: Message, by: models.Model) -> bool:
    """Let a message that was not sent be. Returns False where it waits for nobody."""
    return leaving.leave(message, by=by, verb="notifications.left", customer=message.customer)


@transaction.atomic
def record_receipt(*, message: Message, delivered: bool, error: str = "") -> None:
    """Take in what the gateway says became of a message. Never turns a delivered one into a failed one."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if delivered:
        message.state, message.last_error = State.DELIVERED, ""
    elif message.state in {State.SENDING, State.SENT, State.UNKNOWN}:
        message.state, message.last_error = State.GIVEN_UP, storable(error)
    message.sent_at = message.sent_at or timezone.now()
    message.save(update_fields=["state", "last_error", "sent_at"])


@transaction.atomic
def set_sms_gateway(
    *, url: str, sender: str, username: str, token: str, webhook_secret: str, by: models.Model | None
) -> SmsGateway:
    """Set the current tenant's account at its SMS gateway; the secrets do not go to the audit log."""
    fields = {"url": url, "sender": sender, "username": username, "token": token, "webhook_secret": webhook_secret}
    gateway, _created = SmsGateway.objects.update_or_create(defaults=fields)
    audit.record(verb="notifications.sms_gateway_set", by=by, obj=gateway, data={"url": url, "sender": sender})
    return gateway
