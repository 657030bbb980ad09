"""Identity numbers, of which only a keyed hash is ever kept: it tells that two are the same, and not which.

There are few enough numbers to try them all, so the key is what protects them. It is derived from SECRET_KEY, another
one for each tenant: the same person at two companies has two hashes. After a change of SECRET_KEY the fallbacks still
find old hashes, and signing in writes the new one.
"""

import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from portal.tenancy.models import current_tenant


def _key(secret: str) -> bytes:
    info = f"portal.accounts.identity:{current_tenant().pk}".encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret.encode())


def hashes_of(number: str) -> list[str]:
    """Return the number's hashes in the current tenant, the one to store first, then those under older keys."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hmac.digest(_key(secret), number.encode(), "sha256").hex() for secret in secrets]
