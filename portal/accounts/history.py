"""How the audit log's entries of signing in read to the person they are about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.accounts.audit_values import WAYS, WHYS
from portal.accounts.devices import UserAgent
from portal.audit.models import Entry


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
        """Return "Password + Authenticator app"."""
        written = "pin" if self.entry.verb == "accounts.pin_refused" else self.entry.data.get("method", "")
        return " + ".join(str(WAYS.get(part, WAYS["unknown"])) for part in written.split("+") if part)

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
