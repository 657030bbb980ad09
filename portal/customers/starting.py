"""Where a person begins after signing in: for the customer and on the page they have chosen."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.http import HttpRequest

from portal import registry
from portal.accounts.models import User
from portal.customers import actions
from portal.customers.models import Preferences

JUST_SIGNED_IN = "just_signed_in"


def _begin(request: HttpRequest, user: User, **_: Any) -> None:
    request.session[JUST_SIGNED_IN] = True
    actions.begin_with_preferred_customer(user)


def connect() -> None:
    """Listen to the library; called once, when the app is ready."""
    user_logged_in.connect(_begin)


def start_page(user: User, sections: list[registry.Section]) -> str:
    """Return the URL name of the page the user wants to begin on, "" for none or one that is not among these."""
    wanted = Preferences.objects.filter(user=user).values_list("start_page", flat=True).first() or ""
    return wanted if wanted in {section.url_name for section in sections} else ""


def has_just_signed_in(request: HttpRequest) -> bool:
    """Tell it once: from then on the start page is the start page."""
    return bool(request.session.pop(JUST_SIGNED_IN, False))
