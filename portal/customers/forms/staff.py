"""What staff decide about a request."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.customers.actions.requests import may_approve_owner
from portal.customers.forms.access import CustomerNumberField, role_choices
from portal.customers.models import AccessRequest, Customer, Role
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile
from portal.ui.fields import TextField


class ApproveForm(forms.Form):
    """`customer` cleans to one there is; for a new company without a number, or with a free one, to None.

    `by` decides: an agent makes owners of new customers only.
    """

    number = CustomerNumberField(label=_("customer number"), required=False)
    is_new = forms.BooleanField(label=_("Make a new customer"), required=False)
    role = forms.ChoiceField(label=_("role"), choices=role_choices)
    channel = forms.ChoiceField(label=_("send the invitation by"), choices=Channel.choices)

    def __init__(
        self, data: Any = None, *, request: AccessRequest, by: User, known: dict[str, Any] | None = None
    ) -> None:
        """`known` goes before what the request says."""
        wanted = {
            "number": request.customer_number,
            "is_new": request.kind == AccessRequest.Kind.COMPANY,
            "role": request.role,
            "channel": Channel.EMAIL,
        }
        super().__init__(data, initial=wanted | (known or {}))
        self.customer: Customer | None = None
        self.by = by
        self.phone = request.phone
        if not by.is_administrator:
            self.fields["role"].help_text = _("Administrators make owners; so do the customer’s own owners.")
        if request.kind == AccessRequest.Kind.COMPANY:
            self.fields["number"].help_text = _("Of a new customer: empty gives the next free number.")
        else:
            del self.fields["is_new"]
            self.fields["number"].required = True

    def clean_channel(self) -> str:
        """Say it, rather than send an e-mail instead: who asked before the form minded may have given a landline."""
        channel = str(self.cleaned_data["channel"])
        if channel == Channel.SMS and not usable_mobile(self.phone):
            raise ValidationError(_("No SMS can reach the number the person gave. Choose e-mail."))
        return channel

    def clean(self) -> dict[str, Any]:
        super().clean()
        number = self.cleaned_data.get("number", "")
        self.customer = Customer.objects.filter(number=number).first() if number else None
        is_new = self.cleaned_data.get("is_new", False)
        if is_new and self.customer:
            self.add_error("number", ValidationError(_("There is a customer with this number.")))
        if not is_new and not self.customer and "number" not in self.errors:
            self.add_error("number", ValidationError(_("There is no customer with this number.")))
        is_owner = self.cleaned_data.get("role") == Role.OWNER
        if is_owner and not may_approve_owner(self.by, customer=self.customer, number=number):
            text = _("Only an administrator can make somebody an owner here. Choose another role, or ask one.")
            self.add_error("role", ValidationError(text))
        return self.cleaned_data


class RefuseForm(forms.Form):
    reason = TextField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it in an e-mail."),
    )
