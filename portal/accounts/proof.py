"""A fresh proof of who is there, asked for before contact details, passwords, factors, PINs, and who has access to a
customer are changed.

An open session is not enough: somebody may have left it open. Signing in counts for fifteen minutes, whichever way it
was, and so does each proof. The PIN never does: it opens what was open, no more.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import sign_in_log
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.code_page import CodeForm, ask_for_another, resend, waiting_for
from portal.accounts.forms import count_proof, password_field
from portal.accounts.models import User
from portal.accounts.next_page import next_page
from portal.accounts.one_time_codes import OneTimeCode
from portal.accounts.second_factor import AppProofForm, PasskeyProofForm
from portal.accounts.ways import can_sign_in_by_sms, limited
from portal.ui import formatting

P = ParamSpec("P")


def is_fresh(request: HttpRequest, user: User) -> bool:
    """Whether the person has shown who they are within the last fifteen minutes."""
    proved_at = max((record["at"] for record in get_authentication_records(request, user)), default=0)
    return bool(time.time() - proved_at < app_settings.REAUTHENTICATION_TIMEOUT)


def ask_for_proof(page: str) -> HttpResponse:
    """Lead to the page that asks, and from there back to `page`."""
    return redirect(f"{reverse('accounts:prove')}?{urlencode({'next': page})}")


# What was typed into a form whose sender must prove who they are first.
TYPED = "typed_before_proof"


def way_to_prove(request: UserRequest, *, keeps: Iterable[str] = ()) -> HttpResponse | None:
    """Return the way to prove it and back to this page, None where that is fresh.

    Of a form that was sent, the fields in `keeps` wait in the session meanwhile, for `typed_before`.
    """
    if is_fresh(request, request.user):
        return None
    if request.method != "POST":
        return ask_for_proof(request.get_full_path())
    typed = {name: request.POST.getlist(name) for name in keeps if name in request.POST}
    if typed:
        request.session[TYPED] = {"path": request.path, "fields": typed, "at": time.time()}
    return ask_for_proof(request.get_full_path())


def typed_before(request: UserRequest) -> dict[str, Any]:
    """Return what had been typed into this page's form before the proof, as its initial values; once."""
    if request.method != "GET" or TYPED not in request.session:
        return {}
    kept = request.session.pop(TYPED)
    if kept["path"] != request.path or time.time() - kept["at"] > app_settings.REAUTHENTICATION_TIMEOUT:
        return {}
    messages.info(request, _("What you had filled in is still here. Look it over, and send it once more."))
    return {name: values[0] if len(values) == 1 else values for name, values in kept["fields"].items()}


def fresh_proof(
    view: Callable[Concatenate[UserRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A signed-in user who has just shown who they are; others are asked to, and come back."""

    @wraps(view)
    def guarded(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return way_to_prove(request) or view(request, *args, **kwargs)

    return signed_in(guarded)


@dataclass(frozen=True)
class Way:
    """A way of showing who one is: its name in the address, and what it is called in a link to it."""

    name: str
    label: Any


PASSWORD = Way("password", gettext_lazy("Use my password"))
APP = Way("app", gettext_lazy("Use a code from my authenticator app"))
PASSKEY = Way("passkey", gettext_lazy("Use a passkey"))
SMS = Way("sms", gettext_lazy("Get a code by SMS"))
EMAIL = Way("email", gettext_lazy("Get a code by e-mail"))
# As the sign-in log has them.
SHORT = {SMS.name: "code", EMAIL.name: "code"}


def ways_of(request: UserRequest) -> list[Way]:
    """Return the ways this person has, the best first. A message's code is not enough for whom it does not let in."""
    user, tenant = request.user, request.tenant
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    ways = [PASSKEY] if Authenticator.Type.WEBAUTHN in types else []
    ways += [APP] if Authenticator.Type.TOTP in types else []
    ways += [PASSWORD] if user.has_usable_password() and tenant.password_sign_in else []
    # Staff who are to set up a factor have come by a code, and have nothing else yet.
    if not (Authenticator.Type.TOTP in types or (user.is_staff and ways)):
        ways += [SMS] if user.phone and can_sign_in_by_sms(tenant) else []
        ways += [EMAIL]
    return ways


class PasswordForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Password"), _("Enter your password."))


@limited
def _prove(request: UserRequest) -> HttpResponse:
    ways = ways_of(request)
    way = next((way for way in ways if way.name == request.GET.get("way")), ways[0])
    if request.method == "POST" and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        sign_in_log.refused(request, user=request.user, method=SHORT.get(way.name, way.name), why="too many tries")
        messages.error(request, _("Too many tries. Wait a few minutes and try again."))
        return redirect(request.get_full_path())
    context = {
        "way": way.name,
        "others": [(other.label, _address(request, other)) for other in ways if other != way],
        "next": next_page(request, "accounts:profile"),
    }
    return {PASSWORD: _by_password, APP: _by_app, PASSKEY: _by_passkey, SMS: _by_message, EMAIL: _by_message}[way](
        request, context
    )


prove = signed_in(_prove)


def _address(request: HttpRequest, way: Way) -> str:
    return f"{request.path}?{urlencode({'way': way.name, 'next': next_page(request, 'accounts:profile')})}"


def _page(request: UserRequest, context: dict[str, Any]) -> HttpResponse:
    form = context.get("form")
    return render(request, "accounts/prove.html", context, status=422 if form is not None and form.errors else 200)


def _by_password(request: UserRequest, context: dict[str, Any]) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        return _proved(request, "password")
    return _page(request, context | {"form": form})


def _by_app(request: UserRequest, context: dict[str, Any]) -> HttpResponse:
    form = AppProofForm(request.POST or None, user=request.user)
    if form.is_valid():
        form.save()
        return redirect(context["next"])
    if form.is_bound:
        sign_in_log.factor_refused(request, request.user, form)
    return _page(request, context | {"form": form})


def _by_passkey(request: UserRequest, context: dict[str, Any]) -> HttpResponse:
    form = PasskeyProofForm(request.POST or None, user=request.user)
    if form.is_valid():
        form.save()
        return redirect(context["next"])
    if form.is_bound:
        sign_in_log.factor_refused(request, request.user, form)
    options = webauthn.begin_authentication(request.user)
    return _page(request, context | {"form": form, "passkey_options": options})


def _by_message(request: UserRequest, context: dict[str, Any]) -> HttpResponse:
    by_sms = context["way"] == SMS.name
    code = OneTimeCode(request, f"proof_{context['way']}", "accounts.proof_code")
    if request.method == "POST" and request.POST.get("action") in {"send", "resend"}:
        _send(request, code, by_sms=by_sms)
        return redirect(request.get_full_path())
    contact = formatting.phone(request.user.phone) if by_sms else request.user.email
    context |= {"contact": contact, "by_sms": by_sms}
    pending = code.pending
    if pending is None:
        return _page(request, context | {"form": forms.Form()})
    form = CodeForm(code)
    if form.is_valid():
        return _proved(request, "code")
    if form.is_over:
        return ask_for_another(request, request.get_full_path())
    return _page(request, context | waiting_for(pending) | {"form": form})


def _send(request: UserRequest, code: OneTimeCode, *, by_sms: bool) -> None:
    """Send a code to the number, else to the address; another, where one is on its way."""
    if code.pending:
        resend(code, count=lambda sent: count_proof(request.user, phone=sent.phone))
        return
    phone, email = (request.user.phone, "") if by_sms else ("", request.user.email)
    try:
        count_proof(request.user, phone=phone)
    except forms.ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        code.send(phone=phone, email=email)


def _proved(request: UserRequest, method: str) -> HttpResponse:
    record_authentication(request, request.user, method=method, reauthenticated=True)
    return redirect(next_page(request, "accounts:profile"))
