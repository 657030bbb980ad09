"""Giving and revoking authorizations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers import scopes
from portal.customers.actions.invitations import Person, invite
from portal.customers.actions.owners import lock_for_owner, tell_of_authorization
from portal.customers.models import Authorization, Customer, Invitation, Membership, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is lent: a role, from–to (both included, None without end), and for what (empty: everything)."""

    role: Role
    first: date
    last: date | None = None
    scope: Sequence[str] = ()


@transaction.atomic
def give_to_firm(*, customer: Customer, holder: Customer, terms: Terms, by: User) -> Authorization:
    """Let all of another customer's people act for this one, and tell that firm's owners.

    The very same again, a second click, is the one there is; other terms are an authorization of their own beside it.
    """
    lock_for_owner(customer, by)
    if same := _same(customer, terms).filter(holder=holder).first():
        return same
    authorization = _give(customer, terms, by, holder=holder)
    _tell("customers.authorization_given", authorization, _owners_of(holder))
    return authorization


@transaction.atomic
def give_to_person(*, customer: Customer, person: Person, terms: Terms, by: User) -> Authorization:
    """Offer a person to act for the customer. It waits until they have answered the invitation; the very same offer
    again, while they have not, is the one there is.
    """
    lock_for_owner(customer, by)
    waiting = _same(customer, terms).filter(user=None, holder=None, invitation__in=Invitation.objects.valid())
    address = {"invitation__email__iexact": person.email, "invitation__phone": person.phone}
    if same := waiting.filter(**address).first():
        return same
    authorization = _give(customer, terms, by)
    invite(customer=customer, role=terms.role, person=person, by=by, authorization=authorization)
    return authorization


def _same(customer: Customer, terms: Terms) -> "QuerySet[Authorization]":
    """Return the customer's authorizations with just these terms. It is locked: twenty clicks come one by one."""
    rows = Authorization.objects.filter(customer=customer, revoked_at=None, role=terms.role)
    return rows.filter(scope=sorted(terms.scope), valid_from=terms.first, valid_to=terms.last)


def _give(customer: Customer, terms: Terms, by: User, holder: Customer | None = None) -> Authorization:
    authorization = Authorization.objects.create(
        customer=customer,
        holder=holder,
        role=terms.role,
        scope=sorted(terms.scope),
        valid_from=terms.first,
        valid_to=terms.last,
        given_by=by,
    )
    data = {"role": terms.role, "scope": list(terms.scope), "to": terms.last.isoformat() if terms.last else None}
    audit.record(verb="customers.authorization_given", by=by, obj=authorization, customer=customer, data=data)
    return authorization


@transaction.atomic
def revoke(*, authorization: Authorization, by: User | None) -> None:
    """End an authorization at once; one that is revoked already stays so. Who held it is told."""
    if found := _ended(authorization, "customers.authorization_revoked", by):
        held_by = [found.user] if found.user and found.user.is_active else _owners_of(found.holder)
        _tell("customers.authorization_revoked", found, [user for user in held_by if user != by])


@transaction.atomic
def give_back(*, authorization: Authorization, by: User) -> None:
    """End an authorization that `by` holds, themselves or as an owner of the firm that does. Who lent it is told, and
    so are the firm's other owners.
    """
    if found := _ended(authorization, "customers.authorization_given_back", by):
        tell_of_authorization("customers.authorization_given_back", found, by=by)
        others = [user for user in _owners_of(found.holder) if user != by]
        _tell("customers.authorization_revoked", found, others, given_back_by=by.name or by.email)


def _ended(authorization: Authorization, verb: str, by: User | None) -> Authorization | None:
    """Return what has been ended now, None where it had been already."""
    rows = Authorization.objects.select_for_update(of=("self",)).select_related("customer", "user", "holder")
    found = rows.get(pk=authorization.pk)
    if found.revoked_at:
        return None
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    Invitation.objects.open().filter(authorization=found).update(withdrawn_at=timezone.now())
    audit.record(verb=verb, by=by, obj=found, customer=found.customer)
    return found


def _owners_of(holder: Customer | None) -> list[User]:
    rows = Membership.objects.owners().filter(customer=holder).select_related("user") if holder else []
    return [membership.user for membership in rows]


def _tell(event: str, authorization: Authorization, users: Sequence[User], given_back_by: str = "") -> None:
    holder = authorization.holder.name if authorization.holder else ""
    scope = scopes.Labels().of(authorization.customer, authorization.scope) if users else []
    for user in users:
        notify(
            event=event,
            key=f"{event}:{authorization.pk}:{user.pk}",
            context={
                "customer_name": authorization.customer.name,
                "holder_name": holder,
                "authorization": authorization,
                "role": Role(authorization.role).label,
                "scope": scope,
                "given_back_by": given_back_by,
            },
            user=user,
            channels=[Channel.EMAIL],
        )
