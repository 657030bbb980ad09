"""What somebody may do for a customer, from all that gives them access to it.

Without models and clock. What a role is called depends on the company of the open scope, and on nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.tenancy.scope import open_scope


def has_ordering() -> bool:
    """Whether the company of the open scope has anything to order; outside of one, as if it had."""
    company: Any = open_scope()
    return company is None or registry.takes_orders(company)


def _orderer() -> str:
    return gettext("Orderer") if has_ordering() else pgettext("role", "Manager")


class Role(TextChoices):
    """What someone may do for a customer, weakest first; each may do what those before may."""

    READER = "reader", _("Reader")
    # Where there is nothing to order, nobody is an orderer.
    ORDERER = "orderer", lazy(_orderer, str)()
    OWNER = "owner", _("Owner")

    def includes(self, needed: "Role") -> bool:
        return self.strength >= needed.strength

    @property
    def strength(self) -> int:
        return list(Role).index(self)


# What a customer may lend out. Owners decide over users and authorizations, and that is never lent.
LENDABLE = (Role.READER, Role.ORDERER)


@dataclass(frozen=True)
class Grant:
    """One thing that gives access: a membership, or an authorization with its `scope` (empty: everything).

    `ceiling` is the role in the firm that holds the authorization, None where the person holds it themselves: nobody
    may do more for another customer than for the firm they do it through.
    """

    role: Role
    is_member: bool = False
    scope: frozenset[str] = frozenset()
    ceiling: Role | None = None

    @property
    def effective_role(self) -> Role:
        return min(self.role, self.ceiling or self.role, key=lambda role: role.strength)


@dataclass(frozen=True)
class Standing:
    """The sum of somebody's grants. `scope` None is everything, else only the references in it."""

    role: Role
    is_member: bool
    scope: frozenset[str] | None


def standing_of(grants: Iterable[Grant]) -> Standing | None:
    """Return what the grants give together, None for no grant at all.

    Where something covers everything, the strongest of those counts, and what covers a part adds nothing: a role for
    one metering point must not become a role for all. Where all cover parts, the parts add up, in the weakest role.
    """
    found = list(grants)
    if not found:
        return None
    whole = [grant for grant in found if not grant.scope]
    if whole:
        role = max((grant.effective_role for grant in whole), key=lambda role: role.strength)
        return Standing(role, any(grant.is_member for grant in whole), None)
    role = min((grant.effective_role for grant in found), key=lambda role: role.strength)
    return Standing(role, is_member=False, scope=frozenset[str]().union(*(grant.scope for grant in found)))


class State(TextChoices):
    """Where an authorization stands on a day."""

    WAITING = "waiting", _("Waits for an answer")
    COMING = "coming", _("Not begun")
    HOLDS = "holds", _("Holds")
    ENDED = "ended", _("Ended")
    REVOKED = "revoked", _("Revoked")


def state_on(day: date, *, first: date, last: date | None, is_accepted: bool, is_revoked: bool) -> State:
    """Return the state of an authorization from `first` to `last` (None: no end), both days included."""
    if is_revoked:
        return State.REVOKED
    if last is not None and day > last:
        return State.ENDED
    if not is_accepted:
        return State.WAITING
    return State.COMING if day < first else State.HOLDS


def masked(address: str) -> str:
    """Return an address as it may be shown to whoever holds a link: "k…@example.com", "… 45 67"."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"… {address[-4:-2]} {address[-2:]}"


def is_same_name(one: str, other: str) -> bool:
    """Compare names of firms as people write them: letter case, spaces and punctuation do not count."""
    return _letters(one) == _letters(other) != ""


def _letters(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
