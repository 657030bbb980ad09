"""The client of an SMS gateway that speaks HTTP.

One message is one request to the tenant's gateway address:

    POST <url>
    Authorization: Basic <username:token>   (Bearer <token> when no user name is set)
    Idempotency-Key: <reference>            (the same at every attempt: a repeat must not send twice)
    Content-Type: application/json

    {"reference": "<uuid>", "from": "<sender name>", "to": "+4791234567", "text": "…"}

Answers:

    200, 201, 202, 409   taken; {"id": "<the gateway's number>"} (409: it was taken at an earlier attempt)
    400, 404, 422        refused for good; {"error": "…"} is shown to staff
    504, time-out or lost connection after the request was sent: nobody knows; not sent again by itself
    anything else        not taken; tried again later, after Retry-After seconds where given

Receipts come the other way, to /notifications/sms/receipt/ on the tenant's host (see portal.notifications.views):

    POST /notifications/sms/receipt/
    X-Signature: sha256=<hex HMAC-SHA256 of the body under the receipt secret>

    {"reference": "<uuid>", "status": "delivered" | "failed", "error": "…"}

200 when taken in (a repeat changes nothing), 400 for a body we cannot read, 403 for a wrong signature, 404 for a
reference we do not know.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.clients import http
from portal.clients.http import Answer, Unavailable
from portal.notifications.outcome import Outcome, Result

# For each read, and for the whole of an attempt: well within the outbox's lease.
ANSWER_SECONDS, ATTEMPT_SECONDS = 20.0, 45.0
MOST_READ = 100_000
TAKEN = {200, 201, 202, 409}
REFUSED = {400, 404, 422}
TIMED_OUT_BEHIND = 504


@dataclass(frozen=True)
class Credentials:
    url: str
    username: str
    token: str
    sender: str


@dataclass(frozen=True)
class HttpGateway:
    credentials: Credentials

    def send(self, *, reference: str, to: str, text: str) -> Outcome:
        """Hand one message to the gateway. Never raises for what the network or the gateway does."""
        request = {"reference": reference, "from": self.credentials.sender, "to": to, "text": text}
        headers = {"Authorization": self._authorization(), "Idempotency-Key": reference}
        # Attempts are the outbox's to count. What the operator has set up may be inside our own network.
        gateway = http.client(
            "sms",
            base_url=self.credentials.url,
            timeout=ANSWER_SECONDS,
            deadline=ATTEMPT_SECONDS,
            retries=0,
            max_bytes=MOST_READ,
            breaker=False,
        )
        try:
            return outcome_of(gateway.post(json=request, headers=headers))
        except Unavailable as problem:
            return _outcome_without_answer(problem)

    def _authorization(self) -> str:
        name, token = self.credentials.username, self.credentials.token
        return f"Basic {b64encode(f'{name}:{token}'.encode()).decode()}" if name else f"Bearer {token}"


def _outcome_without_answer(problem: Unavailable) -> Outcome:
    if problem.answer:
        return outcome_of(problem.answer)
    if problem.status:
        # It answered, with more than is read or with a redirect: the status says what it did.
        return _outcome(problem.status, {})
    said = {"error": problem.reason}
    if problem.sent:
        # From here on the gateway may have the message.
        return Outcome(Result.UNKNOWN, error=_("The SMS gateway did not answer: %(error)s") % said)
    return Outcome(Result.TEMPORARY, error=_("The SMS gateway was not reached: %(error)s") % said)


def outcome_of(answer: Answer) -> Outcome:
    """Read the gateway's answer, see the module's docstring."""
    return _outcome(answer.status, _json(answer), http.retry_after(answer))


def _outcome(status: int, answer: dict[str, Any], retry_after: float | None = None) -> Outcome:
    if status in TAKEN:
        return Outcome(Result.SENT, gateway_id=str(answer.get("id", ""))[:100])
    said = {"status": status, "error": answer.get("error", "")}
    error = (_("The SMS gateway answered %(status)s. %(error)s") % said).strip()
    if status in REFUSED:
        return Outcome(Result.PERMANENT, error=error)
    if status == TIMED_OUT_BEHIND:
        return Outcome(Result.UNKNOWN, error=error)
    return Outcome(Result.TEMPORARY, error=error, retry_after=retry_after)


def _json(answer: Answer) -> dict[str, Any]:
    """Return what the answer says, nothing where it is no object: the status alone counts."""
    try:
        said = answer.json(of_any_status=True)
    except Unavailable:
        return {}
    return said if isinstance(said, dict) else {}
