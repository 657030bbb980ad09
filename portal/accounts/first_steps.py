"""The first time somebody comes whom a register knows and no account is tied to: then the account is made, or found.

Whoever proved an e-mail address has one at once. Who came by a number or by a provider also gives an address and proves
it by a code: accounts need one. If it is an account's, that account is theirs; where it asks for a second factor, they
show that first, and then say yes to the tie.
"""

import time
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts import registers, sign_in_log, strangers, ties
from portal.accounts.access import UserRequest
from portal.accounts.actions import create_user
from portal.accounts.code_page import CodeForm, ask_for_another, resend, waiting_for
from portal.accounts.forms import RegisterForm, count_code
from portal.accounts.letting_in import let_in
from portal.accounts.models import User
from portal.accounts.next_page import passing_next
from portal.accounts.one_time_codes import OneTimeCode, Pending
from portal.accounts.proof import fresh_proof
from portal.accounts.registers import Proved
from portal.accounts.second_factor import has_factor, is_asked_for_factor
from portal.accounts.ways import limited
from portal.tenancy.access import public

IN_SESSION = "first_steps"
# How long what was proved is good for the first steps, in seconds.
PROOF_LASTS = 30 * 60


def begin(request: Any, proved: Proved, *, method: str, following: str) -> HttpResponse:
    """Go on with somebody who has shown who they are, and has no account by it. `following` is where they wanted to."""
    known = registers.find(proved)
    if known is None or known.needs_staff:
        why = "customer service must look" if known else "no customer"
        sign_in_log.refused(request, contact=str(proved), method=method, why=why)
        strangers.remember(request, proved, needs_staff=bool(known))
        return redirect("accounts:no_access")
    # What has been proved is worth something: it does not lie in a session whose id others may have chosen.
    request.session.cycle_key()
    if proved.email:
        return _let_in(request, _account(proved, name=known.name), method, following)
    request.session[IN_SESSION] = {
        "phone": proved.phone,
        "hashes": list(proved.hashes),
        "by": proved.by,
        "method": method,
        "name": known.name,
        "email": known.email,
        "next": following,
        "at": time.time(),
    }
    return redirect("accounts:first_steps")


def _account(proved: Proved, *, name: str) -> User:
    """Make the account of a proved address, or return the one that a second click has made meanwhile."""
    try:
        with transaction.atomic():
            user = create_user(email=proved.email, name=name, language=get_language() or "", by=None)
    except IntegrityError:
        user = User.objects.get(email=proved.email)
    registers.give(user, proved)
    return user


def remember_tie(request: Any, proved: Proved, user: User, *, following: str) -> None:
    """Keep what has been proved until its holder, whose account `user` is, says yes to the tie."""
    kept = {"phone": proved.phone, "hashes": list(proved.hashes), "by": proved.by, "user": user.pk}
    request.session[IN_SESSION] = kept | {"next": following, "at": time.time()}


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(IN_SESSION)
    return kept if kept and time.time() - kept["at"] <= PROOF_LASTS else None


def _proved(kept: dict[str, Any]) -> Proved:
    return Proved(phone=kept["phone"], hashes=tuple(kept["hashes"]), by=kept["by"])


def _let_in(request: Any, user: User, method: str, following: str) -> HttpResponse:
    request.session.pop(IN_SESSION, None)
    return let_in(request, user, method=method, following=following)


def _first_steps(request: Any) -> HttpResponse:
    """An address to reach the person at, proved by a code."""
    kept = _kept(request)
    if request.user.is_authenticated or kept is None or "user" in kept:
        return redirect("account_login")
    code = OneTimeCode(request, "first_steps", "accounts.contact_code")
    action = request.POST.get("action")
    if action == "again":
        code.forget()
    elif action == "resend":
        resend(code, count=lambda sent: count_code(email=sent.email))
    if action:
        return redirect(request.path)
    pending = code.pending
    return _confirm_address(request, kept, code, pending) if pending else _ask_address(request, kept, code)


first_steps = require_http_methods(["GET", "HEAD", "POST"])(public(limited(_first_steps)))


def _ask_address(request: Any, kept: dict[str, Any], code: OneTimeCode) -> HttpResponse:
    form = RegisterForm(
        request.POST if request.method == "POST" else None, initial={"name": kept["name"], "email": kept["email"]}
    )
    if form.is_valid():
        request.session[IN_SESSION] = kept | {"name": form.cleaned_data["name"]}
        code.send(email=form.cleaned_data["email"])
        return redirect(request.path)
    context = {"form": form, "proved": _proved(kept)}
    return render(request, "accounts/first_steps.html", context, status=422 if form.errors else 200)


def _confirm_address(request: Any, kept: dict[str, Any], code: OneTimeCode, pending: Pending) -> HttpResponse:
    form = CodeForm(code)
    if form.is_valid():
        return _with_address(request, kept, pending.email)
    if form.is_over:
        return ask_for_another(request, request.path)
    context = {"form": form, "proved": _proved(kept), **waiting_for(pending)}
    return render(request, "accounts/first_steps.html", context, status=422 if form.errors else 200)


def _with_address(request: Any, kept: dict[str, Any], email: str) -> HttpResponse:
    """Make the account, or tie the one there is. A code by e-mail is not enough for one with a second factor."""
    user, proved = User.objects.filter(email=email).first(), _proved(kept)
    if user and user.is_active and not (request.tenant.email_code_sign_in or is_asked_for_factor(user)):
        # The company lets nobody in by a code to their address; here it would do just that.
        request.session.pop(IN_SESSION, None)
        text = _("This address has an account already. Sign in to it in the way you usually do.")
        messages.error(request, text)
        return redirect(passing_next(request, "account_login"))
    if user and user.is_active and (user.is_staff or has_factor(user)):
        remember_tie(request, proved, user, following=kept["next"])
        return let_in(request, user, method="code", following=reverse("accounts:tie"))
    try:
        with transaction.atomic():
            is_new = user is None
            user = user or create_user(
                email=email, name=kept["name"], phone=proved.phone, language=get_language() or "", by=None
            )
            if user.is_active:
                ties.tie(user=user, proved=proved, is_new=is_new)
    except IntegrityError:
        request.session.pop(IN_SESSION, None)
        messages.error(request, _("This address belongs to somebody else’s account. Contact customer service."))
        return redirect(passing_next(request, "account_login"))
    return _let_in(request, user, kept["method"], kept["next"])


def _tie(request: UserRequest) -> HttpResponse:
    """Ask whether what has just been proved shall lead to the account that is signed in to."""
    kept = _kept(request)
    if kept is None or kept.get("user") != request.user.pk:
        request.session.pop(IN_SESSION, None)
        return redirect("mfa_index")
    proved = _proved(kept)
    if request.method != "POST":
        return render(request, "accounts/tie.html", {"proved": proved, "next": kept["next"]})
    request.session.pop(IN_SESSION, None)
    try:
        with transaction.atomic():
            ties.tie(user=request.user, proved=proved)
    except IntegrityError:
        messages.error(request, _("This has been connected with another account. Contact customer service."))
        return redirect("mfa_index")
    if proved.phone and request.user.phone != proved.phone:
        text = _("What you are a customer of by it is now here. The account keeps the mobile number it has.")
        messages.success(request, text)
    else:
        messages.success(request, _("From now on it leads to this account."))
    return redirect(kept["next"])


tie = require_http_methods(["GET", "HEAD", "POST"])(fresh_proof(limited(_tie)))
