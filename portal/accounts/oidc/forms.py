"""The first step of somebody whom the provider vouches for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import EmailField, NameField
from portal.accounts.forms import count_try


class RegisterForm(forms.Form):
    name = NameField()
    email = EmailField(label=_("E-mail"), help_text=_("We send a code there, and later our messages."))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        count_try("request_login_code", email)
        return email
