"""The people of a customer: their roles, and taking them out. Somebody must always own it."""

from typing import Literal

from django.db import transaction

from portal.accounts.actions import end_sessions
from portal.accounts.models import Identity, User
from portal.audit import actions as audit
from portal.audit.models import Entry
from portal.customers.actions.authorizations import revoke
from portal.customers.actions.invitations import withdraw
from portal.customers.actions.owners import tell_of_new_user, tell_owners
from portal.customers.models import Authorization, ChosenCustomer, Customer, Invitation, Membership, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


class LastOwner(Exception):
    """The customer would have no owner left who can sign in."""


@transaction.atomic
def add_member(*, user: User, customer: Customer, role: Role, by: User, is_new: bool = False) -> Membership:
    """Let somebody act for a customer without an invitation, as staff may, and tell them (a user who `is_new` gets the
    way in instead). Raises IntegrityError when they do already.
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    membership = Membership.objects.create(user=user, customer=customer, role=role)
    entry = _record_added(membership, by=by, data={"by": "staff", "role": role})
    if not is_new:
        _tell("customers.member_added", membership, key=entry.pk, by=by)
    tell_of_new_user(membership, key=entry.pk, by=by)
    return membership


@transaction.atomic
def add_proved_owner(*, user: User, customer: Customer, way: Literal["contact", "identity"]) -> bool:
    """Make somebody an owner of the customer they have proved to be, and tell the others; False where they act for it
    already.
    """
    membership, is_new = Membership.objects.get_or_create(user=user, customer=customer, defaults={"role": Role.OWNER})
    if is_new:
        tell_owners(membership, key=_record_added(membership, by=user, data={"by": way}).pk, by=user)
    return is_new


def _record_added(membership: Membership, *, by: User, data: dict[str, str]) -> Entry:
    user, customer = membership.user, membership.customer
    return audit.record(verb="customers.member_added", by=by, obj=user, customer=customer, data=data)


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User, may_leave_ownerless: bool = False) -> Membership:
    """Give a member another role and tell them. Only staff may leave a customer without an owner.

    Raises LastOwner, and Membership.DoesNotExist when they are gone.
    """
    membership = _locked(membership)
    before = Role(membership.role)
    if role == before:
        return membership
    if membership.is_last_owner and not may_leave_ownerless:
        raise LastOwner
    membership.role = role
    membership.save(update_fields=["role"])
    if before == Role.OWNER:
        withdraw_offers(user=membership.user, by=by, customer=membership.customer)
    if before.strength > role.strength:
        _revoke_held(membership.user, membership.customer, by)
    data = {"user": membership.user.pk, "from": before, "to": role}
    entry = audit.record(verb="customers.role_changed", by=by, obj=membership, customer=membership.customer, data=data)
    _tell("customers.role_changed", membership, key=entry.pk, by=by)
    if Role.OWNER in {before, role}:
        tell_owners(membership, key=entry.pk, by=by)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User, may_leave_ownerless: bool = False) -> None:
    """Take somebody's access away at once: they are signed out everywhere, also where they act for another customer
    just now (unless it is they themselves who leave).

    Only staff may leave a customer without an owner. Raises LastOwner, and Membership.DoesNotExist when the person is
    gone already.
    """
    membership = _locked(membership)
    if membership.is_last_owner and not may_leave_ownerless:
        raise LastOwner
    user, customer, was_owner = membership.user, membership.customer, membership.role == Role.OWNER
    membership.delete()
    ChosenCustomer.objects.filter(user=user, customer=customer).delete()
    withdraw_offers(user=user, by=by, customer=customer)
    _revoke_held(user, customer, by)
    if user != by and not user.is_staff:
        end_sessions(user=user, by=by)
    data: dict[str, str] = {"role": membership.role}
    # By it a provider's register knows them again, should they come with another account.
    if identity := Identity.objects.filter(user=user).first():
        data["identity"] = identity.number_hash
    entry = audit.record(verb="customers.member_removed", by=by, obj=user, customer=customer, data=data)
    _tell("customers.member_removed", membership, key=entry.pk, by=by)
    if was_owner:
        tell_owners(membership, key=entry.pk, by=by)


@transaction.atomic
def leave(*, membership: Membership) -> None:
    """Take somebody off who closes their account; what must be settled first has been looked at, behind a lock."""
    user, customer, was_owner = membership.user, membership.customer, membership.role == Role.OWNER
    data = {"role": membership.role}
    membership.delete()
    # Not as one who was taken off: that person may come back.
    entry = audit.record(verb="customers.member_left", by=user, obj=user, customer=customer, data=data)
    if was_owner:
        tell_owners(membership, key=entry.pk, by=user)


def _locked(membership: Membership) -> Membership:
    """Read a membership again behind a lock on its customer: of two owners who remove each other, one comes second."""
    Customer.objects.select_for_update().get(pk=membership.customer_id)
    return Membership.objects.select_related("user", "customer").get(pk=membership.pk)


@transaction.atomic
def withdraw_offers(*, user: User, by: User | None, customer: Customer | None = None) -> None:
    """End what somebody has offered as an owner and nobody has accepted, for one customer or for all: whoever owns
    it no more, or may not sign in any more, could come back in by it. The owners who are left invite anew.

    What staff have sent, they have sent for the company: it stays, and other staff see it in admin.
    """
    sent = Invitation.objects.open().filter(invited_by=user).select_related("authorization")
    if customer:
        sent = sent.filter(customer=customer)
    elif user.is_staff:
        return
    for invitation in sent.order_by("customer", "pk"):
        if invitation.authorization:
            revoke(authorization=invitation.authorization, by=by)
        else:
            withdraw(invitation=invitation, by=by)


@transaction.atomic
def withdraw_offer(*, invitation: Invitation, by: User) -> None:
    """Make an invitation's link useless, and end the authorization it offers. Raises InvitationClosed when somebody has
    accepted it.
    """
    withdraw(invitation=invitation, by=by)
    if invitation.authorization:
        revoke(authorization=invitation.authorization, by=by)


def _revoke_held(user: User, customer: Customer, by: User) -> None:
    """End what a member holds of the same customer by an authorization: it would keep them in, or above their role."""
    for held in Authorization.objects.filter(customer=customer, user=user, revoked_at=None).order_by("pk"):
        revoke(authorization=held, by=by)


def _tell(event: str, membership: Membership, *, key: int, by: User) -> None:
    if membership.user == by or not membership.user.is_active:
        return
    context = {"customer_name": membership.customer.name, "role": Role(membership.role).label}
    notify(event=event, key=f"{event}:{key}", context=context, user=membership.user, channels=[Channel.EMAIL])
