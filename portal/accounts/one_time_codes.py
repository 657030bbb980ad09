"""One-time codes that are typed on a page of ours: for a new address or number, as a fresh proof of who somebody is,
and on the way in of who has no account yet. (Signing in by a code is allauth's.)

The session keeps a keyed hash of the code, what it is for, and the tries. A code works once, for five minutes, in the
session that asked for it.
"""

import math
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from redis.exceptions import RedisError

from portal.accounts import sign_in_log
from portal.accounts.access import user_or_none
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message

CODE_LIFETIME = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
RESEND_AFTER = 30  # seconds
MOST_TRIES = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
MOST_RESENDS = settings.ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND


def send_code(*, event: str, code: str, email: str = "", phone: str = "") -> Message:
    """Write a code to the outbox, in the language of the page; to the number when there is one."""
    return notify(
        event=event,
        key=f"{event}:{secrets.token_hex(12)}",
        context={"code": code},
        email="" if phone else email,
        phone=phone,
        language=get_language() or "",
        channels=[Channel.SMS if phone else Channel.EMAIL],
        sensitive=True,
        valid_for=CODE_LIFETIME,
    )[0]


def _hash(code: str) -> str:
    return salted_hmac("portal.accounts.one_time_codes", code, algorithm="sha256").hexdigest()


def take_try(message: int) -> bool:
    """Count a try at the code that went out in a message, and tell whether it is allowed.

    The session counts too, but posts that come at once all read it before any has written: here each is one more.
    While Redis is away the session's count is what there is, for the codes on their way; new ones are not sent.
    """
    key = f"code-tries:{message}"
    try:
        cache.add(key, 0, CODE_LIFETIME.total_seconds() + 60)
        return bool(cache.incr(key) <= MOST_TRIES)
    except RedisError:
        return True


@dataclass(frozen=True)
class Pending:
    """A code on its way to an address or a number (one of the two), for the purpose it was asked for."""

    email: str
    phone: str
    at: float
    tries: int
    resends: int
    message: int

    @property
    def contact(self) -> str:
        return self.email or self.phone

    @property
    def seconds_to_wait(self) -> int:
        """Until another code may be asked for."""
        return max(0, math.ceil(self.at + RESEND_AFTER - time.time()))

    @property
    def sent(self) -> Message | None:
        """The message the code went out in."""
        return Message.objects.filter(pk=self.message).first()

    @property
    def can_resend(self) -> bool:
        return self.resends < MOST_RESENDS


class OneTimeCode:
    """The code of one purpose ("new_email", "first_steps") in a session; `event` names the message it is sent in."""

    def __init__(self, request: HttpRequest, purpose: str, event: str) -> None:
        self.request, self.event = request, event
        self.key = f"one_time_code_{purpose}"

    def send(self, *, email: str = "", phone: str = "", resends: int = 0) -> None:
        """Send a code to the number, else to the address; it takes the place of an earlier one."""
        code = f"{secrets.randbelow(1_000_000):06}"
        message = send_code(event=self.event, code=code, email=email, phone=phone)
        self._keep(
            {"email": "" if phone else email, "phone": phone, "hash": _hash(code), "at": time.time()}
            | {"tries": 0, "resends": resends, "message": message.pk}
        )

    @property
    def pending(self) -> Pending | None:
        """What waits for its code, or None: nothing was asked for, it expired, or it was tried too often."""
        kept = self._kept
        if kept is None:
            return None
        return Pending(**{name: kept[name] for name in ("email", "phone", "at", "tries", "resends", "message")})

    def check(self, code: str) -> bool:
        """Tell whether it is the code, and count a wrong one; the third ends it."""
        kept = self._kept
        if kept is None:
            return False
        if not take_try(kept["message"]):
            self._refused("too many tries")
            self.forget()
            return False
        if constant_time_compare(_hash(normalize_user_code(code)), kept["hash"]):
            return True
        self._refused()
        kept["tries"] += 1
        if kept["tries"] >= MOST_TRIES:
            self.forget()
        else:
            self._keep(kept)
        return False

    @property
    def tries_left(self) -> int:
        pending = self.pending
        return MOST_TRIES - pending.tries if pending else 0

    def forget(self) -> None:
        """The code has been used, or must not be any more."""
        self.request.session.pop(self.key, None)

    @property
    def _kept(self) -> dict[str, Any] | None:
        kept: dict[str, Any] | None = self.request.session.get(self.key)
        if kept and time.time() - kept["at"] > CODE_LIFETIME.total_seconds():
            if "code" in self.request.POST:
                self._refused("expired")
            self.forget()
            return None
        return kept

    def _refused(self, why: str = "") -> None:
        """Log a code that was not taken, on the account of who is signed in, else of whom the address belongs to."""
        kept = self.request.session.get(self.key) or {}
        contact = kept.get("email") or kept.get("phone") or ""
        user = user_or_none(self.request)
        more = {"why": why} if why else {}
        sign_in_log.refused(self.request, user=user, contact=contact, method="code", **more)

    def _keep(self, state: dict[str, Any]) -> None:
        self.request.session[self.key] = state
