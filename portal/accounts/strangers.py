"""People who have proved an e-mail address or a number that leads to no access.

Whether there is an access is said only after the proof, so that nobody can ask about others. What a proved address is
worth, an upper floor may know (a customer register): it adds a finder.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from portal.accounts.models import User

IN_SESSION = "proved_contact"
LASTS = 30 * 60  # seconds


@dataclass(frozen=True)
class Proved:
    """A contact whose holder has typed the code we sent there; one of the two is empty.

    Both are for somebody who has shown who they are at a provider: then `by` is its name.
    """

    email: str = ""
    phone: str = ""
    by: str = ""

    def __str__(self) -> str:
        return self.email or self.phone


# Returns the user whom the proved contact belongs to, made when need be, or None.
Finder = Callable[[Proved], User | None]
_finders: list[Finder] = []


def on_proof(finder: Finder) -> None:
    """Ask `finder` for the user when a contact has been proved that no user has; called in AppConfig.ready()."""
    _finders.append(finder)


def user_of(proved: Proved) -> User | None:
    """Return the user, disabled ones too, that a proved contact belongs to, or None."""
    field, value = ("email", proved.email) if proved.email else ("phone", proved.phone)
    user = User.objects.filter(**{field: value}).first()
    return user or next((user for finder in _finders if (user := finder(proved))), None)


def remember(request: HttpRequest, proved: Proved) -> None:
    """Keep the proof in the session, under a new id: it is worth something now."""
    request.session.cycle_key()
    request.session[IN_SESSION] = {"email": proved.email, "phone": proved.phone, "by": proved.by, "at": time.time()}


def proved_contact(request: HttpRequest) -> Proved | None:
    """Return what the visitor has proved within the last half hour: forms that ask for access may rely on it."""
    kept = request.session.get(IN_SESSION)
    if not kept or time.time() - kept["at"] > LASTS:
        return None
    return Proved(email=kept["email"], phone=kept["phone"], by=kept.get("by", ""))
