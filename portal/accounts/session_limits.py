"""The middleware that locks a session, or ends it, and what the sign-in pages do to the times it goes by."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts import actions, device_cookie
from portal.accounts.keys import hash_of
from portal.accounts.models import Device, User
from portal.accounts.session_rules import Limits, Times, Verdict, judge
from portal.audit import actions as audit
from portal.tenancy.models import Tenant

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SIGNED_IN_AT, ACTIVE_AT, LOCKED, ENDED = "signed_in_at", "active_at", "locked", "session_ended"
# How often a session's use is written down; the shortest wait for the PIN is two minutes.
NOTED_EVERY = 30
# What a locked session may still do; besides, it sees what a visitor sees.
OPEN_TO_LOCKED = ("accounts:unlock", "account_logout", "set_language")
# Public too, but here one signs in, shows who one is, or answers an invitation. The library's pages have no namespace.
ABOUT_PEOPLE = {"", "accounts", "customers"}
MESSAGES = "_messages"
# Sent along by what a page asks for by itself, every minute or so: nobody need be there.
PASSIVE = "X-Passive"


def limits_of(tenant: Tenant) -> Limits:
    return Limits(
        lock_after=tenant.lock_after_minutes * 60, idle=tenant.idle_minutes * 60, absolute=tenant.session_hours * 3600
    )


def begin(request: HttpRequest, user: User) -> None:
    """Start the clocks of a session that somebody has just signed in to, on a device with a PIN or without."""
    request.session[SIGNED_IN_AT] = request.session[ACTIVE_AT] = time.time()
    device = device_cookie.device_of(request, user)
    if device and device.pin:
        bind(request, device)


def bind(request: HttpRequest, device: Device) -> None:
    """Let the device's PIN open this session."""
    if not request.session.session_key:
        request.session.save()
    request.session[device_cookie.IN_SESSION] = device.pk
    device.session_key, device.failed_tries = request.session.session_key or "", 0
    device.last_used_at = timezone.now()
    device.save(update_fields=["session_key", "failed_tries", "last_used_at"])


def unlock(request: Any, device: Device) -> None:
    """Open the session under a new id."""
    before = request.session.session_key
    request.session.cycle_key()
    actions.move_session(before=before, after=request.session.session_key)
    request.session.pop(LOCKED, None)
    request.session[ACTIVE_AT] = time.time()
    bind(request, device)


def pin_device(request: HttpRequest) -> Device | None:
    """Return the device whose PIN opens this session, or None: it has none, or it was removed, guessed at, left alone.

    The browser must still hold the device's own cookie: a session id that was copied elsewhere is worth nothing more.
    """
    device = Device.objects.filter(pk=request.session.get(device_cookie.IN_SESSION) or 0).first()
    token = device_cookie.token_of(request)
    is_this = device is not None and device.token_hash == hash_of(token)
    return device if device and is_this and device.opens_by_pin(timezone.now()) else None


class SessionLimitsMiddleware:
    """While a session is locked its user is nobody: no page, fragment or file of theirs is shown until the PIN is.

    `request.lock_after` (seconds) tells the page when to lock itself; 0 where no PIN is set.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.lock_after, request.locked_user = 0, None
        if getattr(request, "tenant", None) is None or not request.user.is_authenticated:
            return self.get_response(request)
        has_device = device_cookie.IN_SESSION in request.session
        device = pin_device(request) if has_device and request.tenant.pin_unlock else None
        verdict = self.verdict_on(request, device, has_device=has_device)
        if verdict is Verdict.OVER:
            return self.ended(request)
        if verdict is Verdict.LOCKED and device:
            return self.locked(request, device)
        request.lock_after = limits_of(request.tenant).lock_after if device else 0
        if PASSIVE not in request.headers and time.time() - request.session[ACTIVE_AT] > NOTED_EVERY:
            self.note(request, device)
        return self.get_response(request)

    def verdict_on(self, request: Any, device: Device | None, *, has_device: bool) -> Verdict:
        now = time.time()
        times = Times(
            active_at=request.session.setdefault(ACTIVE_AT, now),
            signed_in_at=request.session.setdefault(SIGNED_IN_AT, now),
        )
        if has_device and device is None:
            return Verdict.OVER
        is_locked = request.session.get(LOCKED, False)
        return judge(times, limits_of(request.tenant), now=now, has_pin=device is not None, is_locked=is_locked)

    def note(self, request: Any, device: Device | None) -> None:
        request.session[ACTIVE_AT] = time.time()
        if device and timezone.now() - device.last_used_at > timedelta(days=1):
            device.last_used_at = timezone.now()
            device.save(update_fields=["last_used_at"])

    def ended(self, request: Any) -> HttpResponseBase:
        """Sign out, and go on as a visitor: a page that asks for a user leads to the sign-in page."""
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        audit.record(verb="accounts.session_ran_out", by=None, obj=request.user)
        request.session.flush()
        request.user = AnonymousUser()
        request.session[ENDED] = True
        response = self.get_response(request)
        return without_traces(response)

    def locked(self, request: Any, device: Device) -> HttpResponseBase:
        was_locked = request.session.get(LOCKED, False)
        if not was_locked:
            request.session[LOCKED] = True
            # What waits to be said is about the account.
            request.session.pop(MESSAGES, None)
        request.locked_user = request.user
        # Signing out shows nothing, and needs to know whom.
        if request.path != reverse("account_logout"):
            request.user = AnonymousUser()
        if request.path in {reverse(name) for name in OPEN_TO_LOCKED} or is_for_visitors(request):
            response = self.get_response(request)
        else:
            response = to_unlock_page(request)
        response.headers["Cache-Control"] = "private, no-store"
        return response if was_locked else without_traces(response)


def is_for_visitors(request: HttpRequest) -> bool:
    """Tell whether it is a page for everybody, such as where the power is out: nobody looks for a PIN in an emergency.

    It must be asked for as nobody, and then shows what a visitor sees.
    """
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    is_public = getattr(match.func, "access", "") == "public"
    return is_public and match.namespace not in ABOUT_PEOPLE


def to_unlock_page(request: HttpRequest) -> HttpResponse:
    """Lead to the PIN, and from there back to the page that was open."""
    is_fragment = "HX-Request" in request.headers
    if request.method in {"GET", "HEAD"} and not is_fragment:
        page = request.get_full_path()
    else:
        page = _path_on_this_host(
            request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "", request
        )
    url = reverse("accounts:unlock") + (f"?{urlencode({'next': page})}" if page else "")
    return HttpResponse(headers={"HX-Redirect": url}) if is_fragment else redirect(url)


def _path_on_this_host(url: str, request: HttpRequest) -> str:
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}):
        return ""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def without_traces(response: HttpResponseBase) -> HttpResponseBase:
    """Have the browser forget what it holds of the account, the pages behind the back button included."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
