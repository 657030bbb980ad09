"""Signing in and out, and passwords: allauth's views, with our answers to invalid input and to waiting."""

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as library
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from portal import registry
from portal.accounts import actions, forms
from portal.accounts.next_page import next_page, passing_next
from portal.tenancy.access import TenantRequest, public

RESEND_AFTER = 30  # seconds


def limited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse when tries cannot be counted: without its limits, sign-in would be open to guessing.

    People who are signed in do not notice, their sessions are in PostgreSQL.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except RedisError:
            return render(request, "accounts/unavailable.html", status=503)

    return guarded


@public
def sign_in(request: TenantRequest) -> HttpResponse:
    """The ways in that the tenant has."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    context = {
        "code_url": passing_next(request, "account_request_login_code"),
        "password_url": passing_next(request, "account_password_login"),
        "public_sections": registry.public_sections_of(request.tenant),
    }
    return render(request, "accounts/sign_in.html", context)


class FormPage:
    """A form of the library's: invalid input is answered with 422, as everywhere in the portal."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever waits for a code may choose another way, or another address, instead."""


class PasswordSignIn(FormPage, library.LoginView):  # type: ignore[misc]
    form_class = forms.PasswordSignInForm
    template_name = "account/login.html"


class RequestCode(FormPage, library.RequestLoginCodeView):  # type: ignore[misc]
    form_class = forms.RequestCodeForm
    template_name = "account/request_login_code.html"


class ConfirmCode(FormPage, library.ConfirmLoginCodeView):  # type: ignore[misc]
    form_class = forms.ConfirmCodeForm
    template_name = "account/confirm_login_code.html"

    _process: Any = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self._process is None:
            messages.error(request, _("The code has expired. Ask for a new one."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again; three wrong codes end it, and another can be had at once (allauth says to wait)."""
        if self._process.record_invalid_attempt():
            response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
            return response
        messages.error(self.request, _("The code was wrong three times and no longer works. Ask for a new one."))
        return redirect(self.passthrough_next_url(reverse("account_request_login_code")))

    def seconds_to_wait(self) -> int:
        sent_at: float = self._process.state["at"]
        return max(0, math.ceil(sent_at + RESEND_AFTER - time.time()))

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """Send another code, in the same way to known and unknown addresses; allauth's own sends none to the latter."""
        if wait := self.seconds_to_wait():
            text = ngettext(
                "Wait %(count)s second before you ask again.", "Wait %(count)s seconds before you ask again.", wait
            )
            messages.warning(self.request, text % {"count": wait})
        else:
            self._process.state["at"] = time.time()
            self._process.send()
            self._process.record_resend()
            self._process.persist()
            messages.success(self.request, _("We have sent you a new code."))
        return redirect(self.passthrough_next_url(self.request.path))


class ResetPassword(FormPage, library.PasswordResetView):  # type: ignore[misc]
    form_class = forms.ResetPasswordForm
    template_name = "account/password_reset.html"


class ResetPasswordDone(library.PasswordResetDoneView):  # type: ignore[misc]
    template_name = "account/password_reset_done.html"


class ResetPasswordFromLink(FormPage, library.PasswordResetFromKeyView):  # type: ignore[misc]
    form_class = forms.ResetPasswordKeyForm
    template_name = "account/password_reset_from_key.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        actions.end_sessions(user=self.reset_user, by=self.reset_user)
        return response


class ChangePassword(FormPage, library.PasswordChangeView):  # type: ignore[misc]
    """Who has no password yet makes one through a link by e-mail: that proves more than an open session."""

    form_class = forms.ChangePasswordForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("accounts:profile")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_usable_password():
            return redirect("account_reset_password")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_default_success_url(self) -> str:
        return str(self.success_url)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        actions.end_sessions(user=form.user, keep=self.request.session.session_key, by=form.user)
        return response
