"""The secret of an invitation's link. The database holds only what comes of it under our key."""

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "portal.customers.invitation"


def new_token() -> str:
    """Return 256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return _hash(token, settings.SECRET_KEY)


def possible_hashes(token: str) -> list[str]:
    """Return what may stand in the database for a token: the key may have been changed since."""
    return [_hash(token, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(token: str, secret: str) -> str:
    return salted_hmac(SALT, token, secret=secret, algorithm="sha256").hexdigest()
