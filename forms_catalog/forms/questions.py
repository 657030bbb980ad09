"""The form field of each kind of question. What is cleaned is a text, as drafts and sent forms keep it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forms_catalog.rules import checks
from forms_catalog.rules.definition import MOST_DAYS, NO, TEXT_KINDS, YES, FieldSpec, Kind
from portal.customers.places import Place
from portal.customers.queries import today as local_today
from portal.files.fields import FilesField
from portal.files.rules import DOCUMENTS, IMAGES
from portal.tenancy.models import current_tenant
from portal.tenancy.quantities import QuantityField
from portal.ui import formatting
from portal.ui.fields import DayField, PhoneField, TextField

MOST_TEXT, MOST_LONG_TEXT = 200, 5000
# A list to choose from is laid out as a drop-down when it is longer than this.
MOST_RADIOS = 7


class CheckedField(forms.CharField):
    """A text that a function of rules.checks takes; its ValueError becomes `message`."""

    def __init__(self, check: Callable[[str], str], message: Any, **options: Any) -> None:
        super().__init__(**options)
        self.check, self.message = check, message

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return self.check(text) if text else ""
        except ValueError as error:
            raise ValidationError(self.message, code="invalid") from error


NUMBERS: dict[str, tuple[Callable[[str], str], Any]] = {
    Kind.ACCOUNT: (
        checks.account_number,
        gettext_lazy("Enter an account number of 11 digits. This one is mistyped, its check digit is wrong."),
    ),
    Kind.ORGANISATION: (
        checks.organisation_number,
        gettext_lazy("Enter an organisation number of 9 digits. This one is mistyped, its check digit is wrong."),
    ),
    Kind.METERING_POINT: (
        checks.metering_point,
        gettext_lazy("Enter the 18 digits of the metering point. They stand on your invoice."),
    ),
}


def field_for(spec: FieldSpec, *, places: Sequence[Place], kept_files: int = 0) -> forms.Field:
    """Return the form field of a question. `places` are the customer's own, `kept_files` what is handed in already."""
    tenant = current_tenant()
    # A blank label would let Django make one of the short name.
    common: dict[str, Any] = {
        "label": tenant.text(spec.label),
        "help_text": tenant.text(spec.help),
        "required": spec.is_required,
    }
    if spec.kind in (Kind.PICTURES, Kind.FILES):
        return _files(spec, common, kept_files)
    if spec.kind == Kind.METERING_POINT and (own := [place for place in places if place.gsrn]):
        return _own_metering_point(common, own)
    return MAKERS.get(spec.kind, _text)(spec, common)


def _text(spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    long = spec.kind == Kind.LONG_TEXT
    widget: forms.Widget = forms.Textarea(attrs={"rows": 5}) if long else forms.TextInput()
    if spec.kind == Kind.ADDRESS:
        widget.attrs["autocomplete"] = "street-address"
    return TextField(max_length=MOST_LONG_TEXT if long else MOST_TEXT, widget=widget, **common)


def _email(_spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    return forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}), **common)


def _phone(_spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    return PhoneField(**common)


def _number(_spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    # The field's own example is one of kroner: nobody counts homes so.
    said = {"invalid": gettext_lazy("Enter a number, such as 12.")}
    return QuantityField(max_digits=12, decimal_places=2, error_messages=said, **common)


def _day(_spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    return DayField(**common)


def _checked(spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    check, message = NUMBERS[spec.kind]
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return CheckedField(check, message, max_length=40, widget=widget, **common)


def _choice(spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    choices = [(value, current_tenant().text(label) or value) for value, label in spec.choices]
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(choices=[("", "–"), *choices], **common)
    return _radios(choices, common)


def _yes_no(_spec: FieldSpec, common: dict[str, Any]) -> forms.Field:
    return _radios([(YES, _("Yes")), (NO, _("No"))], common)


def _radios(choices: list[tuple[str, str]], common: dict[str, Any]) -> forms.Field:
    if not common["required"]:
        # What is once chosen with a radio button cannot be taken back otherwise.
        choices = [*choices, ("", _("No answer"))]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


MAKERS: dict[str, Callable[[FieldSpec, dict[str, Any]], forms.Field]] = {
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.ACCOUNT: _checked,
    Kind.ORGANISATION: _checked,
    Kind.METERING_POINT: _checked,
}


def _own_metering_point(common: dict[str, Any], places: Sequence[Place]) -> forms.Field:
    """One of the customer's own: another's cannot be named."""
    choices = [(place.gsrn, ", ".join(filter(None, [place.street, formatting.gsrn(place.gsrn)]))) for place in places]
    choices = list(dict(choices).items())
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(choices=[("", "–"), *choices], **common)
    return _radios(choices, common)


def _files(spec: FieldSpec, common: dict[str, Any], kept: int) -> forms.Field:
    most = max(spec.most_files - kept, 0)
    common["required"] = spec.is_required and not kept
    if not common["help_text"]:
        del common["help_text"]
    return FilesField(rules=IMAGES if spec.kind == Kind.PICTURES else DOCUMENTS, max_files=most, **common)


# What a cleaned value must keep to, and how it is kept ---------------------------------------------------


def as_text(value: Any) -> str:
    """Return a cleaned value as it is kept."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value).strip()


def why_not(spec: FieldSpec, value: Any) -> str:
    """Return in words why a cleaned value is not within what staff have set, "" when it is."""
    if value in (None, ""):
        return ""
    if spec.kind == Kind.NUMBER:
        return _number_problem(spec, value)
    if spec.kind == Kind.DATE:
        return _day_problem(spec, value)
    return _text_problem(spec, str(value)) if spec.kind in TEXT_KINDS else ""


def _number_problem(spec: FieldSpec, value: Decimal) -> str:
    if spec.minimum is not None and value < spec.minimum:
        return _("Enter %(limit)s or more.") % {"limit": formatting.exact(spec.minimum)}
    if spec.maximum is not None and value > spec.maximum:
        return _("Enter %(limit)s or less.") % {"limit": formatting.exact(spec.maximum)}
    return ""


def _day_problem(spec: FieldSpec, value: date) -> str:
    today = local_today()
    if any(abs(limit) > MOST_DAYS for limit in spec.limits):
        return ""  # A version of before this was refused: such a limit is none.
    if spec.minimum is not None and value < (first := today + timedelta(days=int(spec.minimum))):
        return _("Enter %(day)s or later.") % {"day": formatting.day(first)}
    if spec.maximum is not None and value > (last := today + timedelta(days=int(spec.maximum))):
        return _("Enter %(day)s or earlier.") % {"day": formatting.day(last)}
    return ""


def _text_problem(spec: FieldSpec, value: str) -> str:
    if spec.minimum is not None and len(value) < spec.minimum:
        limit = int(spec.minimum)
        text = ngettext("Write at least %(limit)s character.", "Write at least %(limit)s characters.", limit)
        return text % {"limit": limit}
    if spec.maximum is not None and len(value) > spec.maximum:
        limit = int(spec.maximum)
        text = ngettext("Write at most %(limit)s character.", "Write at most %(limit)s characters.", limit)
        return text % {"limit": limit}
    if spec.shape and not checks.has_shape(value, spec.shape):
        shape = spec.shape.replace(checks.DIGIT, "0").replace(checks.LETTER, "A")
        return _("Write it like this: %(shape)s") % {"shape": shape}
    return ""
