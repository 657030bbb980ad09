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

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from django.utils.translation import gettext as _

from portal.notifications.outcome import Outcome, Result

# Together well within the outbox's lease.
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
CONNECTION_ATTEMPTS = 2
NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol)
TAKEN = {200, 201, 202, 409}
REFUSED = {400, 404, 422}
LONGEST_WAIT = timedelta(hours=6)


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
        try:
            return outcome_of(self._post(reference, request))
        except NOTHING_WAS_SENT as error:
            return Outcome(Result.TEMPORARY, error=_("The SMS gateway was not reached: %(error)s") % {"error": error})
        except httpx.RequestError as error:
            # From here on the gateway may have the message.
            said = {"error": type(error).__name__}
            return Outcome(Result.UNKNOWN, error=_("The SMS gateway did not answer: %(error)s") % said)

    def _post(self, reference: str, request: dict[str, str]) -> httpx.Response:
        # The transport's retries cover only connections that could not be made, so nothing is sent twice.
        transport = httpx.HTTPTransport(retries=CONNECTION_ATTEMPTS - 1)
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        with httpx.Client(timeout=timeout, transport=transport, trust_env=False) as client:
            return client.post(
                self.credentials.url, json=request, auth=self._auth(), headers={"Idempotency-Key": reference}
            )

    def _auth(self) -> httpx.Auth:
        if self.credentials.username:
            return httpx.BasicAuth(self.credentials.username, self.credentials.token)
        return BearerAuth(self.credentials.token)


class BearerAuth(httpx.Auth):
    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def outcome_of(response: httpx.Response) -> Outcome:
    """Read the gateway's answer, see the module's docstring."""
    answer = _json(response)
    if response.status_code in TAKEN:
        return Outcome(Result.SENT, gateway_id=str(answer.get("id", ""))[:100])
    said = {"status": response.status_code, "error": answer.get("error", "")}
    error = (_("The SMS gateway answered %(status)s. %(error)s") % said).strip()
    if response.status_code in REFUSED:
        return Outcome(Result.PERMANENT, error=error)
    if response.status_code == httpx.codes.GATEWAY_TIMEOUT:
        return Outcome(Result.UNKNOWN, error=error)
    return Outcome(Result.TEMPORARY, error=error, retry_after=_retry_after(response))


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(response: httpx.Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds.isdecimal() and len(seconds) < 10 else None
