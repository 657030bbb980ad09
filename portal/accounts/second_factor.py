"""Second factors: who has one, who must, and what allauth.mfa asks us about them."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.devices import agent_of
from portal.accounts.forms import CodeField
from portal.accounts.models import User
from portal.encryption import EncryptedTextField
from portal.tenancy.models import current_tenant

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# An app's code is taken half a minute before and after its time: clocks differ.
CODE_IS_USED_FOR = 120  # seconds
MOST_OF_CREDENTIAL = 20_000  # characters

_at_rest = EncryptedTextField()


def has_factor(user: User) -> bool:
    """Whether the user has something that counts as a second factor: an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def is_asked_for_factor(user: User) -> bool:
    """Whether who signs in by a code or a password must show a second factor as well."""
    if user.is_staff:
        return has_factor(user)
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether a member of staff would be without a second factor."""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
    return bool(authenticator.user.is_staff) and not others.exists()


NEEDED = gettext_lazy("Staff need a second factor. Set up another before you remove this.")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": NEEDED,
        "incorrect_code": gettext_lazy("The code is wrong, or it has been used. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return str(_at_rest.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        return _at_rest.from_db_value(encrypted_text) or ""

    def get_totp_issuer(self) -> str:
        return current_tenant().name

    def _get_site_name(self) -> str:
        return current_tenant().name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_last_factor(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  (allauth's name)
        """Return what people know the device by."""
        browser = agent_of(context.request.headers.get("User-Agent", ""))
        return ", ".join(filter(None, [browser.system, browser.browser])) or _("Passkey")


class OnceOnly:
    """An app's code works once; allauth forgets a used one while its neighbours in time are still taken."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"app-code:{self.user.pk}:{normalize_user_code(code)}", "used", CODE_IS_USED_FOR):
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]
            raise account_adapter().validation_error("incorrect_code")
        return code


HELP = gettext_lazy("Six digits from the app, or one of your recovery codes.")


class SecondFactorForm(OnceOnly, AuthenticateForm):  # type: ignore[misc]
    code = CodeField(help_text=HELP)


class AppProofForm(OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    code = CodeField(help_text=HELP)


# What the libraries raise on answers that no browser gives.
MALFORMED = (TypeError, ValueError, LookupError, AttributeError, OverflowError, NotImplementedError, struct.error)


class CredentialField(forms.JSONField):
    """What a browser says of a passkey; anything else is refused."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        if len(str(value)) > MOST_OF_CREDENTIAL:
            raise account_adapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise account_adapter().validation_error("incorrect_code") from error


class WellFormedAnswer:
    """A malformed answer is a wrong one."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED as error:
            raise account_adapter().validation_error("incorrect_code") from error


class PasskeySignInForm(WellFormedAnswer, LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeyStepForm(WellFormedAnswer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeyProofForm(WellFormedAnswer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """The step of sign-in that asks for a second factor.

    A passkey alone is a way in of its own: who has stored one on a phone may still use codes on another device. It is
    asked for as a second factor of staff, and of those who have set up an app.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        user: User | None = self.login.user
        return bool(user and super()._should_handle(request) and is_asked_for_factor(user))


class StaffFactorMiddleware:
    """Staff without a second factor are led to set one up before anything of the administration is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, *_args: object) -> HttpResponse | None:
        is_for_staff = "admin" in request.resolver_match.app_names or getattr(view, "access", "") == "staff"
        user = request.user
        if not (is_for_staff and user.is_authenticated and user.is_staff) or has_factor(user):
            return None
        messages.info(request, _("The administration asks staff for a second factor. Set one up to go on."))
        return redirect("mfa_index")
