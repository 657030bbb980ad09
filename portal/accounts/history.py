"""How the audit log's entries of signing in read to the person they are about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.devices import UserAgent
from portal.audit.models import Entry

WAYS = {
    "code": _("one-time code"),
    "password": _("password"),
    "app": _("authenticator app"),
    "passkey": _("passkey"),
    "recovery_code": _("recovery code"),
    "link": _("link from customer service"),
    "openid": _("ID-porten"),
    "second_factor": _("second step"),
    "pin": _("PIN"),
    "invitation": _("invitation"),
    "reset": _("link for a new password"),
}
WHYS = {
    "too many tries": _("too many tries"),
    "disabled": _("access closed"),
    "expired": _("too late"),
    "expired or used": _("too late, or used already"),
    "accepted": _("used already"),
    "withdrawn": _("withdrawn"),
    "cancelled at the provider": _("cancelled"),
}


@dataclass(frozen=True)
class Attempt:
    """One sign-in, or one that was refused."""

    entry: Entry

    @property
    def at(self) -> datetime:
        return self.entry.at

    @property
    def is_refused(self) -> bool:
        return self.entry.verb != "accounts.signed_in"

    @property
    def way(self) -> str:
        """Return "password, authenticator app"; a way that has no name here is left as it is in the log."""
        written = "pin" if self.entry.verb == "accounts.pin_refused" else self.entry.data.get("method", "")
        return ", ".join(str(WAYS.get(part, part)) for part in written.split("+") if part)

    @property
    def why(self) -> str:
        return str(WHYS.get(self.entry.data.get("why", ""), ""))

    @property
    def ip(self) -> str:
        return str(self.entry.data.get("ip", ""))

    @property
    def device(self) -> UserAgent:
        data: dict[str, Any] = self.entry.data
        return UserAgent(data.get("browser", ""), data.get("system", ""))
