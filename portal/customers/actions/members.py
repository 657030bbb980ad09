"""The people of a customer: their roles, and taking them out. Somebody must always own it."""

from django.db import transaction

from portal.accounts.actions import end_sessions
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import ChosenCustomer, Customer, Membership, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


class LastOwner(Exception):
    """The customer would have no owner left who can sign in."""


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User) -> Membership:
    """Give a member another role and tell them. Raises LastOwner, and Membership.DoesNotExist when they are gone."""
    membership = _locked(membership)
    before = Role(membership.role)
    if role == before:
        return membership
    if before == Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    data = {"user": membership.user.pk, "from": before, "to": role}
    entry = audit.record(verb="customers.role_changed", by=by, obj=membership, customer=membership.customer, data=data)
    _tell("customers.role_changed", membership, key=entry.pk, by=by)
    if Role.OWNER in {before, role}:
        _tell_owners(membership, key=entry.pk, by=by)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User, may_leave_ownerless: bool = False) -> None:
    """Take somebody's access away at once: they are signed out everywhere, also where they act for another customer
    just now (unless it is they themselves who leave).

    Only staff may leave a customer without an owner. Raises LastOwner, and Membership.DoesNotExist when the person is
    gone already.
    """
    membership = _locked(membership)
    if membership.role == Role.OWNER and not may_leave_ownerless:
        _keep_an_owner(membership)
    user, customer, was_owner = membership.user, membership.customer, membership.role == Role.OWNER
    membership.delete()
    ChosenCustomer.objects.filter(user=user, customer=customer).delete()
    if user != by and not user.is_staff:
        end_sessions(user=user, by=by)
    entry = audit.record(
        verb="customers.member_removed", by=by, obj=user, customer=customer, data={"role": membership.role}
    )
    _tell("customers.member_removed", membership, key=entry.pk, by=by)
    if was_owner:
        _tell_owners(membership, key=entry.pk, by=by)


def _locked(membership: Membership) -> Membership:
    """Read a membership again behind a lock on its customer: of two owners who remove each other, one comes second."""
    Customer.objects.select_for_update().get(pk=membership.customer_id)
    return Membership.objects.select_related("user", "customer").get(pk=membership.pk)


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(customer=membership.customer, role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise LastOwner


def _tell(event: str, membership: Membership, *, key: int, by: User) -> None:
    if membership.user == by:
        return
    context = {"customer_name": membership.customer.name, "role": Role(membership.role).label}
    notify(event=event, key=f"{event}:{key}", context=context, user=membership.user, channels=[Channel.EMAIL])


def _tell_owners(membership: Membership, *, key: int, by: User) -> None:
    """No owner comes or goes in silence, whoever did it."""
    owners = Membership.objects.filter(customer=membership.customer, role=Role.OWNER).select_related("user")
    is_removed = membership.pk is None
    for owner in owners.exclude(user=membership.user).exclude(user=by):
        notify(
            event="customers.owners_changed",
            key=f"customers.owners_changed:{key}:{owner.pk}",
            context={
                "customer_name": membership.customer.name,
                "person": membership.user.name or membership.user.email,
                "role": "" if is_removed else Role(membership.role).label,
                "by": by.name or by.email,
            },
            user=owner.user,
            channels=[Channel.EMAIL],
        )
