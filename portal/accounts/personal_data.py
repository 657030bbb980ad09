"""What an account itself holds of a person: taken along on request, gone when the account is closed."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from portal import registry
from portal.accounts import queries
from portal.accounts.devices import agent_of
from portal.accounts.models import AccessLink, Device, Identity, User


def export(user: User) -> dict[str, Any]:
    """Return the details, and by what and where the person gets in. Secrets are no data of theirs to take along."""
    return {
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "language": user.language,
        "created": user.date_joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        "has_password": user.has_usable_password(),
        "staff_role": user.staff_role,
        # Which number it is, nobody can tell: only a keyed hash is kept.
        "identity_is_linked": Identity.objects.filter(user=user).exists(),
        "second_factors": [
            {"kind": str(factor.type), "added": factor.created_at.isoformat()}
            for factor in Authenticator.objects.filter(user=user).order_by("created_at")
        ],
        "devices": [
            {"name": device.user_agent, "last_used": device.last_used_at.isoformat(), "has_pin": bool(device.pin)}
            for device in Device.objects.filter(user=user).order_by("created_at")
        ],
        "sessions": [
            {
                "browser": agent_of(session.user_agent).browser,
                "ip": session.ip,
                "signed_in": session.created_at.isoformat(),
                "last_used": session.last_seen_at.isoformat(),
            }
            for session in queries.open_sessions(user)
        ],
        "access_links": [
            {"sent": link.created_at.isoformat(), "used": link.used_at.isoformat() if link.used_at else None}
            for link in AccessLink.objects.filter(user=user).order_by("created_at")
        ],
    }


def forget(user: User) -> None:
    """Take away every way in; `actions.close_account` empties the user's own row."""
    for rows in (EmailAddress, Authenticator, Device, AccessLink, Identity):
        rows.objects.filter(user=user).delete()


def hinders(user: User) -> list[str]:
    return [_("You are staff. An administrator closes your account.")] if user.is_staff else []


PERSONAL_DATA = registry.PersonalData(name="account", export=export, forget=forget, hinders=hinders)
