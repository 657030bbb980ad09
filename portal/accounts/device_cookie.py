"""The cookie by which a browser is known again: a random token that says nothing by itself."""

import secrets

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.accounts.keys import hash_of
from portal.accounts.models import Device, User

LASTS = 60 * 60 * 24 * 400  # what browsers allow
IN_SESSION = "device"


def token_of(request: HttpRequest) -> str:
    """Return the browser's token, or a new one for `set_on`."""
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME) or secrets.token_urlsafe(32)


def device_of(request: HttpRequest, user: User) -> Device | None:
    """Return the browser that asks, as this user's device."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    return Device.objects.filter(user=user, token_hash=hash_of(token)).first() if token else None


def set_on(response: HttpResponseBase, token: str) -> None:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
