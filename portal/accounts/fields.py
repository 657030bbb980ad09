"""Form fields for people's names, and for what they sign in with: an e-mail address, a mobile number, or either."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.notifications.phones import usable_mobile
from portal.ui.fields import PhoneField


class NameField(forms.CharField):
    """A person's name. Of the blanks in it one each is kept."""

    def __init__(self, *, autocomplete: str = "name", **options: Any) -> None:
        options.setdefault("label", _("Name"))
        super().__init__(
            max_length=120,
            error_messages={"required": _("Enter your name.")},
            widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
            **options,
        )

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class EmailField(forms.EmailField):
    """An address to sign in with: letter case and the blanks around it do not count."""

    def __init__(self, *, autocomplete: str = "username", **options: Any) -> None:
        options.setdefault("label", _("E-mail"))
        super().__init__(
            error_messages={
                "required": _("Enter your e-mail address."),
                "invalid": _("Enter an e-mail address, such as name@example.com."),
            },
            widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
            **options,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class MobileField(PhoneField):
    """A number that an SMS can reach, Norwegian unless it has a country code. Cleans to E.164."""

    default_error_messages = {
        "required": _("Enter your mobile number."),
        "invalid": _("Enter a mobile number, such as 912 34 567. Foreign numbers begin with + and the country."),
        "not_mobile": _("This is not a mobile number: no SMS can reach it. Use another one, or your e-mail."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Mobile number"))
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        number = super().to_python(value)
        if number and not usable_mobile(number):
            raise ValidationError(self.error_messages["not_mobile"], code="not_mobile")
        return number


class LoginField(forms.CharField):
    """An e-mail address or a mobile number. Cleans to the address in lower case, or to E.164 ("+47…")."""

    default_error_messages = {
        "required": _("Enter your mobile number or e-mail address."),
        "invalid": _("Enter a mobile number, such as 912 34 567, or an e-mail address, such as name@example.com."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Mobile number or e-mail"))
        super().__init__(
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}), **options
        )

    def clean(self, value: Any) -> str:
        written = str(super().clean(value)).strip()
        field = EmailField() if "@" in written else MobileField()
        try:
            return str(field.clean(written))
        except ValidationError as error:
            if error.code == "not_mobile":
                raise
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


def is_phone(login: str) -> bool:
    """Tell what LoginField has cleaned to."""
    return login.startswith("+")


def credentials_of(login: str) -> dict[str, str]:
    """Return what a LoginField has cleaned to under its name: {"email": …} or {"phone": …}."""
    return {"phone" if is_phone(login) else "email": login}
