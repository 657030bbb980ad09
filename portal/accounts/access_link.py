"""The link that staff send to a new user, and the first password."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts import actions, device_cookie, queries, sign_in_log
from portal.accounts.access import UserRequest
from portal.accounts.forms import NewPasswordField
from portal.accounts.keys import hash_of
from portal.accounts.letting_in import let_in
from portal.accounts.models import User
from portal.accounts.next_page import next_page
from portal.accounts.proof import fresh_proof
from portal.accounts.ways import limited
from portal.tenancy.access import TenantRequest, public

KEY_IN_SESSION = "access_link"
PER_CLIENT = {"access_link": "20/m/ip"}
# What somebody who has no password yet may open.
OPEN_WITHOUT_PASSWORD = {"accounts:first_password", "accounts:prove", "account_logout", "set_language"}


@require_safe
@public
def open_link(request: TenantRequest, key: str) -> HttpResponse:
    """Move the key from the address to the session, as a link preview may do too: nothing is used up."""
    request.session[KEY_IN_SESSION] = key
    return redirect("accounts:start")


@limited
def _start(request: Any) -> HttpResponse:
    key = request.session.get(KEY_IN_SESSION, "")
    if not ratelimit.consume(request, app="portal.accounts", action="access_link", config=PER_CLIENT):
        sign_in_log.refused(request, method="link", why="too many tries")
        messages.error(request, _("Too many tries. Wait a few minutes and try again."))
        return redirect("account_login")
    user = queries.user_of_link(hash_of(key)) if key else None
    if user is None:
        if key:
            holder = queries.holder_of_link(hash_of(key))
            sign_in_log.refused(request, user=holder, method="link", why="expired or used" if holder else "unknown")
        return render(request, "accounts/start.html", {"is_over": True}, status=410 if key else 200)
    is_other = request.user.is_authenticated and request.user.pk != user.pk
    if request.method == "POST":
        return _let_in(request, key)
    return render(request, "accounts/start.html", {"is_other": is_other, "invited": user})


# The link is the proof; opening it, by a person or by whatever looks at links, does not use it up, the button does.
start = public(_start)


def _let_in(request: Any, key: str) -> HttpResponse:
    user = actions.use_access_link(key=key)
    if user is None:
        return redirect("accounts:start")
    if request.user.is_authenticated:
        logout(request)
    request.session.pop(KEY_IN_SESSION, None)
    return let_in(request, user, method="link", following=reverse("home"))


class FirstPasswordForm(forms.Form):
    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = NewPasswordField(user)


@fresh_proof
def first_password(request: UserRequest) -> HttpResponse:
    """Choose the password that staff asked for when they opened the access."""
    user = request.user
    if not user.must_set_password:
        return redirect(next_page(request))
    form = FirstPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        get_adapter().set_password(user, form.cleaned_data["password1"])
        before = request.session.session_key
        update_session_auth_hash(request, user)
        actions.move_session(before=before, after=request.session.session_key)
        request.session.pop(device_cookie.IN_SESSION, None)
        actions.password_was_changed(user=user, by=user, keep=request.session.session_key)
        messages.success(request, _("Your password has been saved."))
        return redirect(next_page(request))
    context = {"form": form, "next": next_page(request)}
    return render(request, "accounts/first_password.html", context, status=422 if form.errors else 200)


class FirstPasswordMiddleware:
    """Until a user whose access staff have opened has chosen a password, every page leads to choosing one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, *_args: object) -> HttpResponse | None:
        must = request.user.is_authenticated and getattr(request.user, "must_set_password", False)
        if not (must and request.tenant.password_sign_in):
            return None
        if request.resolver_match.view_name in OPEN_WITHOUT_PASSWORD:
            return None
        page = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else ""
        url = reverse("accounts:first_password") + (f"?{urlencode({'next': page})}" if page else "")
        return HttpResponse(headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else redirect(url)
