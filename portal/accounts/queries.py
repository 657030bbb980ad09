"""What leads in to a user: open sessions, devices with a PIN, links; and the history of signing in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.devices import UserAgent, agent_of
from portal.accounts.models import AccessLink, Device, User
from portal.audit.models import Entry


@dataclass(frozen=True)
class OpenSession:
    pk: int
    device: UserAgent
    ip: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_current: bool


def open_sessions(user: User) -> "QuerySet[UserSession]":
    """Return the user's sessions that still lead in, the last used first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    sessions: QuerySet[UserSession] = UserSession.objects.filter(user_id=user.pk, session_key__in=alive)
    return sessions.order_by("-last_seen_at", "-pk")


def sessions_of(user: User, *, current: str | None) -> list[OpenSession]:
    """Return the user's sessions as the page shows them, first the one that asks; `current` is its key."""
    found = [
        OpenSession(
            pk=session.pk,
            device=agent_of(session.user_agent),
            ip=session.ip,
            signed_in_at=session.created_at,
            last_seen_at=session.last_seen_at,
            is_current=session.session_key == current,
        )
        for session in open_sessions(user)
    ]
    return sorted(found, key=lambda session: not session.is_current)


def user_of_link(key_hash: str) -> User | None:
    """Return whom an access link would let in, or None."""
    links = AccessLink.objects.filter(key_hash=key_hash, used_at=None, expires_at__gt=timezone.now())
    link = links.filter(user__is_active=True).select_related("user").first()
    return link.user if link else None


def holder_of_link(key_hash: str) -> User | None:
    """Return whose access link it is or was, whether or not it still lets anybody in; None when nobody's is known."""
    link = AccessLink.objects.filter(key_hash=key_hash).select_related("user").first()
    return link.user if link else None


HISTORY = ["accounts.signed_in", "accounts.sign_in_refused", "accounts.pin_refused"]


def sign_in_history(user: User) -> "QuerySet[Entry]":
    """Return the user's sign-ins and what was refused, the newest first."""
    found = Entry.objects.filter(object_type=User._meta.label_lower, object_id=user.pk, verb__in=HISTORY)
    return found.order_by("-at", "-pk")


@dataclass(frozen=True)
class PinDevice:
    pk: int
    device: UserAgent
    last_used_at: datetime
    is_current: bool


def pin_devices_of(user: User, *, current: int | None) -> list[PinDevice]:
    """Return the devices on which the user has a PIN, the last used first; `current` is the one that asks."""
    return [
        PinDevice(device.pk, agent_of(device.user_agent), device.last_used_at, device.pk == current)
        for device in Device.objects.filter(user=user).exclude(pin="").order_by("-last_used_at", "-pk")
    ]
