"""Who owns a customer may offer access to it; and whoever comes or goes, the owners are told."""

from typing import Any

from django.core.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


def lock_for_owner(customer: Customer, by: User) -> None:
    """Hold on to a customer for somebody who offers access to it. Raises PermissionDenied for who owned it when the
    page was asked for, and was taken off or shut out meanwhile: what they had offered has ended by then.
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    owners = Membership.objects.owners().filter(customer=customer)
    if not (by.is_staff or owners.filter(user=by).exists()):
        raise PermissionDenied


def tell_of_new_user(membership: Membership, *, key: int, by: User) -> None:
    """Tell the other owners of somebody who acts for the customer from now on, whoever let them in."""
    if membership.role == Role.OWNER:
        tell_owners(membership, key=key, by=by)
        return
    context = {"role": Role(membership.role).label, "by": "" if by == membership.user else by.name or by.email}
    _tell_the_others("customers.user_added", membership, context, key=key, by=by)


def tell_owners(membership: Membership, *, key: int, by: User) -> None:
    """Tell the other owners of somebody who has become one or is one no more, whoever did it."""
    is_removed = membership.pk is None
    context = {
        "role": "" if is_removed else Role(membership.role).label,
        "by": by.name or by.email,
        "has_left": is_removed and membership.user == by,
    }
    _tell_the_others("customers.owners_changed", membership, context, key=key, by=by)


def _tell_the_others(event: str, membership: Membership, context: dict[str, Any], *, key: int, by: User) -> None:
    """Tell by e-mail the owners who are neither the person it is about nor who did it."""
    whose = {
        "customer_name": membership.customer.name,
        "person": membership.user.name or membership.user.email,
    }
    owners = Membership.objects.owners().filter(customer=membership.customer).select_related("user")
    for owner in owners.exclude(user=membership.user).exclude(user=by):
        notify(
            event=event,
            key=f"{event}:{key}:{owner.pk}",
            context={**whose, **context},
            user=owner.user,
            channels=[Channel.EMAIL],
        )


def tell_of_authorization(event: str, authorization: Authorization, *, by: User) -> None:
    """Tell the owners of the one that lends what the one that holds has done: accepted it, or given it back."""
    owners = Membership.objects.owners().filter(customer=authorization.customer).select_related("user")
    for owner in owners.exclude(user=by):
        notify(
            event=event,
            key=f"{event}:{authorization.pk}:{owner.user_id}",
            context={
                "customer_name": authorization.customer.name,
                "person": by.name or by.email,
                "holder_name": authorization.holder.name if authorization.holder else "",
                "authorization": authorization,
            },
            user=owner.user,
            channels=[Channel.EMAIL],
        )
