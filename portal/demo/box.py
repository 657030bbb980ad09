"""The message box: what every tenant's outbox has sent, newest first."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.notifications.models import Channel, Message, State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from portal.ui import formatting

SHOWN = 25
# A word of its own, so that nothing inside a link is taken for one.
CODE = re.compile(r"(?<!\S)\d{6}(?![\w-])")
COLORS = {State.GIVEN_UP: "danger", State.UNKNOWN: "warning", State.FAILED: "warning"}


@dataclass(frozen=True)
class Sent:
    """A message as the box shows it. `code` is the one-time code in it, or ""."""

    tenant: Tenant
    message: Message
    when: str
    code: str
    color: str

    @property
    def is_sms(self) -> bool:
        return self.message.channel == Channel.SMS

    @property
    def is_unsent(self) -> bool:
        return self.message.state not in {State.SENT, State.DELIVERED}


def newest_messages(tenants: Iterable[Tenant], now: datetime) -> list[Sent]:
    """Read each tenant's outbox in its own scope; no query ever sees two tenants."""
    found = [sent for tenant in tenants for sent in _newest_of(tenant, now)]
    return sorted(found, key=lambda sent: (sent.message.created_at, sent.message.pk), reverse=True)[:SHOWN]


def _newest_of(tenant: Tenant, now: datetime) -> list[Sent]:
    with tenant_transaction(tenant):
        messages = list(Message.objects.newest_first()[:SHOWN])
    return [
        Sent(
            tenant=tenant,
            message=message,
            when=formatting.moment(message.created_at, now=now, zone=tenant.zone),
            code=code_in(message),
            color=COLORS.get(State(message.state), "info"),
        )
        for message in messages
    ]


def code_in(message: Message) -> str:
    found = CODE.search(message.body) if message.is_sensitive else None
    return found.group() if found else ""


def stamp_of(messages: Iterable[Sent]) -> str:
    """Return a text that changes when anything in the box does."""
    states = [(sent.message.pk, sent.message.state, sent.when) for sent in messages]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]
