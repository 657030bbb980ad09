"""The PIN: set on a device after sign-in, asked for after a spell away."""

import time
from typing import Any

from allauth.core.internal import ratelimit
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import registry
from portal.accounts import actions, device_cookie, session_limits, sign_in_log
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.forms import NewPinForm, PinForm
from portal.accounts.keys import hash_of
from portal.accounts.models import Device, User
from portal.accounts.next_page import next_page
from portal.accounts.proof import ask_for_proof, fresh_proof, is_fresh
from portal.accounts.ways import limited, may_have_pin
from portal.tenancy.access import TenantRequest, public

TRIES = {"pin": "10/m/key,30/m/ip"}


@fresh_proof
def set_pin(request: UserRequest) -> HttpResponse:
    """Choose a PIN for this device, or (right after sign-in) say no to it."""
    if not may_have_pin(request.user, request.tenant):
        raise Http404
    token = device_cookie.token_of(request)
    browser = {"token": hash_of(token), "user_agent": request.headers.get("User-Agent", "")}
    is_offer = "offer" in request.GET
    if request.method == "POST" and request.POST.get("action") == "decline":
        actions.decline_pin(user=request.user, **browser)
        return _with_cookie(redirect(next_page(request)), token)
    form = NewPinForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        device = actions.set_pin(user=request.user, pin=form.cleaned_data["pin"], **browser)
        session_limits.bind(request, device)
        messages.success(request, _("The PIN has been set. It is asked for when you have been away for a while."))
        return _with_cookie(redirect(next_page(request, "accounts:sessions")), token)
    context = {"form": form, "is_offer": is_offer, "minutes": request.tenant.lock_after_minutes}
    context["next"] = next_page(request, "home" if is_offer else "accounts:sessions")
    return render(request, "accounts/set_pin.html", context, status=422 if form.errors else 200)


def _with_cookie(response: HttpResponse, token: str) -> HttpResponse:
    device_cookie.set_on(response, token)
    return response


@require_POST
@signed_in
def remove_device(request: UserRequest, pk: int) -> HttpResponse:
    """Take away a device's PIN; another device than this one is signed out, too."""
    device = get_object_or_404(Device, user=request.user, pk=pk)
    if not is_fresh(request, request.user):
        return ask_for_proof(reverse("accounts:sessions"))
    if request.session.get(device_cookie.IN_SESSION) == device.pk:
        del request.session[device_cookie.IN_SESSION]
    actions.remove_device(device=device, by=request.user, keep=request.session.session_key)
    messages.success(request, _("The PIN has been removed."))
    return redirect("accounts:sessions")


@public
def unlock(request: TenantRequest) -> HttpResponse:
    """Ask for the PIN. Nothing here says whose session it is."""
    user: User | None = request.locked_user  # type: ignore[attr-defined]  # set by SessionLimitsMiddleware
    if user is None:
        return redirect(next_page(request))
    return _unlock(request)  # type: ignore[return-value]


@limited
def _unlock(request: Any) -> HttpResponse:
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = session_limits.pin_device(request)
        if device is None or not _may_try(request, device):
            sign_in_log.refused(request, user=request.locked_user, method="pin", why="too many tries")
            form.add_error(None, _("Too many tries. Wait a minute and try again."))
        elif left := actions.try_pin(device=device, pin=form.cleaned_data["pin"], where=sign_in_log.where(request)):
            if left < 0:
                session_limits.unlock(request, device)
                return redirect(next_page(request))
            form.add_error("pin", _("The PIN is wrong. Tries left: %(left)s.") % {"left": left})
        else:
            return _forgotten(request)
    context = {
        "form": form,
        "next": next_page(request),
        "public_sections": registry.public_sections_of(request.tenant),
    }
    return render(request, "accounts/unlock.html", context, status=422 if form.errors else 200)


def _may_try(request: HttpRequest, device: Device) -> bool:
    return bool(ratelimit.consume(request, app="portal.accounts", action="pin", key=str(device.pk), config=TRIES))


def _forgotten(request: Any) -> HttpResponse:
    """End the session: the PIN was wrong too often."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    messages.error(request, _("The PIN was wrong five times. Sign in again."))
    return redirect("account_login")


@require_safe
@signed_in
def alive(request: UserRequest) -> HttpResponse:
    """Asked by a page that is in use without asking for anything else: the session stays open."""
    request.session[session_limits.ACTIVE_AT] = time.time()
    return HttpResponse(status=204)
