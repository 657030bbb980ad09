"""Sign-ins, sign-outs and refusals in the audit log. allauth and Django tell of them by signals."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import login_code_rejected, password_changed, password_reset, user_logged_in
from django.contrib.auth.signals import user_logged_in as session_begun
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from portal.accounts import session_limits
from portal.accounts.devices import device_of
from portal.accounts.models import User
from portal.audit import actions as audit

METHODS_IN_SESSION = "account_authentication_methods"


def refused(
    request: HttpRequest | None, *, email: str = "", phone: str = "", user: User | None = None, **data: str
) -> None:
    """Log that someone was not let in. An address that is nobody's is not kept: it may be a password gone astray."""
    if email or phone:
        contact = {"phone": phone} if phone else {"email": email.strip().lower()}
        user = user or User.objects.filter(**contact).first()
    audit.record(verb="accounts.sign_in_refused", by=None, obj=user, data=data | _where(request))


def _where(request: HttpRequest | None) -> dict[str, str]:
    if request is None:
        return {}
    agent = device_of(request.headers.get("User-Agent", ""))
    device = {"browser": agent.browser, "system": agent.system} if agent.browser or agent.system else {}
    return {"ip": get_adapter(request).get_client_ip(request)} | device


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    methods = request.session.get(METHODS_IN_SESSION) or [{"method": "unknown"}]
    data = {"method": methods[-1]["method"]} | _where(request)
    audit.record(verb="accounts.signed_in", by=user, obj=user, data=data)


def _session_begun(request: HttpRequest, user: User, **_: Any) -> None:
    session_limits.begin(request, user)


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user:
        audit.record(verb="accounts.signed_out", by=user, obj=user, data=_where(request))


def _password_refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    refused(request, email=credentials.get("email") or "", phone=credentials.get("phone") or "", method="password")


def _code_refused(request: HttpRequest, user: User, **_: Any) -> None:
    refused(request, user=user, method="code")


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(verb="accounts.password_changed", by=user, obj=user, data=_where(request))


def connect() -> None:
    """Listen to the libraries; called once, when the app is ready."""
    user_logged_in.connect(_signed_in)
    session_begun.connect(_session_begun)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_password_refused)
    login_code_rejected.connect(_code_refused)
    password_changed.connect(_password_changed)
    password_reset.connect(_password_changed)
