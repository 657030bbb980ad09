"""The user's own pages: details, language, devices; and how to get access for those who have none."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import actions, device_cookie, queries, strangers
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.forms import DetailsForm, LanguageForm
from portal.accounts.history import Attempt
from portal.accounts.models import User
from portal.accounts.next_page import next_page
from portal.accounts.ways import may_have_pin
from portal.tenancy.access import TenantRequest, public

HISTORY_PAGE = 25
A_YEAR = 60 * 60 * 24 * 365


@signed_in
def profile(request: UserRequest) -> HttpResponse:
    """Name and language, and how the rest is changed."""
    language = request.user.language or request.tenant.language
    form = DetailsForm(request.POST or None, instance=request.user, initial={"language": language})
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        actions.change_details(user=request.user, name=form.cleaned_data["name"], language=language, by=request.user)
        with override(language):
            messages.success(request, _("Your details have been saved."))
        return with_language(redirect("accounts:profile"), language)
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@signed_in
def sessions(request: UserRequest) -> HttpResponse:
    """Every device that is signed in."""
    found = queries.sessions_of(request.user, current=request.session.session_key)
    context = {
        "sessions": found,
        "has_others": len(found) > 1,
        "devices": queries.pin_devices_of(request.user, current=request.session.get(device_cookie.IN_SESSION)),
        "may_have_pin": may_have_pin(request.user, request.tenant),
        "has_pin_here": device_cookie.IN_SESSION in request.session,
    }
    return render(request, "accounts/sessions.html", context)


@require_safe
@signed_in
def history(request: UserRequest) -> HttpResponse:
    """When, how and from where somebody signed in as this user, or tried to."""
    page = Paginator(queries.sign_in_history(request.user), HISTORY_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/history.html", {"page": page, "attempts": map(Attempt, page)})


@require_POST
@signed_in
def end_session(request: UserRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, user_id=request.user.pk, pk=pk)
    if session.session_key == request.session.session_key:
        return redirect("accounts:sessions")
    actions.end_session(session=session, by=request.user)
    messages.success(request, _("The device has been signed out."))
    return redirect("accounts:sessions")


@require_POST
@signed_in
def end_other_sessions(request: UserRequest) -> HttpResponse:
    actions.end_sessions(user=request.user, keep=request.session.session_key, by=request.user)
    messages.success(request, _("All other devices have been signed out."))
    return redirect("accounts:sessions")


@require_POST
@public
def set_language(request: TenantRequest) -> HttpResponse:
    """Keep the language for this device, and for the user where someone is signed in."""
    form = LanguageForm(request.POST)
    response = redirect(next_page(request))
    if not form.is_valid():
        return response
    language = form.cleaned_data["language"]
    if isinstance(request.user, User) and request.user.language != language:
        actions.change_language(user=request.user, language=language, by=request.user)
    return with_language(response, language)


def with_language(response: HttpResponseRedirect, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@require_safe
@public
def get_access(request: TenantRequest) -> HttpResponse:
    """How to become a user: nobody signs up by themselves."""
    return render(request, "accounts/get_access.html")


@require_safe
@public
def no_access(request: TenantRequest) -> HttpResponse:
    """Told to somebody who has proved an address or a number that no access is registered with."""
    proved = strangers.proved_contact(request)
    if request.user.is_authenticated or proved is None:
        return redirect("home" if request.user.is_authenticated else "account_login")
    context = {"proved": proved, "needs_staff": strangers.needs_staff(request)}
    return render(request, "accounts/no_access.html", context)
