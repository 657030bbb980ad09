"""Text that lies encrypted in the database, under keys derived from SECRET_KEY and its fallbacks."""

import base64
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


def _fernet_of(secret: str) -> Fernet:
    # What lies in the databases was encrypted under this name: it stays as it is.
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"portal.notifications").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet_of(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


class EncryptedTextField(models.TextField[str, str]):
    """A text field encrypted at rest. It cannot be searched; text under a lost key reads as ""."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value:
            return value
        try:
            return _keys().decrypt(value.encode()).decode()
        except InvalidToken:
            return ""

    def get_prep_value(self, value: Any) -> Any:
        return _keys().encrypt(value.encode()).decode() if value else value
