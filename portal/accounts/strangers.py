"""People who have proved an e-mail address or a number that leads to no access.

Whether there is an access is said only after the proof, so that nobody can ask about others.
"""

import time

from django.http import HttpRequest

from portal.accounts.models import User
from portal.accounts.registers import Proved

IN_SESSION = "proved_contact"
LASTS = 30 * 60  # seconds


def user_of(proved: Proved) -> User | None:
    """Return the user, disabled ones too, that a proved contact belongs to, or None."""
    field, value = ("email", proved.email) if proved.email else ("phone", proved.phone)
    return User.objects.filter(**{field: value}).first()


def remember(request: HttpRequest, proved: Proved, *, needs_staff: bool = False) -> None:
    """Keep the proof in the session, under a new id: it is worth something now."""
    request.session.cycle_key()
    kept = {"email": proved.email, "phone": proved.phone, "by": proved.by, "at": time.time()}
    request.session[IN_SESSION] = kept | {"needs_staff": needs_staff}


def proved_contact(request: HttpRequest) -> Proved | None:
    """Return what the visitor has proved within the last half hour: forms that ask for access may rely on it."""
    kept = request.session.get(IN_SESSION)
    if not kept or time.time() - kept["at"] > LASTS:
        return None
    return Proved(email=kept["email"], phone=kept["phone"], by=kept.get("by", ""))


def needs_staff(request: HttpRequest) -> bool:
    """Whether the contact is a customer's, and customer service is to say whose it is."""
    return bool(request.session.get(IN_SESSION, {}).get("needs_staff"))
