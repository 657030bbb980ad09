"""The key in the link to a new password."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetTokens(PasswordResetTokenGenerator):
    """Worth nothing any more once the password, the address (both Django's) or the number is another: the link may lie
    on a telephone that is no longer theirs.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}|{user.phone}"
