"""Input of those who ask for access, and of those who accept an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import EmailField, MobileField, NameField
from portal.customers.actions.requests import Asked
from portal.customers.models import Role
from portal.customers.rules import LENDABLE, has_ordering
from portal.ui.fields import OrgNoField, PostalCodeField, TextField


def role_choices() -> list[tuple[str, Any]]:
    """Return the roles with what they are for, in the modules that the tenant has."""
    if has_ordering():
        orderer, owner = _("Orderer: sees everything and orders"), _("Owner: orders, and decides who else has access")
    else:
        orderer = _("Manager: sees everything, names installations and answers for the customer")
        owner = _("Owner: does the same, and decides who else has access")
    reader = _("Reader: sees everything, changes nothing")
    return [(Role.READER.value, reader), (Role.ORDERER.value, orderer), (Role.OWNER.value, owner)]


def lendable_choices() -> list[tuple[str, Any]]:
    return [choice for choice in role_choices() if choice[0] in LENDABLE]


class CustomerNumberField(forms.CharField):
    """A customer number as people write it. Cleans to one without blanks."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Customer number"))
        super().__init__(max_length=20, **options)

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value) or "").split())


class PersonForm(forms.Form):
    """The person who asks. All of it is only what they write: nothing is looked up."""

    name = NameField(label=_("Your name"))
    phone = MobileField(
        label=_("Mobile"),
        help_text=_("We send the way in by SMS or e-mail."),
        error_messages={
            "not_mobile": _("This is not a mobile number: no SMS can reach it. Enter a mobile number."),
        },
    )
    email = EmailField(autocomplete="email")
    message = TextField(
        label=_("Message"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as what you need access for."),
    )

    def asked(self, language: str) -> Asked:
        return Asked(**self.cleaned_data, language=language)


class AskForAccessForm(PersonForm):
    customer_number = CustomerNumberField(help_text=_("It stands on your invoice."))
    field_order = ["customer_number", "name", "phone", "email", "message"]


class RegisterCompanyForm(PersonForm):
    org_no = OrgNoField(
        label=_("Organisation number"),
        help_text=_("We can fetch name and address from the Brønnøysund Register Centre."),
    )
    company = forms.CharField(
        label=_("Company"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    address = forms.CharField(
        label=_("Address"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    postal_code = PostalCodeField(label=_("Postal code"))
    city = forms.CharField(
        label=_("City"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    role = forms.ChoiceField(
        label=_("Your role in the portal"), choices=role_choices, initial=Role.OWNER, widget=forms.RadioSelect
    )
    field_order = ["org_no", "company", "address", "postal_code", "city", "name", "phone", "email", "role", "message"]


class FirstSignInForm(forms.Form):
    """A new user. `email` is asked for only where the invitation did not go by e-mail."""

    name = NameField(label=_("Your name"))
    email = EmailField(autocomplete="email", help_text=_("We send a code to it, to see that it is yours."))

    def __init__(self, *args: Any, asks_for_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_email:
            del self.fields["email"]
