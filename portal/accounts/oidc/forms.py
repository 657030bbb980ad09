"""The first step of somebody whom the provider vouches for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import EmailField
from portal.accounts.forms import count_try


class RegisterForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = EmailField(label=_("E-mail"), help_text=_("We send a code there, and later our messages."))

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        count_try("request_login_code", email)
        return email
