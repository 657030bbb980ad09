"""Tying an account to a person, by the keyed hash of their identity number, or by a number they have proved."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from portal.accounts import registers
from portal.accounts.actions import change_phone
from portal.accounts.models import Identity, User
from portal.accounts.registers import Proved
from portal.audit import actions as audit
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant

CONNECTED = gettext_lazy("%(name)s has been connected with your account, and leads in from now on.")
DISCONNECTED = gettext_lazy("%(name)s no longer leads to your account.")


@transaction.atomic
def user_of(hashes: Sequence[str]) -> User | None:
    """Return whose account the person has, disabled ones too; they come to act for what has become theirs since."""
    identity = Identity.objects.filter(number_hash__in=hashes).select_related("user").first()
    if identity is None:
        return None
    if identity.number_hash != hashes[0]:
        identity.number_hash = hashes[0]
        identity.save(update_fields=["number_hash"])
    if identity.user.is_active:
        registers.give(identity.user, Proved(hashes=tuple(hashes)))
    return identity.user


@transaction.atomic
def tie(*, user: User, proved: Proved, is_new: bool = False) -> None:
    """Let what somebody has proved lead to their account from now on, give them what is theirs by it, and tell them
    (unless they have just made the account with it).

    A number is taken over where the account has none. Raises IntegrityError when the account is another person's, or
    the person or the number another account's.
    """
    if proved.hashes:
        _link(user, proved, is_new=is_new)
    if proved.phone and not user.phone:
        change_phone(user=user, phone=proved.phone, by=user)
    registers.give(user, proved)


def _link(user: User, proved: Proved, *, is_new: bool) -> None:
    """Tying the same two again changes nothing."""
    known = Identity.objects.filter(user=user).first()
    if known and known.number_hash in proved.hashes:
        return
    Identity.objects.create(user=user, number_hash=proved.hashes[0], linked_at=timezone.now())
    audit.record(verb="accounts.identity_linked", by=user, obj=user)
    if not is_new:
        _tell(user, CONNECTED, proved.by)


@transaction.atomic
def untie(*, user: User, name: str, by: User) -> None:
    """Let the provider, called `name`, lead to the account no more, and tell its holder."""
    gone, _rows = Identity.objects.filter(user=user).delete()
    if gone:
        audit.record(verb="accounts.identity_unlinked", by=by, obj=user)
        _tell(user, DISCONNECTED, name)


def _tell(user: User, text: Any, name: str) -> None:
    with override(user.language or current_tenant().language):
        what = str(text) % {"name": name}
    notify(
        event="accounts.security_changed",
        key=f"accounts.security_changed:{secrets.token_hex(12)}",
        context={"what": what},
        user=user,
        channels=[Channel.EMAIL],
    )
