"""Tying an account to a person, by the keyed hash of their identity number."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from portal.accounts.actions import create_user
from portal.accounts.models import Identity, User
from portal.accounts.oidc import registers
from portal.audit import actions as audit


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
        registers.give(identity.user, hashes)
    return identity.user


@transaction.atomic
def link(*, user: User, hashes: Sequence[str], by: User) -> None:
    """Tie an account to the person. Raises IntegrityError when it has another, or the person another account."""
    Identity.objects.create(user=user, number_hash=hashes[0], linked_at=timezone.now())
    registers.give(user, hashes)
    audit.record(verb="accounts.identity_linked", by=by, obj=user)


@transaction.atomic
def create(*, email: str, name: str, language: str, hashes: Sequence[str]) -> User:
    """Make an account for the person at an address they have proved. Raises IntegrityError when it is taken."""
    user = create_user(email=email, name=name, language=language, by=None)
    link(user=user, hashes=hashes, by=user)
    return user
