"""The call-off form: anything may be missing, but what is there must be what it says it is."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from callouts.content import CALL_OFF_FIELDS, LINE_FIELDS, DraftContent, LineContent
from callouts.models import CallOff, PackageType, Unit, WasteFraction, WasteProducer
from callouts.queries import known_addresses
from callouts.rules import codes, facts
from callouts.rules.problems import Problem
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant
from portal.ui.fields import PhoneField, QuantityField

# The choice of an address that is not on the list.
OTHER = "other"
TOO_LONG = {"max_length": _("Use at most %(limit_value)s characters; there are %(show_value)s")}
NOT_LISTED = {"invalid_choice": _("Choose one from the list")}
TOO_PRECISE = _("Enter a number with at most nine digits and three decimals")
WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[. \u00a0][0-9]{3}){1,2}")
# Where a problem is shown when the form calls it something else than the model.
SHOWN_AT = {"fraction": "q", "pickup_address": "pickup_place"}


def line_of_text(label: Any, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, error_messages=TOO_LONG, **more)


def decimal(label: Any, digits: int) -> QuantityField:
    messages = dict.fromkeys(("max_digits", "max_decimal_places", "max_whole_digits"), TOO_PRECISE)
    return QuantityField(label=label, max_digits=digits, decimal_places=3, required=False, error_messages=messages)


def one_of(label: Any, **more: Any) -> "forms.ModelChoiceField[Any]":
    """A choice among rows, which __init__ fills in: what there is depends on the tenant and the customer."""
    empty = pgettext_lazy("in a list of choices", "Choose")
    return forms.ModelChoiceField(
        label=label, queryset=None, empty_label=empty, required=False, error_messages=NOT_LISTED, **more
    )


def choice(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=NOT_LISTED, **more)


class WholeField(forms.IntegerField):
    """A count, as people write it: "12", "1 200" or "1.200"."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Enter a whole number, for example 12")}

    def to_python(self, value: Any) -> int | None:
        written = str(value).strip() if value is not None else ""
        if written and not WHOLE.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(re.sub(r"\D", "", written)) if written else None


class CallOffForm(forms.Form):
    """The page's one form. Every field may be empty, so that anything can be saved; `show` adds what is missing."""

    start_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    service = choice(_("Kind of service"), choices=CallOff.Service.choices, widget=forms.RadioSelect)
    producer = one_of(_("Waste producer"), help_text=_("The unit that has the duty for the waste."))
    q = line_of_text(
        _("Find waste fraction"),
        120,
        help_text=_("Search by name, article number, EAL code or waste substance number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    fraction = one_of(_("Waste fraction"))
    declared_by = choice(_("Declaration of hazardous waste"), widget=forms.RadioSelect(attrs={"class": "ds-input"}))
    declaration_no = line_of_text(
        _("Declaration number"),
        40,
        help_text=_("From avfallsdeklarering.no. Dots and spaces are fine."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 18}),
    )
    quantity = decimal(_("Quantity"), 12)
    unit = one_of(_("Unit"))
    package_count = WholeField(label=_("Number of packages"), required=False)
    package_type = one_of(_("Type of package"))
    load_carrier_no = line_of_text(_("Load carrier or tank number"), 40)
    container_size = decimal(_("Size"), 9)
    container_unit = one_of(_("Unit"))
    transport = choice(_("Transport"), widget=forms.RadioSelect)
    pickup_place = choice(_("Pick-up address"))
    pickup_other = line_of_text(
        _("Another pick-up address"), 200, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    contact_name = line_of_text(
        _("Contact person at collection"), 120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = PhoneField(label=_("Mobile number"), max_length=30, required=False, error_messages=TOO_LONG)
    invoice_reference = line_of_text(_("PO, AO or call-off number"), 60, help_text=_("Comes on the invoice."))
    note = line_of_text(_("Note"), 2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, customer: Customer, stored: DraftContent | None = None, **kwargs: Any) -> None:
        """`stored` is what the draft holds: choices no longer offered stay choosable while they are its own."""
        super().__init__(*args, **kwargs)
        stored = stored or DraftContent()
        self._offer(customer, stored)
        supplier = {"supplier": current_tenant().name}
        self._choices("transport").choices = [
            (facts.BY_US, gettext("%(supplier)s collects") % supplier),
            (facts.OWN_DELIVERY, gettext("We deliver ourselves")),
        ]
        self._choices("declared_by").choices = [
            (facts.BY_CUSTOMER, gettext("We have declared it ourselves")),
            (facts.BY_SUPPLIER, gettext("%(supplier)s declares for us") % supplier),
        ]

    def _offer(self, customer: Customer, stored: DraftContent) -> None:
        mine = Q(pk=stored.producer.pk) if stored.producer else Q()
        self._rows("producer").queryset = WasteProducer.objects.of(customer).filter(Q(is_active=True) | mine)
        its = Q(pk=stored.line.fraction.pk) if stored.line.fraction else Q()
        self._rows("fraction").queryset = WasteFraction.objects.filter(Q(is_active=True) | its)
        self._rows("unit").queryset = Unit.objects.all()
        self._rows("container_unit").queryset = Unit.objects.filter(is_volume=True)
        self._rows("package_type").queryset = PackageType.objects.all()
        addresses = known_addresses(customer, stored.pickup_address)
        empty = [("", pgettext("in a list of choices", "Choose"))] if addresses else []
        self._choices("pickup_place").choices = [
            *empty,
            *((address, address) for address in addresses),
            (OTHER, gettext("Another address")),
        ]

    def _rows(self, name: str) -> forms.ModelChoiceField[Any]:
        return self.fields[name]  # type: ignore[return-value]  # one of those above

    def _choices(self, name: str) -> forms.ChoiceField:
        return self.fields[name]  # type: ignore[return-value]  # one of those above

    def clean_declaration_no(self) -> str:
        return codes.plain_declaration_no(self.cleaned_data["declaration_no"])

    def clean(self) -> dict[str, Any]:
        """Work out the address from the list and the line beside it."""
        data = self.cleaned_data
        place, other = data.get("pickup_place", ""), data.get("pickup_other", "")
        data["pickup_address"] = other if place in {OTHER, ""} else place
        return data

    def content(self) -> DraftContent:
        """Return what was filled in; fields with errors are left out."""
        data = {name: value for name, value in self.cleaned_data.items() if value is not None}
        line = LineContent(**{name: data[name] for name in LINE_FIELDS if name in data})
        return DraftContent(**{name: data[name] for name in CALL_OFF_FIELDS if name in data}, lines=(line,)).tidied()

    def show(self, problems: list[Problem]) -> None:
        """Add what stands in the way of sending in, each at its field."""
        for problem in problems:
            name = SHOWN_AT.get(problem.field, problem.field)
            if name == "pickup_place" and self.cleaned_data.get("pickup_place") == OTHER:
                name = "pickup_other"
            self.add_error(name, problem.message)


def initial_of(content: DraftContent) -> dict[str, Any]:
    """Return the form's values for what a draft holds, or an empty one suggests."""
    shown = {name: getattr(content, name) for name in CALL_OFF_FIELDS}
    shown |= {name: getattr(content.line, name) for name in LINE_FIELDS}
    shown["declaration_no"] = codes.shown_declaration_no(content.line.declaration_no)
    shown["declared_by"] = content.line.declared_by or facts.BY_CUSTOMER
    shown["pickup_place"] = content.pickup_address
    return {name: getattr(value, "pk", value) for name, value in shown.items()}
