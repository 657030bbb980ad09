"""Sign-ins, sign-outs and refusals in the audit log. allauth and Django tell of them by signals."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import login_code_rejected, password_changed, password_reset, user_logged_in
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in as session_begun
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.forms import Form
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from portal.accounts import actions, session_limits
from portal.accounts.devices import agent_of
from portal.accounts.fields import is_phone
from portal.accounts.models import User
from portal.audit import actions as audit

METHODS_IN_SESSION = "account_authentication_methods"
# More from one place in a minute is an attack that the limits stop already.
MOST = {"refusal": "60/m/ip"}
SECOND_FACTORS = {"totp": "app", "webauthn": "passkey", "recovery_codes": "recovery_code"}


def refused(request: HttpRequest | None, *, contact: str = "", user: User | None = None, **data: str) -> None:
    """Log that someone was not let in: `method` is the way they tried, `why` what was wrong.

    `contact` is the e-mail address or number they gave. One that is nobody's is not kept, it may be a password gone
    astray; a keyed hash of it tells the same one from others.
    """
    if not _is_within_limit(request):
        return
    if contact:
        mine = {"phone": contact} if is_phone(contact) else {"email": contact.strip().lower()}
        user = user or User.objects.filter(**mine).first()
        if user is None:
            data["contact"] = hash_of(contact)
    audit.record(verb="accounts.sign_in_refused", by=None, obj=user, data=data | where(request))


def hash_of(contact: str) -> str:
    """Return what stands in the log for an address or number that is nobody's."""
    keyed = salted_hmac("portal.accounts.sign_in_log", contact.strip().lower(), algorithm="sha256")
    return keyed.hexdigest()[:16]


def _is_within_limit(request: HttpRequest | None) -> bool:
    """Tell whether a place's refusals are still written down: from there nobody fills the log for ever."""
    if request is None:
        return True
    try:
        return bool(ratelimit.consume(request, app="portal.accounts", action="refusal", config=MOST))
    except RedisError:
        return True


def where(request: HttpRequest | None) -> dict[str, str]:
    """Return from where somebody asks, and with what, for the log."""
    if request is None:
        return {}
    agent = agent_of(request.headers.get("User-Agent", ""))
    device = {"browser": agent.browser, "system": agent.system} if agent.browser or agent.system else {}
    return {"ip": get_adapter(request).get_client_ip(request)} | device


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    data = {"method": way_of(request.session.get(METHODS_IN_SESSION) or [])} | where(request)
    audit.record(verb="accounts.signed_in", by=user, obj=user, data=data)


def way_of(records: list[dict[str, Any]]) -> str:
    """Return how somebody signed in, by allauth's records of the steps: "code", "password+app", "passkey"."""
    names = [SECOND_FACTORS.get(record.get("type", ""), record["method"]) for record in records]
    return "+".join(dict.fromkeys(names)) or "unknown"


def _session_begun(request: HttpRequest, user: User, **_: Any) -> None:
    session_limits.begin(request, user)


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user:
        audit.record(verb="accounts.signed_out", by=user, obj=user, data=where(request))


def _password_refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    refused(request, contact=credentials.get("email") or credentials.get("phone") or "", method="password")


def _code_refused(request: HttpRequest, user: User, **_: Any) -> None:
    refused(request, user=user, method="code")


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(verb="accounts.password_changed", by=user, obj=user, data=where(request))


def factor_changed(*, user: User, what: str) -> None:
    audit.record(verb=f"accounts.{what}", by=user, obj=user)


def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Whoever got in with less than is asked for now is signed out elsewhere."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    factor_changed(user=user, what=f"{SECOND_FACTORS[authenticator.type]}_added")
    if user.is_staff or authenticator.type == Authenticator.Type.TOTP:
        actions.end_sessions(user=user, keep=request.session.session_key, by=user)


def _factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    factor_changed(user=user, what=f"{SECOND_FACTORS[authenticator.type]}_removed")


def _factor_refused(request: HttpRequest, user: User, **_: Any) -> None:
    refused(request, user=user, method="second_factor")


def factor_refused(request: HttpRequest, user: User, form: Form) -> None:
    """Log what the library does not tell of: a wrong passkey, and a code that was not even looked at."""
    if "credential" in form.fields:
        refused(request, user=user, method="passkey")
    elif form.has_error("code", "too_many_login_attempts"):
        refused(request, user=user, method="second_factor", why="too many tries")


def connect() -> None:
    """Listen to the libraries; called once, when the app is ready."""
    user_logged_in.connect(_signed_in)
    session_begun.connect(_session_begun)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_password_refused)
    login_code_rejected.connect(_code_refused)
    password_changed.connect(_password_changed)
    password_reset.connect(_password_changed)
    authenticator_added.connect(factor_added)
    authenticator_removed.connect(_factor_removed)
    authentication_failed.connect(_factor_refused)
