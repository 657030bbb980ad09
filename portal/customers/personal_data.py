"""What the customers' pages hold of a person: taken along on request, removed with the account."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.customers import actions, queries
from portal.customers.models import (
    AccessRequest,
    Authorization,
    ChosenCustomer,
    Customer,
    Invitation,
    Membership,
    Preferences,
    Role,
)


def export(user: User) -> dict[str, Any]:
    """Return what a person has access to, what they have asked for, and how they were invited."""
    return {
        "access": [
            {
                "customer": one.customer.number,
                "name": one.customer.name,
                "role": str(one.role),
                "by_authorization": one.by_authorization,
                "from": one.first.isoformat() if one.first else None,
                "to": one.last.isoformat() if one.last else None,
                "limited_to": list(one.scope),
            }
            for one in queries.reached_by(user)
        ],
        "requests": [_request(request) for request in AccessRequest.objects.filter(email__iexact=user.email)],
        "invitations": [
            {
                "customer": invitation.customer.number,
                "sent_to": invitation.address,
                "sent": invitation.invited_at.isoformat(),
                "accepted": invitation.accepted_at.isoformat() if invitation.accepted_at else None,
            }
            for invitation in _invitations(user).select_related("customer")
        ],
    }


def _request(request: AccessRequest) -> dict[str, Any]:
    fields = ["kind", "state", "name", "email", "phone", "role", "message", "customer_number", "org_no", "company"]
    return {name: getattr(request, name) for name in fields} | {
        "asked": request.asked_at.isoformat(),
        "reason": request.reason,
    }


def _invitations(user: User) -> Any:
    return Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email))


def forget(user: User) -> None:
    """Take away every access, and the name and addresses from what tells how it came about.

    What they have offered as an owner ends, and the owners who are left are told. What was offered to them ends too.
    """
    actions.withdraw_offers(user=user, by=user)
    for waiting in _invitations(user).open().filter(authorization__isnull=False).select_related("authorization"):
        actions.revoke(authorization=waiting.authorization, by=user)
    for membership in Membership.objects.filter(user=user).select_related("user", "customer").order_by("customer"):
        actions.leave(membership=membership)
    Authorization.objects.filter(user=user).delete()
    ChosenCustomer.objects.filter(user=user).delete()
    Preferences.objects.filter(user=user).delete()
    _invitations(user).delete()
    AccessRequest.objects.filter(email__iexact=user.email).delete()


def lock(user: User) -> None:
    """Hold on to the customers the person owns, as every change of a customer's people does; always in one order."""
    own = Membership.objects.filter(user=user, role=Role.OWNER).values("customer")
    list(Customer.objects.select_for_update().filter(pk__in=own).order_by("pk"))


def _left_without_owner(user: User) -> list[Membership]:
    """Return the memberships that make the person the only owner who can sign in."""
    own = Membership.objects.filter(user=user, role=Role.OWNER).select_related("customer").order_by("customer__name")
    others = Membership.objects.owners().exclude(user=user)
    return list(own.exclude(customer__in=others.values("customer")))


def hinders(user: User) -> list[str]:
    """Somebody must own what others use: the last owner hands it over first."""
    left = _left_without_owner(user)
    used = Membership.objects.filter(customer__in=[one.customer_id for one in left], user__is_active=True)
    shared = set(used.exclude(user=user).values_list("customer", flat=True))
    text = _("You are the only owner of %(customer)s. Make one of its other users an owner first.")
    return [text % {"customer": one.customer.name} for one in left if one.customer_id in shared]


def warns(user: User) -> list[str]:
    """Whom nobody will act for any more."""
    text = _("Nobody else has access to %(customer)s. Customer service must open it again if it is needed.")
    return [text % {"customer": one.customer.name} for one in _left_without_owner(user)]
