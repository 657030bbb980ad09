"""The forms of sign-in, on allauth's, and of the user's own pages."""

from typing import Any

from allauth.account import forms as library
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ui.context_processors import LANGUAGE_NAMES


class EmailField(forms.EmailField):
    """An address to sign in with: letter case and the blanks around it do not count."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("E-mail"),
            error_messages={
                "required": _("Enter your e-mail address."),
                "invalid": _("Enter an e-mail address, such as name@example.com."),
            },
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
            **options,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


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
        self.fields["login"] = EmailField()
        self.fields["password"] = password_field(_("Password"), _("Enter your password."))


class RequestCodeForm(library.RequestLoginCodeForm):  # type: ignore[misc]
    email = EmailField()


class ConfirmCodeForm(library.ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits."),
        error_messages={"required": _("Enter the code from the e-mail.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}),
    )


class ResetPasswordForm(library.ResetPasswordForm):  # type: ignore[misc]
    email = EmailField()


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
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of these pages and of the messages we send you."),
        choices=list(LANGUAGE_NAMES.items()),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["name", "language"]
        error_messages = {"name": {"required": _("Enter your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)
