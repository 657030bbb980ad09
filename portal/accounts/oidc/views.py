"""Signing in with ID-porten: to the provider, back from it, and the first time by way of an e-mail address."""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import sign_in_log, strangers
from portal.accounts.contact import CodeForm
from portal.accounts.models import OpenIdProvider, User
from portal.accounts.next_page import next_page, passing_next
from portal.accounts.oidc import actions, provider, registers
from portal.accounts.oidc.forms import RegisterForm
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.oidc.provider import Refused, TooWeak
from portal.accounts.one_time_codes import OneTimeCode
from portal.accounts.second_factor import has_factor
from portal.accounts.sign_in import way
from portal.accounts.trouble import trouble_of
from portal.clients.http import Unavailable
from portal.tenancy.access import TenantRequest, public
from portal.tenancy.models import Tenant

WAITING, PROVED = "openid_waiting", "openid_proved"
# How long a sign-in at the provider may take, and how long what it proved is good for the first steps here.
WAITS, PROOF_LASTS = 10 * 60, 30 * 60
# Tabs in which somebody may be on their way at once.
MOST_WAITING = 5
PER_CLIENT = {"openid": "30/m/ip"}
# What a provider answers when the person said no (OAuth 2.0, RFC 6749 4.1.2.1).
CANCELLED = "access_denied"
IDENTITY_NUMBER = re.compile(r"[0-9]{11}")


def is_on(_tenant: Tenant) -> bool:
    return OpenIdProvider.current() is not None


by_openid = way(is_on)


def _provider() -> OpenIdProvider:
    found = OpenIdProvider.current()
    if found is None:
        raise OpenIdProvider.DoesNotExist
    return found


def _callback_url(request: TenantRequest) -> str:
    return request.tenant.absolute_url(reverse("accounts:openid_callback"))


def _back(request: HttpRequest, text: str, following: str = "", level: int = messages.ERROR) -> HttpResponse:
    """Lead to the other ways in, saying why; from there on to `following`."""
    messages.add_message(request, level, text)
    if following in {"", "/"}:
        return redirect(passing_next(request, "account_login"))
    return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")


def _cancelled(request: HttpRequest, chosen: OpenIdProvider, following: str = "") -> HttpResponse:
    """Nothing went wrong: the person thought better of it."""
    text = _("You cancelled at %(name)s. Try again, or choose another way.") % {"name": chosen.name}
    return _back(request, text, following, messages.INFO)


def _start(request: Any) -> HttpResponse:
    """Send the person to the provider. What is asked for there is ours alone; the address says only where to go on."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    chosen = _provider()
    if not ratelimit.consume(request, app="portal.accounts", action="openid", config=PER_CLIENT):
        return _back(request, _("Too many tries. Wait a few minutes and try again."))
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    try:
        url = provider.authorization_url(
            chosen,
            redirect_uri=_callback_url(request),
            state=state,
            nonce=nonce,
            verifier=verifier,
            language=get_language() or "",
        )
    except Unavailable:
        return _back(request, _("We cannot reach %(name)s just now. Choose another way.") % {"name": chosen.name})
    waiting = request.session.get(WAITING, {})
    newest = sorted(waiting.items(), key=lambda item: item[1]["at"])[-(MOST_WAITING - 1) :]
    entry = {"nonce": nonce, "verifier": verifier, "at": time.time(), "next": next_page(request)}
    request.session[WAITING] = {**dict(newest), state: entry}
    return redirect(url)


start = require_safe(public(by_openid(_start)))


@dataclass(frozen=True)
class Waiting:
    nonce: str
    verifier: str
    next: str


def _take_waiting(request: HttpRequest, state: str) -> Waiting | None:
    """Use up what this session remembers of a sign-in: a state works once, here, and for ten minutes."""
    waiting = request.session.get(WAITING, {})
    entry = waiting.pop(state, None)
    request.session[WAITING] = waiting
    if entry is None or time.time() - entry["at"] > WAITS:
        return None
    return Waiting(entry["nonce"], entry["verifier"], entry["next"])


def _callback(request: Any) -> HttpResponse:
    """Take in what the provider answered, and let the person in."""
    if request.user.is_authenticated:
        return redirect("home")
    chosen = _provider()
    waiting = _take_waiting(request, request.GET.get("state", ""))
    if waiting is None and request.GET.get("error") == CANCELLED:
        # Some providers send the state along only with a yes. It changes nothing here, so it may be believed.
        return _cancelled(request, chosen)
    if waiting is None:
        sign_in_log.refused(request, method="openid", why="unknown state")
        return _back(request, _("This sign-in was begun elsewhere or a while ago. Try again."))
    try:
        number = _number_in(request, chosen, waiting)
    except (Unavailable, Refused) as problem:
        return _back(request, _words_for(request, problem) % {"name": chosen.name}, waiting.next)
    if not number:
        return _cancelled(request, chosen, waiting.next)
    return _known_or_not(request, hashes_of(number), waiting.next)


callback = require_safe(public(by_openid(_callback)))


def _words_for(request: HttpRequest, problem: Exception) -> str:
    """Log a refusal, and return what to tell the person."""
    if not isinstance(problem, Refused):
        return _("We cannot reach %(name)s just now. Choose another way.")
    sign_in_log.refused(request, method="openid", why=problem.why)
    if isinstance(problem, TooWeak):
        return _("You signed in at %(name)s in a way that is not safe enough here. Try again.")
    return _("The sign-in at %(name)s did not succeed. Try again, or choose another way.")


def _number_in(request: TenantRequest, chosen: OpenIdProvider, waiting: Waiting) -> str:
    """Return the identity number that the answer proves, "" when the person cancelled. Raises Refused, Unavailable."""
    if request.GET.get("iss", chosen.issuer) != chosen.issuer:
        raise Refused("the answer is another issuer's")
    if error := request.GET.get("error", ""):
        if error == CANCELLED:
            return ""
        raise Refused("the provider answered with an error")
    if not (code := request.GET.get("code", "")):
        raise Refused("no code came")
    token = provider.id_token_for(chosen, code=code, verifier=waiting.verifier, redirect_uri=_callback_url(request))
    number = str(provider.claims_of(chosen, token, nonce=waiting.nonce).get(chosen.pid_claim, ""))
    if not IDENTITY_NUMBER.fullmatch(number):
        raise Refused("no identity number came")
    return number


def _known_or_not(request: TenantRequest, hashes: list[str], following: str) -> HttpResponse:
    if user := actions.user_of(hashes):
        return _let_in(request, user, following)
    known = registers.find(hashes)
    # What has been proved is worth something: it does not lie in a session whose id others may have chosen.
    request.session.cycle_key()
    if known is None:
        sign_in_log.refused(request, method="openid", why="no customer")
        strangers.remember(request, strangers.Proved(by=_provider().name))
        return redirect("accounts:no_access")
    request.session[PROVED] = {
        "hashes": hashes,
        "name": known.name,
        "email": known.email,
        "next": following,
        "at": time.time(),
    }
    return redirect("accounts:openid_register")


def _let_in(request: Any, user: User, following: str) -> HttpResponse:
    request.session.pop(WAITING, None)
    request.session.pop(PROVED, None)
    clear_login(request)
    record_authentication(request, user, method="openid")
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=following))
    return response


def _register(request: Any) -> HttpResponse:
    """The first time: an address to reach the person at, proved by a code. An account that has it is theirs."""
    proved = request.session.get(PROVED)
    if request.user.is_authenticated or not proved or time.time() - proved["at"] > PROOF_LASTS:
        return redirect("account_login")
    code = OneTimeCode(request, "openid", "accounts.contact_code")
    action = request.POST.get("action")
    if action == "again":
        code.forget()
    elif action == "resend" and not code.resend():
        messages.warning(request, _("Wait a little before you ask for another code."))
    if action:
        return redirect(request.path)
    return _ask_address(request, proved, code) if code.pending is None else _confirm_address(request, proved, code)


register = require_http_methods(["GET", "POST"])(public(by_openid(_register)))


def _ask_address(request: Any, proved: dict[str, Any], code: OneTimeCode) -> HttpResponse:
    form = RegisterForm(
        request.POST if request.method == "POST" else None, initial={"name": proved["name"], "email": proved["email"]}
    )
    if form.is_valid():
        request.session[PROVED] = proved | {"name": form.cleaned_data["name"]}
        code.send(email=form.cleaned_data["email"])
        return redirect(request.path)
    context = {"form": form, "provider_name": _provider().name}
    return render(request, "accounts/openid_register.html", context, status=422 if form.errors else 200)


def _confirm_address(request: Any, proved: dict[str, Any], code: OneTimeCode) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    pending = code.pending
    if pending and form.is_valid():
        if code.check(form.cleaned_data["code"]):
            code.forget()
            return _first_time(request, proved, pending.email)
        if code.pending is None:
            messages.error(request, _("The code was wrong three times and no longer works. Ask for a new one."))
            return redirect(request.path)
        form.add_error("code", _("The code is wrong. Check the newest message from us."))
    context: dict[str, Any] = {"form": form, "pending": pending, "provider_name": _provider().name}
    if pending:
        context |= {"can_resend": pending.can_resend, "seconds_to_wait": pending.seconds_to_wait}
        context["trouble"] = trouble_of(pending.sent)
    return render(request, "accounts/openid_register.html", context, status=422 if form.errors else 200)


def _first_time(request: Any, proved: dict[str, Any], email: str) -> HttpResponse:
    """Make the account, or tie the one there is. A code by e-mail is not enough for one with a second factor."""
    user = User.objects.filter(email=email).first()
    if user and (user.is_staff or has_factor(user) or not user.is_active):
        request.session.pop(PROVED, None)
        return _back(request, _("This address has an account that asks for more. Sign in the way you usually do."))
    try:
        with transaction.atomic():
            if user:
                actions.link(user=user, hashes=proved["hashes"], by=user)
            else:
                user = actions.create(
                    email=email, name=proved["name"], language=get_language() or "", hashes=proved["hashes"]
                )
    except IntegrityError:
        request.session.pop(PROVED, None)
        return _back(request, _("This address belongs to somebody else’s account. Contact customer service."))
    return _let_in(request, user, proved["next"])


def _end(request: Any) -> HttpResponse:
    """Sign out at the provider too: it keeps people signed in across all that use it."""
    chosen = _provider()
    try:
        url = provider.end_session_url(chosen, back=request.tenant.absolute_url(reverse("account_login")))
    except Unavailable:
        url = ""
    return redirect(url) if url else _back(request, _("We cannot reach %(name)s just now.") % {"name": chosen.name})


end = require_safe(public(by_openid(_end)))
