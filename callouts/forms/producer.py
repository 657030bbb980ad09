"""Forms about waste producers and the authorization to declare for them."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callouts.actions import ProducerData
from callouts.models import WasteProducer
from portal.customers.queries import today
from portal.ui.fields import TOO_LONG, DayField, OrgNoField, PostalCodeField


class ProducerForm(forms.ModelForm[WasteProducer]):
    org_no = OrgNoField(
        label=_("Organisation number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 14}),
        help_text=_("Of the unit (underenhet) where the waste arises: the declaration is made for it."),
    )

    postal_code = PostalCodeField(label=_("Postal code"), required=False)

    class Meta:
        model = WasteProducer
        fields = ["org_no", "name", "short_name", "address", "postal_code", "city"]
        labels = {
            "name": _("Name"),
            "short_name": _("Short name"),
            "address": _("Address"),
            "city": _("Place"),
        }
        help_texts = {
            "short_name": _("For lists, for example “avd. verft”."),
            "address": _("Suggested as pick-up address."),
        }
        error_messages = {name: {"max_length": TOO_LONG} for name in ("name", "short_name", "address", "city")}

    def data_of(self) -> ProducerData:
        return cast(ProducerData, {name: self.cleaned_data[name] for name in self.Meta.fields})


class AuthorizationForm(forms.Form):
    """A period in which the supplier may declare; both days included."""

    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("To"), required=False, help_text=_("Empty: until you withdraw it."))
    accepted = forms.BooleanField(
        label=_("We authorize the supplier to declare our hazardous waste, and answer for what we tell about it")
    )

    def clean_valid_to(self) -> Any:
        last = self.cleaned_data["valid_to"]
        if last and last < today():
            raise ValidationError(_("The last day is over. Choose today or later."))
        return last

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return self.cleaned_data
