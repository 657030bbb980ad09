"""The link for choosing a new password, by e-mail or SMS. allauth makes and checks the key.

It works once, for an hour. The key stands in the address that is opened, and so in a proxy's log; opening it moves the
key to the session and leads on to an address without it, and once the password is changed it is worth nothing.
"""

import secrets

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.accounts.fields import is_phone
from portal.accounts.models import User
from portal.notifications.actions import notify
from portal.notifications.models import Channel


def send_link(request: HttpRequest, login: str) -> None:
    """Send the link to an address or a number, as LoginField cleans them. Who has no access is told there, not here."""
    if not is_phone(login):
        users = filter_users_by_email(login, is_active=True, prefer_verified=True, for_login=True)
        request_password_reset(request, login, users, default_token_generator)
        return
    user = User.objects.filter(phone=login, is_active=True).first()
    url = get_adapter().get_reset_password_from_key_url(_key_of(user)) if user else ""
    event = "accounts.password_reset" if user else "accounts.unknown_address"
    notify(
        event=event,
        key=f"{event}:{secrets.token_hex(12)}",
        context={"url": url},
        phone=login,
        language=get_language() or "",
        channels=[Channel.SMS],
        sensitive=user is not None,
        valid_for=get_adapter().link_lifetime,
    )


def _key_of(user: User) -> str:
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
