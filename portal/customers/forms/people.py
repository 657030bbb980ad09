"""Input of owners: who is invited, with which role, and what is lent to whom."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.fields import EmailField, MobileField, NameField
from portal.accounts.sms_limit import take_sms
from portal.customers import queries
from portal.customers.actions.authorizations import Terms
from portal.customers.actions.invitations import Person
from portal.customers.forms.access import CustomerNumberField, lendable_choices, role_choices
from portal.customers.models import Customer, Role
from portal.customers.rules import is_same_name
from portal.notifications.models import Channel
from portal.ui.fields import DayField


class AddresseeMixin(forms.Form):
    """Somebody to send a link to: by e-mail, or by SMS to a mobile."""

    name = NameField(required=False, autocomplete="off")
    email = EmailField(autocomplete="email", required=False)
    phone = MobileField(
        label=_("Mobile"),
        required=False,
        error_messages={"not_mobile": _("This is not a mobile number. Use the e-mail address instead.")},
    )

    def check_address(self) -> None:
        """Ask for one of the two, at the first of them."""
        if not self.cleaned_data.get("email") and not self.cleaned_data.get("phone") and not self.errors:
            self.add_error("email", _("Enter an e-mail address or a mobile number."))

    def may_be_sent(self) -> bool:
        """Count the SMS of somebody who has no e-mail address here; say at the field when the day has had its share.

        Called once, by the view, when the rest is in order.
        """
        if self.cleaned_data.get("email") or take_sms():
            return True
        self.add_error("phone", _("We cannot send more SMS just now. Use an e-mail address instead."))
        return False

    @property
    def person(self) -> Person:
        email, phone = self.cleaned_data.get("email", ""), self.cleaned_data.get("phone", "")
        channel = Channel.EMAIL if email else Channel.SMS
        return Person(name=self.cleaned_data.get("name", ""), email=email, phone=phone, channel=channel)


class InviteForm(AddresseeMixin):
    """Invite a colleague. `customer` is whose; who is a user of it already need not be invited."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.ORDERER, widget=forms.RadioSelect)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.check_address()
        if member := queries.member_with(
            self.customer, email=self.cleaned_data.get("email", ""), phone=self.cleaned_data.get("phone", "")
        ):
            field = "email" if self.cleaned_data.get("email") else "phone"
            self.add_error(field, _("%(name)s is a user already.") % {"name": member.user.name})
        return self.cleaned_data


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect)


class AuthorizationForm(AddresseeMixin):
    """Lend access to a person, or to a firm that is a customer too (by number and name: both must fit)."""

    PERSON, FIRM = "person", "firm"
    LIMITED = "some"

    to = forms.ChoiceField(
        label=_("Who shall have it?"),
        choices=[(PERSON, _("A person")), (FIRM, _("A firm that is a customer here"))],
        initial=PERSON,
        widget=forms.RadioSelect,
    )
    firm_number = CustomerNumberField(label=_("The firm’s customer number"), required=False)
    firm_name = forms.CharField(
        label=_("The firm’s name"),
        required=False,
        max_length=120,
        help_text=_("As it is registered with us."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=lendable_choices,
        initial=Role.READER,
        widget=forms.RadioSelect,
    )
    extent = forms.ChoiceField(
        label=_("For what?"),
        choices=[("all", _("Everything")), (LIMITED, _("Only what I choose"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    scope = forms.MultipleChoiceField(label=_("Limited to"), required=False, widget=forms.CheckboxSelectMultiple)
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("To"), required=False, help_text=_("The last day. Empty means until you revoke it."))

    def __init__(self, *args: Any, customer: Customer, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.holder: Customer | None = None
        self.fields["valid_from"].initial = queries.today
        self.fields["scope"].choices = list(choices)  # type: ignore[attr-defined]
        if not choices:
            del self.fields["scope"], self.fields["extent"]

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < queries.today():
            raise ValidationError(_("An authorization cannot begin before today."))
        return day

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day must not be before the first."))
        if self.cleaned_data.get("extent") == self.LIMITED and not self.cleaned_data.get("scope"):
            self.add_error("scope", _("Choose at least one, or “Everything”."))
        if self.cleaned_data.get("to") == self.PERSON:
            self.check_address()
        return self.cleaned_data

    @property
    def is_for_firm(self) -> bool:
        return bool(self.cleaned_data.get("to") == self.FIRM)

    def find_firm(self) -> Customer | None:
        """Return the firm, if there is one with this number and name; else say so at the field.

        Called by the view, which counts how often: this is the only answer about other customers there is.
        """
        found = Customer.objects.filter(number=self.cleaned_data.get("firm_number", "")).first()
        if not found or not is_same_name(found.name, self.cleaned_data.get("firm_name", "")):
            self.add_error("firm_number", _("No customer has this number and this name. Both must fit."))
            return None
        if found == self.customer:
            self.add_error("firm_number", _("This is your own customer number."))
            return None
        return found

    @property
    def terms(self) -> Terms:
        data = self.cleaned_data
        limited = data.get("extent") == self.LIMITED
        return Terms(
            role=Role(data["role"]),
            first=data["valid_from"],
            last=data["valid_to"],
            scope=data["scope"] if limited else (),
        )
