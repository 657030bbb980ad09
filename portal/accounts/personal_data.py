"""What signing in holds of a person: their details, the devices with a PIN, and the keys they have added."""

from typing import Any

from allauth.mfa.models import Authenticator

from portal.accounts import queries
from portal.accounts.models import AccessLink, Device, User


def export_user(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "mobile": user.phone,
        "language": user.language,
        "created": user.date_joined.isoformat(),
        "sign_ins": [
            {"at": entry.at.isoformat(), "what": entry.verb, **entry.data} for entry in queries.sign_in_history(user)
        ],
    }


def export_devices(user: User) -> list[dict[str, str]]:
    return [
        {
            "browser": device.user_agent,
            "created": device.created_at.isoformat(),
            "last_used": device.last_used_at.isoformat(),
        }
        for device in Device.objects.filter(user=user).order_by("pk")
    ]


def forget_devices(user: User) -> None:
    """Whatever leads in goes with the account: PINs, links on their way, passkeys, apps and recovery codes."""
    Device.objects.filter(user=user).delete()
    AccessLink.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
