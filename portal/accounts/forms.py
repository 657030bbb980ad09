"""The forms of sign-in, on allauth's, and of the user's own pages."""

import re
from typing import Any

from allauth.account import forms as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from allauth.core.internal import ratelimit as client_limits
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts import pins, sign_in_log
from portal.accounts.fields import EmailField, LoginField, MobileField, NameField, credentials_of, is_phone
from portal.accounts.models import User
from portal.accounts.sms_limit import take_sms
from portal.ui.context_processors import LANGUAGE_NAMES

# One household or office asks for few; the tenant's own limit is counted in portal.accounts.sms_limit.
SMS_PER_CLIENT = {"sms": "30/h/ip"}
# All that may be asked for: codes to sign in, codes for a change, links to a new password.
SMS_PER_NUMBER = {"sms_to": "20/h/key,50/d/key"}


def password_field(label: Any, required: Any, autocomplete: str = "current-password", help_text: Any = "") -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        error_messages={"required": required},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class PasswordSignInForm(library.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = LoginField()
        self.fields["password"] = password_field(_("Password"), _("Enter your password."))

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the two together stands at the second: there one goes on typing."""
        super().add_error(field or "password", error)

    def user_credentials(self) -> dict[str, str]:
        """allauth would guess what was typed, and search for a number as it was written."""
        return {**credentials_of(self.cleaned_data["login"]), "password": self.cleaned_data["password"]}


class RequestCodeForm(forms.Form):
    """Where to send a code; `user` is whose contact it is, or None. Every try counts against the limits."""

    email = EmailField()

    user: User | None = None

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        count_try("request_login_code", email)
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self.user = users[0] if users else None
        return email


class RequestSmsCodeForm(forms.Form):
    phone = MobileField()

    user: User | None = None

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        count_try("request_login_code", phone)
        take_sms_or_refuse(phone)
        self.user = User.objects.filter(phone=phone, is_active=True).first()
        return phone


def count_try(action: str, key: str, *, user: User | None = None) -> None:
    """Raise ValidationError when there have been too many tries, for the address or number or from this client. A key
    that is neither needs the `user` whose log it stands in.
    """
    if not ratelimit.consume(context.request, action=action, key=key):
        method = "reset" if action == "reset_password" else "code"
        whose: Any = {"user": user} if user else {"contact": key}
        sign_in_log.refused(context.request, method=method, why="too many tries", **whose)
        raise get_adapter().validation_error("too_many_login_attempts")


def take_sms_or_refuse(phone: str) -> None:
    """Count an SMS to a number. Raises ValidationError when the client, the number or the tenant has had its share, or
    none can be sent.
    """
    by_client = client_limits.consume(context.request, app="portal.accounts", action="sms", config=SMS_PER_CLIENT)
    if not by_client or not client_limits.consume(
        context.request, app="portal.accounts", action="sms_to", key=phone, config=SMS_PER_NUMBER
    ):
        sign_in_log.refused(context.request, method="code", why="too many tries")
        raise get_adapter().validation_error("too_many_login_attempts")
    if not take_sms():
        raise forms.ValidationError(_("We cannot send more SMS just now. Use your e-mail instead."), code="no_sms")


def count_code(*, email: str = "", phone: str = "") -> None:
    """Count one more code, to the number, else to the address: also the next one, which the session counts too, but
    posts that come at once all read that before any has written. Raises ValidationError.
    """
    count_try("request_login_code", phone or email)
    if phone:
        take_sms_or_refuse(phone)


def count_proof(user: User, *, phone: str = "") -> None:
    """Count one more code by which somebody who is signed in shows that it is they: for themselves, as anybody may use
    up what may be asked for at their address. Raises ValidationError.
    """
    count_try("prove_by_code", f"user:{user.pk}", user=user)
    if phone:
        take_sms_or_refuse(phone)


class CodeField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Six digits."))
        super().__init__(
            label=_("Code"),
            error_messages={"required": _("Enter the code.")},
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}),
            **options,
        )


class SixDigitsField(CodeField):
    """The code of a message. What cannot be one is told as that: it is no try at a code."""

    default_error_messages = {"malformed": _("The code has six digits.")}

    def to_python(self, value: Any) -> str:
        written = str(super().to_python(value) or "")
        if written and not re.fullmatch(r"[0-9]{6}", normalize_user_code(written)):
            raise forms.ValidationError(self.error_messages["malformed"], code="malformed")
        return written


class ConfirmCodeForm(library.ConfirmLoginCodeForm):  # type: ignore[misc]
    code = SixDigitsField()

    @property
    def is_try(self) -> bool:
        """Tell whether six digits were sent."""
        return not (self.has_error("code", "required") or self.has_error("code", "malformed"))


def wrong_code(left: int) -> str:
    """Return what to say of a wrong code while there are tries left."""
    said = ngettext(
        "The code is wrong. Check the newest message from us. You have %(count)s try left.",
        "The code is wrong. Check the newest message from us. You have %(count)s tries left.",
        left,
    )
    return said % {"count": left}


class RegisterForm(forms.Form):
    """The first step of somebody who has proved a number, or who they are at a provider."""

    name = NameField()
    email = EmailField(label=_("E-mail"), help_text=_("We send a code there, and later our messages."))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        count_try("request_login_code", email)
        return email


class ResetPasswordForm(forms.Form):
    """Where to send a link for a new password."""

    login = LoginField()

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"])
        count_try("reset_password", login)
        if is_phone(login):
            take_sms_or_refuse(login)
        return login


NEW_PASSWORD_HELP = _("At least 10 characters. A sentence that only you know is both long and easy to remember.")


class NewPasswordMixin:
    """One field instead of two: a password manager or the eye shows what was typed, and a reset is a click away."""

    fields: dict[str, forms.Field]

    def use_one_new_password(self, user: User) -> None:
        del self.fields["password2"]
        self.fields["password1"] = NewPasswordField(user)


class NewPasswordField(library.SetPasswordField):  # type: ignore[misc]
    def __init__(self, user: User) -> None:
        super().__init__(
            label=_("New password"),
            help_text=NEW_PASSWORD_HELP,
            error_messages={"required": _("Choose a new password.")},
        )
        self.user = user
        self.widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(NewPasswordMixin, library.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_one_new_password(self.user)


class ChangePasswordForm(NewPasswordMixin, library.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_one_new_password(self.user)
        self.fields["oldpassword"] = password_field(_("Current password"), _("Enter your current password."))
        self.order_fields(["oldpassword", "password1"])


class DetailsForm(forms.ModelForm[User]):
    name = NameField()
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of these pages and of the messages we send you."),
        choices=list(LANGUAGE_NAMES.items()),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["name", "language"]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class PinField(forms.RegexField):
    """A PIN of four digits."""

    def __init__(self, **options: Any) -> None:
        invalid = _("The PIN has four digits.")
        super().__init__(
            rf"^[0-9]{{{pins.DIGITS}}}$",
            label=_("PIN"),
            error_messages={"required": _("Enter the PIN."), "invalid": invalid},
            widget=forms.PasswordInput(
                attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": pins.DIGITS, "class": "code"}
            ),
            **options,
        )


class NewPinForm(forms.Form):
    """A PIN for this device; it is typed twice, as it cannot be seen."""

    pin = PinField(help_text=_("Four digits that nobody can guess."))
    again = PinField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["pin"].label = _("New PIN")
        self.fields["again"].label = _("The same PIN again")

    def clean_pin(self) -> str:
        pin = str(self.cleaned_data["pin"])
        if pins.is_weak(pin, phone=self.user.phone):
            raise forms.ValidationError(_("This PIN is one of the first that a thief would try. Choose another."))
        return pin

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "pin" in cleaned and "again" in cleaned and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two PINs are not the same."))
        return cleaned


class PinForm(forms.Form):
    pin = PinField()
