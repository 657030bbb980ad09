"""Signing in with ID-porten: to the provider and back from it; and connecting it with an account there is."""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import first_steps, sign_in_log, ties
from portal.accounts.access import UserRequest, user_or_none
from portal.accounts.letting_in import let_in
from portal.accounts.models import Identity, OpenIdProvider, User
from portal.accounts.next_page import next_page, passing_next
from portal.accounts.oidc import provider
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.oidc.provider import Refused, TooWeak
from portal.accounts.proof import fresh_proof
from portal.accounts.registers import Proved
from portal.accounts.ways import way
from portal.clients.http import Unavailable
from portal.tenancy.access import TenantRequest, public
from portal.tenancy.middleware import hostname_of
from portal.tenancy.models import Tenant

WAITING = "openid_waiting"
# How long a sign-in at the provider may take, in seconds.
WAITS = 10 * 60
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
    if request.user.is_authenticated:
        return redirect("mfa_index")
    if following in {"", "/"}:
        return redirect(passing_next(request, "account_login"))
    return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")


def _cancelled(request: HttpRequest, chosen: OpenIdProvider, following: str = "") -> HttpResponse:
    """Nothing went wrong: the person thought better of it, or somebody else had begun."""
    sign_in_log.refused(request, user=user_or_none(request), method="openid", why="cancelled at the provider")
    text = _("You cancelled at %(name)s. Try again, or choose another way.") % {"name": chosen.name}
    return _back(request, text, following, messages.INFO)


def _start(request: Any) -> HttpResponse:
    """Send the person to the provider. What is asked for there is ours alone; the address says only where to go on."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    return _to_provider(request, following=next_page(request))


def _to_provider(request: Any, *, following: str, user: User | None = None) -> HttpResponse:
    """Begin a sign-in there. `user` is who connects it with the account they are signed in to.

    The provider leads back to the tenant's own address: there the session must be that remembers what was asked.
    """
    if hostname_of(request.get_host()) != request.tenant.primary_host:
        return redirect(request.tenant.absolute_url(request.get_full_path()))
    chosen = _provider()
    if not ratelimit.consume(request, app="portal.accounts", action="openid", config=PER_CLIENT):
        sign_in_log.refused(request, user=user_or_none(request), method="openid", why="too many tries")
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
    entry = {"nonce": nonce, "verifier": verifier, "at": time.time(), "next": following}
    entry |= {"user": user.pk if user else None}
    request.session[WAITING] = {**dict(newest), state: entry}
    return redirect(url)


start = require_safe(public(by_openid(_start)))


@dataclass(frozen=True)
class Waiting:
    nonce: str
    verifier: str
    next: str
    user: int | None


def _take_waiting(request: HttpRequest, state: str) -> Waiting | None:
    """Use up what this session remembers of a sign-in: a state works once, here, and for ten minutes."""
    waiting = request.session.get(WAITING, {})
    entry = waiting.pop(state, None)
    request.session[WAITING] = waiting
    if entry is None or time.time() - entry["at"] > WAITS:
        return None
    if entry["user"] and entry["user"] != request.user.pk:
        return None
    return Waiting(entry["nonce"], entry["verifier"], entry["next"], entry["user"])


def _callback(request: Any) -> HttpResponse:
    """Take in what the provider answered, and let the person in."""
    chosen = _provider()
    waiting = _take_waiting(request, request.GET.get("state", ""))
    if request.user.is_authenticated and (waiting is None or waiting.user != request.user.pk):
        return redirect("home")
    if waiting is None:
        return _unexpected(request, chosen)
    try:
        number = _number_in(request, chosen, waiting)
    except (Unavailable, Refused) as problem:
        return _back(request, _words_for(request, problem) % {"name": chosen.name}, waiting.next)
    if not number:
        return _cancelled(request, chosen, waiting.next)
    if waiting.user:
        return _connected(request, chosen, waiting, hashes_of(number))
    return _known_or_not(request, chosen, hashes_of(number), waiting.next)


def _unexpected(request: HttpRequest, chosen: OpenIdProvider) -> HttpResponse:
    """Turn away an answer to nothing that this session has asked."""
    if request.GET.get("error") == CANCELLED:
        # Some providers send the state along only with a yes. It changes nothing here, so it may be believed.
        return _cancelled(request, chosen)
    sign_in_log.refused(request, user=user_or_none(request), method="openid", why="unknown state")
    return _back(request, _("This sign-in was begun elsewhere or a while ago. Try again."))


callback = require_safe(public(by_openid(_callback)))


def _words_for(request: HttpRequest, problem: Exception) -> str:
    """Log a refusal, and return what to tell the person."""
    if not isinstance(problem, Refused):
        sign_in_log.refused(request, user=user_or_none(request), method="openid", why="the provider did not answer")
        return _("We cannot reach %(name)s just now. Choose another way.")
    technical = {"technical": problem.technical} if problem.technical else {}
    sign_in_log.refused(request, user=user_or_none(request), method="openid", why=problem.why, **technical)
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


def _known_or_not(request: TenantRequest, chosen: OpenIdProvider, hashes: list[str], following: str) -> HttpResponse:
    if user := ties.user_of(hashes):
        request.session.pop(WAITING, None)
        return let_in(request, user, method="openid", following=following)
    return first_steps.begin(
        request, Proved(hashes=tuple(hashes), by=chosen.name), method="openid", following=following
    )


def _connect(request: UserRequest) -> HttpResponse:
    """Send somebody who is signed in to the provider, to connect it with their account."""
    return _to_provider(request, following=next_page(request, "mfa_index"), user=request.user)


connect = require_safe(fresh_proof(by_openid(_connect)))


def _connected(request: UserRequest, chosen: OpenIdProvider, waiting: Waiting, hashes: list[str]) -> HttpResponse:
    """Ask whether to connect; nothing is changed by coming back."""
    owner = ties.user_of(hashes)
    if owner == request.user:
        messages.info(request, _("%(name)s leads to your account already.") % {"name": chosen.name})
    elif owner or Identity.objects.filter(user=request.user).exists():
        messages.error(request, _("This has been connected with another account. Contact customer service."))
    else:
        proved = Proved(hashes=tuple(hashes), by=chosen.name)
        first_steps.remember_tie(request, proved, request.user, following=waiting.next)
        return redirect("accounts:tie")
    return redirect("mfa_index")


def _disconnect(request: UserRequest) -> HttpResponse:
    """Ask first; the other ways in stay."""
    chosen = _provider()
    if request.method != "POST":
        return render(request, "accounts/openid_disconnect.html", {"provider_name": chosen.name})
    ties.untie(user=request.user, name=chosen.name, by=request.user)
    messages.success(request, _("%(name)s no longer leads to your account.") % {"name": chosen.name})
    return redirect("mfa_index")


disconnect = require_http_methods(["GET", "HEAD", "POST"])(fresh_proof(by_openid(_disconnect)))


def _end(request: Any) -> HttpResponse:
    """Sign out at the provider too: it keeps people signed in across all that use it."""
    chosen = _provider()
    try:
        url = provider.end_session_url(chosen, back=request.tenant.absolute_url(reverse("account_login")))
    except Unavailable:
        url = ""
    return redirect(url) if url else _back(request, _("We cannot reach %(name)s just now.") % {"name": chosen.name})


end = require_safe(public(by_openid(_end)))
