"""Where units stand and what can be ordered there, and the company's rules for ordering."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS as NAMES_OF_WEEKDAYS
from django.utils.translation import gettext_lazy as _

from orders.admin.files import TakesFiles
from orders.master_data import EQUIPMENT, LOCATIONS, PLACEMENTS, WASTE_TYPES
from orders.models import AllowedWaste, Depot, EquipmentType, Location, OrderingRules, Placement, WasteType
from portal.admin_site import WorkQueue
from portal.tenancy import customer_lists
from portal.tenancy.admin import OneRowAdmin, TenantModelAdmin, TenantTabularInline, column
from portal.tenancy.forms import TenantModelForm, TextsField
from portal.ui import formatting

# 0 is Monday.
WEEKDAYS = sorted(NAMES_OF_WEEKDAYS.items())


class NamedForm(TenantModelForm[Any]):
    names = TextsField(label=_("Name"))


class RulesForm(TenantModelForm[OrderingRules]):
    """The weekdays as boxes to tick."""

    reference_help = TextsField(label=_("Help about the order reference"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays with driving"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = OrderingRules
        exclude = ["tenant"]


class PlacementForm(TenantModelForm[Placement]):
    """The weekday of a route by name."""

    route_weekday = forms.TypedChoiceField(
        label=_("Weekday of a weekly route"),
        choices=[("", _("Not weekly")), *WEEKDAYS],
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Placement
        exclude = ["tenant"]


class AllowedWasteInline(TenantTabularInline[AllowedWaste, EquipmentType]):
    model = AllowedWaste


@admin.register(Location)
class LocationAdmin(TakesFiles, TenantModelAdmin[Location]):
    file_format = LOCATIONS
    list_display = ["address", "postal_code", "city", "name", "number", "customer", "depot", "is_active"]
    list_filter = [
        *("depot", "is_active", "is_registered_by_customer", ("number", admin.EmptyFieldListFilter)),
        customer_lists.of("customer"),
    ]
    list_select_related = ["customer", "depot"]
    search_fields = ["address", "name", "=number", "customer__number__startswith", "customer__name"]
    search_help_text = _("The place’s address, name or number, or the customer’s name or number")
    autocomplete_fields = ["customer"]
    ordering = ["address", "pk"]

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Addresses that customers have registered, which the company's own system does not know yet."""
        count = Location.objects.filter(is_registered_by_customer=True, number="", is_active=True).count()
        query = "is_active__exact=1&is_registered_by_customer__exact=1&number__isempty=1"
        return self.waiting(_("New addresses without a number"), count, order=15, query=query)


@admin.register(Depot)
class DepotAdmin(TenantModelAdmin[Depot]):
    list_display = ["code", "name"]
    ordering = ["name"]


@admin.register(Placement)
class PlacementAdmin(TakesFiles, TenantModelAdmin[Placement]):
    file_format = PLACEMENTS
    form = PlacementForm
    list_display = ["number", "equipment_type", "waste_type", "location", "is_periodic", "placed_on", "removed_on"]
    list_filter = [
        *("is_periodic", "equipment_type", "waste_type", ("removed_on", admin.EmptyFieldListFilter)),
        customer_lists.of("location__customer"),
    ]
    list_select_related = ["equipment_type", "waste_type", "location"]
    search_fields = ["=number", "location__address", "=location__customer__number", "location__customer__name"]
    search_help_text = _("The unit’s number, the address, or the customer’s name or number")
    autocomplete_fields = ["location"]
    ordering = ["number", "pk"]


@admin.register(EquipmentType)
class EquipmentTypeAdmin(TakesFiles, TenantModelAdmin[EquipmentType]):
    file_format = EQUIPMENT
    form = NamedForm
    list_display = [
        "code",
        "name",
        column("volume", _("volume"), formatting.exact),
        "volume_unit",
        "emptying",
        "shape",
        "is_active",
    ]
    ordering = ["code"]
    inlines = [AllowedWasteInline]

    @admin.display(description=_("name"))
    def name(self, kind: EquipmentType) -> str:
        return kind.name


@admin.register(WasteType)
class WasteTypeAdmin(TakesFiles, TenantModelAdmin[WasteType]):
    file_format = WASTE_TYPES
    form = NamedForm
    list_display = ["code", "name", "position", "is_active"]
    ordering = ["position", "code"]

    @admin.display(description=_("name"))
    def name(self, kind: WasteType) -> str:
        return kind.name


@admin.register(OrderingRules)
class OrderingRulesAdmin(OneRowAdmin[OrderingRules]):
    form = RulesForm
    list_display = ["days_before", "working_days", "hour", "furthest_days", "reference_required"]
    list_display_links = ["days_before"]
