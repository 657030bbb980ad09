"""Signing in and out, and passwords: allauth's views, with our answers to invalid input and to waiting."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as library
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.edit import FormView

from portal import registry
from portal.accounts import actions, device_cookie, forms, password_reset, sign_in_log
from portal.accounts.code_page import ask_for_another
from portal.accounts.fields import is_phone
from portal.accounts.login_code import LoginCode
from portal.accounts.models import OpenIdProvider
from portal.accounts.next_page import next_page, passing_next
from portal.accounts.one_time_codes import take_try
from portal.accounts.session_limits import ENDED
from portal.accounts.trouble import trouble_of
from portal.accounts.ways import can_sign_in_by_sms
from portal.tenancy.access import TenantRequest, public
from portal.ui import formatting

# In the session, once: the address or the number whose code has been used up, to ask for another.
ASKED_FOR = "asked_for_code_to"
# In the session: where a link for a new password was asked for.
RESET_TO = "reset_to"
# In the session of somebody who has just signed out here, but not at the provider that vouched for them.
MAY_END_OPENID = "may_end_openid"


@public
def sign_in(request: TenantRequest) -> HttpResponse:
    """The ways in that the tenant has."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    if getattr(request, "locked_user", None):
        return redirect(passing_next(request, "accounts:unlock"))
    if request.session.pop(ENDED, False):
        messages.info(request, _("You have been signed out because it was a while since you were here."))
    tenant, openid = request.tenant, OpenIdProvider.current()
    context = {
        "openid_url": passing_next(request, "accounts:openid_start") if openid else "",
        "openid_name": openid.name if openid else "",
        "end_openid": openid is not None and request.session.pop(MAY_END_OPENID, False),
        "code_url": passing_next(request, "account_request_login_code") if tenant.email_code_sign_in else "",
        "sms_url": passing_next(request, "accounts:request_sms_code") if can_sign_in_by_sms(tenant) else "",
        "password_url": passing_next(request, "account_password_login") if tenant.password_sign_in else "",
        "passkey_url": passing_next(request, "mfa_login_webauthn") if tenant.passkey_sign_in else "",
        "public_sections": registry.public_sections_of(tenant),
    }
    return render(request, "accounts/sign_in.html", context)


@public
@require_POST
def sign_out(request: TenantRequest) -> HttpResponseBase:
    """Sign out; who came by way of a provider is offered to sign out there too."""
    came_by_openid = "openid" in sign_in_log.way_of(request.session.get(sign_in_log.METHODS_IN_SESSION) or [])
    response: HttpResponseBase = library.LogoutView.as_view()(request)
    if came_by_openid and not request.user.is_authenticated:
        request.session[MAY_END_OPENID] = True
    return response


class FormPage:
    """A form of the library's: invalid input is answered with 422, as everywhere in the portal."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The library turns a place away that asks too often; that is a refusal too."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            sign_in_log.refused(request, why="too many tries")
        return response

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
    form_class: type[forms.RequestCodeForm | forms.RequestSmsCodeForm] = forms.RequestCodeForm
    template_name = "account/request_login_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        has_sms = can_sign_in_by_sms(self.request.tenant)
        return context | {"sms_url": passing_next(self.request, "accounts:request_sms_code") if has_sms else ""}

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        kept: dict[str, Any] = self.request.session.pop(ASKED_FOR, {})
        return initial | kept

    def form_valid(self, form: Any) -> HttpResponse:
        LoginCode.begin(self.request, user=form.user, **form.cleaned_data)
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))


class RequestSmsCode(RequestCode):
    form_class = forms.RequestSmsCodeForm
    template_name = "accounts/request_sms_code.html"


class ConfirmCode(FormPage, library.ConfirmLoginCodeView):  # type: ignore[misc]
    form_class = forms.ConfirmCodeForm
    template_name = "account/confirm_login_code.html"

    _process: LoginCode

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who types a code that has been used, or in another browser, is told so."""
        if request.user.is_authenticated:
            return redirect(next_page(request))
        self.stage = LoginStageController.enter(request, LoginByCodeStage.key)
        process = LoginCode.resume(self.stage) if self.stage else None
        if process is None and self.stage:
            messages.error(request, _("The code has expired. Ask for a new one."))
            return redirect(self.again_url())
        if process is None:
            if request.method == "POST":
                sign_in_log.refused(request, method="code", why="used or unknown")
                messages.error(request, _("This code has been used or is too old. Ask for a new one."))
            return redirect(passing_next(request, "account_login"))
        self._process = process
        response: HttpResponseBase = FormView.dispatch(self, request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def again_url(self) -> str:
        """Return where to ask for another code, in the way this one was asked for."""
        name = "accounts:request_sms_code" if self.stage.state.get("phone") else "account_request_login_code"
        return str(self.passthrough_next_url(reverse(name)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "again_url": self.again_url(),
            "seconds_to_wait": self._process.seconds_to_wait,
            "trouble": trouble_of(self._process.message),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """The right code, but not as one of many that are tried at once."""
        if not take_try(self._process.state["message"]):
            return self._one_too_many()
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again; three wrong codes end it, and another can be had at once (allauth says to wait). What
        cannot be a code is no try.
        """
        if form.is_try:
            if not take_try(self._process.state["message"]):
                return self._one_too_many()
            if not self._process.record_invalid_attempt():
                return self._used_up()
            left = self._process.max_attempts - self._process.state["failed_attempts"]
            form.errors["code"] = form.error_class([forms.wrong_code(left)])
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return response

    def _one_too_many(self) -> HttpResponse:
        user, contact = self.stage.login.user, str(self._process.proved)
        sign_in_log.refused(self.request, user=user, contact=contact, method="code", why="too many tries")
        return self._used_up()

    def _used_up(self) -> HttpResponse:
        self.request.session[ASKED_FOR] = {"email": self._process.proved.email, "phone": self._process.proved.phone}
        self._process.abort()
        return ask_for_another(self.request, self.again_url())

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """Send another code, in the same way to known and unknown; allauth's own sends none to the latter."""
        contact = self._process.proved
        if wait := self._process.seconds_to_wait:
            text = ngettext(
                "Wait %(count)s second before you ask again.", "Wait %(count)s seconds before you ask again.", wait
            )
            messages.warning(self.request, text % {"count": wait})
            return redirect(self.passthrough_next_url(self.request.path))
        try:
            forms.count_code(email=contact.email, phone=contact.phone)
        except ValidationError as error:
            messages.error(self.request, error.messages[0])
        else:
            self._process.resend()
            messages.success(self.request, _("We have sent you a new code."))
        return redirect(self.passthrough_next_url(self.request.path))


def pending_code(request: HttpRequest) -> LoginCode | None:
    """Return the sign-in code that this session waits for, or None."""
    stage = None if request.user.is_authenticated else LoginStageController.enter(request, LoginByCodeStage.key)
    return LoginCode.resume(stage) if stage else None


@require_safe
@public
def code_trouble(request: TenantRequest) -> HttpResponse:
    """What has become of the message with the code, asked now and then by the page that waits for it: 204 is well."""
    process = pending_code(request)
    trouble = trouble_of(process.message) if process else ""
    if process is None or not trouble:
        return HttpResponse(status=204)
    return render(request, "accounts/_code_trouble.html", {"trouble": trouble, "phone": process.proved.phone})


class ResetPassword(FormPage, library.PasswordResetView):  # type: ignore[misc]
    form_class = forms.ResetPasswordForm
    template_name = "account/password_reset.html"

    def form_valid(self, form: Any) -> HttpResponse:
        password_reset.send_link(self.request, form.cleaned_data["login"])
        self.request.session[RESET_TO] = form.cleaned_data["login"]
        return redirect("account_reset_password_done")


class ResetPasswordDone(library.PasswordResetDoneView):  # type: ignore[misc]
    template_name = "account/password_reset_done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        login = self.request.session.get(RESET_TO, "")
        return context | {"by_sms": is_phone(login), "sent_to": formatting.phone(login) if is_phone(login) else login}


class ResetPasswordFromLink(FormPage, library.PasswordResetFromKeyView):  # type: ignore[misc]
    form_class = forms.ResetPasswordKeyForm
    template_name = "account/password_reset_from_key.html"
    success_url = reverse_lazy("account_login")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if (getattr(response, "context_data", None) or {}).get("token_fail"):
            sign_in_log.refused(request, user=getattr(self, "reset_user", None), method="reset", why="expired or used")
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        actions.password_was_changed(user=self.reset_user, by=self.reset_user)
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

    def form_invalid(self, form: Any) -> HttpResponse:
        if "oldpassword" in form.errors:
            sign_in_log.refused(self.request, user=form.user, method="password")
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session.pop(device_cookie.IN_SESSION, None)
        actions.password_was_changed(user=form.user, keep=self.request.session.session_key, by=form.user)
        return response
