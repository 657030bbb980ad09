"""Forms about waste producers and the authorization to declare for them."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import orgnr

from callouts.actions import ProducerData
from callouts.forms.call_off import TOO_LONG
from callouts.models import WasteProducer
from portal.customers.queries import today
from portal.ui import formatting
from portal.ui.fields import DayField


class OrgNoField(forms.CharField):
    """An organisation number as people write it. Cleans to nine digits, the last of them checked (modulus 11)."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 14})
    default_error_messages = {
        "invalid": _("Enter an organisation number: nine digits, for example 314 159 268."),
        "no_such": _("There is no organisation number %(number)s. Check the digits."),
    }

    def to_python(self, value: Any) -> str:
        written = re.sub(r"[\s.\u00a0]", "", super().to_python(value) or "")
        if not written:
            return ""
        try:
            return str(orgnr.validate(written))
        except InvalidChecksum as error:
            values = {"number": formatting.org_no(written)}
            raise ValidationError(self.error_messages["no_such"], code="no_such", params=values) from error
        except InvalidNumber as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return formatting.org_no(value) if isinstance(value, str) and re.fullmatch(r"\d{9}", value) else value


class ProducerForm(forms.ModelForm[WasteProducer]):
    org_no = OrgNoField(
        label=_("Organisation number"),
        max_length=20,
        help_text=_("Of the unit (underenhet) where the waste arises: the declaration is made for it."),
    )

    class Meta:
        model = WasteProducer
        fields = ["org_no", "name", "short_name", "address", "postal_code", "city"]
        labels = {
            "name": _("Name"),
            "short_name": _("Short name"),
            "address": _("Address"),
            "postal_code": _("Postal code"),
            "city": _("Place"),
        }
        help_texts = {
            "short_name": _("For lists, for example “avd. verft”."),
            "address": _("Suggested as pick-up address."),
        }
        error_messages = dict.fromkeys(("name", "short_name", "address", "postal_code", "city"), TOO_LONG)
        widgets = {"postal_code": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"})}

    def clean_postal_code(self) -> str:
        written = str(self.cleaned_data["postal_code"]).strip()
        if written and not re.fullmatch(r"[0-9]{4}", written):
            raise ValidationError(_("A postal code has four digits."))
        return written

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
