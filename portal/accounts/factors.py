"""The pages of passkeys, the authenticator app and recovery codes: allauth's views in our words."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.base import views as base
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes as Codes
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from portal.accounts import sign_in_log
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.forms import CodeField
from portal.accounts.models import Identity, OpenIdProvider, User
from portal.accounts.next_page import next_page
from portal.accounts.proof import ask_for_proof, is_fresh
from portal.accounts.second_factor import (
    MALFORMED,
    NEEDED,
    CredentialField,
    PasskeySignInForm,
    PasskeyStepForm,
    SecondFactorForm,
    has_factor,
    is_last_factor,
)
from portal.accounts.sign_in import FormPage


@require_safe
@signed_in
def security(request: UserRequest) -> HttpResponse:
    """Every way in that the user has, and how to add and take away."""
    openid = OpenIdProvider.current()
    owned = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    context = {
        "passkeys": [each for each in owned if each.type == Authenticator.Type.WEBAUTHN],
        "app": next((each for each in owned if each.type == Authenticator.Type.TOTP), None),
        "recovery_codes": next((each for each in owned if each.type == Authenticator.Type.RECOVERY_CODES), None),
        "openid_name": openid.name if openid else "",
        "identity": Identity.objects.filter(user=request.user).first(),
        "needs_factor": request.user.is_staff and not has_factor(request.user),
    }
    return render(request, "mfa/index.html", context)


class Authenticate(base.AuthenticateView):  # type: ignore[misc]
    """The second step of sign-in."""

    form_class = SecondFactorForm
    webauthn_form_class = PasskeyStepForm
    template_name = "mfa/authenticate.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Who has used up a recovery code is told how many are left, and their e-mail that it was used."""
        response: HttpResponse = super().form_valid(form)
        user, used = self.stage.login.user, getattr(form, "authenticator", None)
        if used and used.type == Authenticator.Type.RECOVERY_CODES:
            left = len(Authenticator.objects.get(pk=used.pk).wrap().get_unused_codes())
            text = ngettext(
                "The recovery code is used up. %(count)s is left.",
                "The recovery code is used up. %(count)s are left.",
                left,
            )
            messages.warning(self.request, text % {"count": left})
            account_adapter(self.request).send_notification_mail("mfa/email/recovery_code_used", user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        sign_in_log.factor_refused(self.request, self.stage.login.user, form)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        return context | {
            "has_app": Authenticator.Type.TOTP in types,
            "has_passkey": Authenticator.Type.WEBAUTHN in types,
            "has_codes": Authenticator.Type.RECOVERY_CODES in types,
        }


class ActivateAppForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    code = CodeField(help_text=gettext_lazy("Six digits, shown in the app."))


class ActivateApp(FormPage, totp.ActivateTOTPView):  # type: ignore[misc]
    form_class = ActivateAppForm
    template_name = "mfa/activate_app.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The key in groups of four, as people copy it by hand."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"secret_in_groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        """allauth tells of it after the transaction, where nothing can be written any more."""
        user = self.request.user
        app = TOTP.activate(user, form.secret).instance
        Codes.activate(user)
        clear_totp_secret(self.request)
        sign_in_log.factor_added(self.request, user, app)
        account_adapter(self.request).send_notification_mail("mfa/email/totp_activated", user)
        messages.success(self.request, _("The app is turned on.") + f" {KEEP_CODES}")
        return redirect("mfa_view_recovery_codes")


class DeactivateApp(totp.DeactivateTOTPView):  # type: ignore[misc]
    template_name = "mfa/deactivate_app.html"


class RecoveryCodes(recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes.html"


class GenerateRecoveryCodes(FormPage, recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/generate_recovery_codes.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """As above; the row of the user is locked, so that two requests make one set."""
        user = self.request.user
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        Codes.activate(user)
        sign_in_log.factor_changed(user=user, what="recovery_codes_generated")
        account_adapter(self.request).send_notification_mail("mfa/email/recovery_codes_generated", user)
        return redirect("mfa_view_recovery_codes")


class DownloadRecoveryCodes(recovery.DownloadRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes.txt"


# Who adds a first factor lands on codes they have not asked for.
KEEP_CODES = gettext_lazy("Keep these codes: they let you in if you lose it.")


def name_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("For you to know it by."),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the passkey a name.")},
    )


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    name = name_field()
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise account_adapter().validation_error("incorrect_code") from error
        return cleaned


class AddPasskey(FormPage, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Always one that is found without a user name and asks for a finger, a face or the device's code."""

    form_class = AddPasskeyForm
    template_name = "mfa/add_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"form": kwargs.get("form") or self.get_form(), "options": self.options()}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        more = f" {KEEP_CODES}" if self.did_generate_recovery_codes else ""
        messages.success(self.request, _("The passkey is added.") + more)
        return response

    def options(self) -> dict[str, Any]:
        found: dict[str, Any] = auth.begin_registration(self.request.user, True)  # noqa: FBT003  (allauth's signature)
        return found


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    name = name_field()


class RenamePasskey(FormPage, webauthn.EditWebAuthnView):  # type: ignore[misc]
    form_class = RenamePasskeyForm
    template_name = "mfa/rename_passkey.html"

    def get_success_url(self) -> str:
        return next_page(self.request, "mfa_index")


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/remove_passkey.html"

    def get_success_url(self) -> str:
        return next_page(self.request, "mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if is_last_factor(self.get_object()):
            messages.error(self.request, NEEDED)
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        return response


class PasskeySignIn(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone. GET gives the browser what it is to sign."""

    form_class = PasskeySignInForm

    def _redirect_to_pending_stage(self, request: Any, stage: Any) -> None:
        """Whoever waits for a code may use a passkey instead."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        post_authentication(self.request, authenticator, passwordless=True)
        login = Login(user=authenticator.user, redirect_url=next_page(self.request))
        response: HttpResponse = perform_login(self.request, login)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        sign_in_log.refused(self.request, method="passkey")
        messages.error(self.request, _("We do not know this passkey. Choose another way."))
        return redirect("account_login")


def of_own(kind: Authenticator.Type, view: Any) -> Any:
    """A page about something the user has (of several the one with the `pk` in the address). What is not theirs is not
    found, whether or not there is a fresh proof.
    """

    def guarded(request: UserRequest, **which: int) -> HttpResponseBase:
        get_object_or_404(Authenticator, user=request.user, type=kind, **which)
        if not is_fresh(request, request.user):
            return ask_for_proof(request.get_full_path())
        response: HttpResponseBase = view(request, **which)
        return response

    return signed_in(guarded)
