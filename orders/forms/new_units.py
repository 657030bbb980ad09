"""A new unit: to one of the customer's addresses, or to one that is new."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.actions import NewAddress, Wish
from orders.forms.jobs import WishForm
from orders.jobs import Service
from orders.models import BasketLine, EquipmentType, Location, OrderLine, WasteType
from orders.models.wanted import MOST_UNITS
from orders.queries import waste_problem
from portal.ui.fields import PostalCodeField, TextField

YES, NO = "yes", "no"


class NewUnitForm(WishForm):
    """A new unit to an address of the customer's. With a `sent` job only the rest can be changed, not the equipment."""

    service = Service.DELIVER

    equipment_type = forms.ModelChoiceField(
        EquipmentType.objects.none(),
        label=gettext_lazy("Equipment type"),
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose an equipment type."),
            "invalid_choice": gettext_lazy("That equipment type can no longer be ordered. Choose another."),
        },
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Number of units"),
        initial=1,
        min_value=1,
        max_value=MOST_UNITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Write how many units you need."),
            "invalid": gettext_lazy("Write a whole number, for example 2."),
            "min_value": gettext_lazy("Order at least %(limit_value)d unit."),
            "max_value": gettext_lazy("Order at most %(limit_value)d units at a time. Call us about more."),
        },
    )

    field_order = ["waste_type", "equipment_type", "quantity", "day", "other_day"]

    def __init__(
        self, *args: Any, location: Location | None = None, sent: OrderLine | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.location, self.sent = location, sent
        self.fields["driver_note"].help_text = _("Where the unit shall stand, and what the driver must know.")
        waste: Any = self.fields["waste_type"]
        kept = WasteType.objects.filter(pk=self.kept_waste_id or 0)
        waste.queryset = (WasteType.objects.orderable() | kept).order_by("position", "code")
        waste.empty_label = _("Choose a waste type")
        kinds: Any = self.fields["equipment_type"]
        kinds.queryset = EquipmentType.objects.orderable()
        if sent:
            del self.fields["equipment_type"]

    def clean(self) -> None:
        waste_type, equipment = self.cleaned_data.get("waste_type"), self._equipment
        is_kept = waste_type is not None and waste_type.pk == self.kept_waste_id
        if waste_type and equipment and not is_kept and (problem := waste_problem(None, equipment, waste_type)):
            self.add_error("waste_type", problem.message)

    @property
    def _equipment(self) -> EquipmentType | None:
        """What was chosen; of a sent order what it has, None when the company no longer knows it."""
        if self.sent:
            return EquipmentType.objects.filter(code=self.sent.equipment_code).first()
        chosen: EquipmentType | None = self.cleaned_data.get("equipment_type")
        return chosen

    @property
    def new_address(self) -> NewAddress | None:
        return None

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            service=self.service,
            waste_type=data["waste_type"],
            keeps_waste=data["waste_type"].pk == self.kept_waste_id,
            equipment_type=self._equipment,
            location=self.location,
            new_address=self.new_address,
            quantity=data["quantity"],
            **self.common,
        )

    @staticmethod
    def values_of_line(line: BasketLine) -> dict[str, Any]:
        return {
            **WishForm.values_of(line),
            "waste_type": line.waste_type_id,
            "equipment_type": line.new_equipment_type_id,
            "new_reference": NO,
            "address": line.new_address,
            "postal_code": line.new_postal_code,
            "city": line.new_city,
            "site_name": line.new_site_name,
        }


class NewAddressForm(NewUnitForm):
    """A new unit to a new address, which goes on the invoices the customer has already."""

    new_reference = forms.ChoiceField(
        label=gettext_lazy("Does the invoice need a new customer number or project?"),
        choices=[(NO, gettext_lazy("No, as today")), (YES, gettext_lazy("Yes, a new one"))],
        widget=forms.RadioSelect,
        initial=NO,
    )
    search = TextField(
        label=gettext_lazy("Find the address"),
        help_text=gettext_lazy("Street and number, for example Skoleveien 8."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = TextField(
        label=gettext_lazy("Street address"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    postal_code = PostalCodeField(
        label=gettext_lazy("Postal code"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    city = TextField(label=gettext_lazy("City"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    site_name = TextField(
        label=gettext_lazy("Name of the site"),
        help_text=gettext_lazy("What you call it, for example New school."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = [
        "new_reference", "search", "address", "postal_code", "city", "site_name",
        "waste_type", "equipment_type", "quantity", "day", "other_day",
    ]  # fmt: skip

    @property
    def needs_enquiry(self) -> bool:
        """Whether the customer answered that a new number is needed, which only the company can give."""
        return self.data.get("new_reference") == YES

    @property
    def new_address(self) -> NewAddress:
        data = self.cleaned_data
        return NewAddress(
            address=data["address"],
            postal_code=data["postal_code"],
            city=data["city"],
            site_name=data["site_name"],
        )
