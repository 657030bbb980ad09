"""No owner comes or goes in silence."""

from portal.accounts.models import User
from portal.customers.models import Membership, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


def tell_owners(membership: Membership, *, key: int, by: User) -> None:
    """Tell the other owners of somebody who has become one or is one no more, whoever did it."""
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
