"""What the customers' pages hold of a person: taken along on request, removed with the account."""

from typing import Any

from django.db.models import Q

from portal.accounts.models import User
from portal.customers import queries
from portal.customers.models import (
    AccessRequest,
    Authorization,
    ChosenCustomer,
    Invitation,
    Membership,
    Preferences,
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
    """Take away every access, and the name and addresses from what tells how it came about."""
    Membership.objects.filter(user=user).delete()
    Authorization.objects.filter(user=user).delete()
    ChosenCustomer.objects.filter(user=user).delete()
    Preferences.objects.filter(user=user).delete()
    _invitations(user).delete()
    AccessRequest.objects.filter(email__iexact=user.email).delete()
