"""The signature of a webhook: what a receiver computes to know that it comes from us, and when."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature_of(body: bytes, secret: str, at: int) -> str:
    """Return the header Skranke-Signature: `t=<unix time>,v1=<hex HMAC-SHA256 of "<t>.<body>" under the secret>`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
