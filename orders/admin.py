"""Orders, the day's jobs, and what can be ordered where, for the tenant's staff."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.actions import CannotChange, set_status
from orders.models import (
    AllowedWaste,
    EquipmentType,
    Location,
    Order,
    OrderingRules,
    OrderLine,
    OrderRevision,
    Placement,
    Status,
    WasteType,
)
from portal.admin_site import WorkQueue
from portal.tenancy.admin import OneRowAdmin, ReadOnlyAdmin, TenantModelAdmin, TenantTabularInline

# What staff write about a job; the rest is what the customer ordered.
STAFF_FIELDS = {"status", "status_reason"}
JOB_FIELDS: list[str | list[str] | tuple[str, ...] | tuple[()]] = [
    ("order", "position"),
    "customer",
    ("job_type", "wanted_on"),
    ("status", "status_reason"),
    "address",
    ("unit_number", "equipment", "quantity"),
    "waste",
    ("destination_address", "destination"),
    "driver_note",
    ("contact_name", "contact_phone"),
    "invoice_reference",
    "cancellable_until",
]


class JobInline(TenantTabularInline[OrderLine, Order]):
    model = OrderLine
    fields = ["position", "job_type", "equipment", "unit_number", "address", "wanted_on", "status"]
    readonly_fields = ["position", "job_type", "equipment", "unit_number", "address", "wanted_on", "status"]
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RevisionInline(TenantTabularInline[OrderRevision, Order]):
    """What the customer changed after sending; the rows of the jobs hold how it is now."""

    model = OrderRevision
    fields = ["number", "kind", "line", "made_at", "made_by", "on_behalf", "before", "after"]
    readonly_fields = ["number", "kind", "line", "made_at", "made_by", "on_behalf", "before", "after"]
    ordering = ["-number"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AllowedWasteInline(TenantTabularInline[AllowedWaste, EquipmentType]):
    model = AllowedWaste


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin[Order]):
    list_display = ["number", "customer", "ordered_at", "ordered_by"]
    list_select_related = ["customer", "ordered_by"]
    search_fields = ["=number", "customer__number__startswith"]
    date_hierarchy = "ordered_at"
    ordering = ["-number"]
    fields = ["number", "revision", "customer", "ordered_at", "ordered_by", "on_behalf"]
    inlines = [JobInline, RevisionInline]


@admin.register(OrderLine)
class JobAdmin(TenantModelAdmin[OrderLine]):
    """Jobs by day; staff set what became of each."""

    list_display = ["wanted_on", "order", "job_type", "equipment", "waste", "unit_number", "address", "status"]
    list_filter = ["status", "job_type", "wanted_on"]
    list_select_related = ["order"]
    search_fields = ["=order__number", "=unit_number", "invoice_reference__istartswith", "address__istartswith"]
    date_hierarchy = "wanted_on"
    ordering = ["-wanted_on", "address", "pk"]
    fields = JOB_FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: OrderLine | None = None) -> list[str]:
        names = [name for row in JOB_FIELDS for name in ([row] if isinstance(row, str) else row)]
        return [name for name in names if name not in STAFF_FIELDS]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: OrderLine, form: Any, change: bool) -> None:  # noqa: FBT001
        """Only what staff write is saved, behind the job's lock: the customer may have cancelled it meanwhile."""
        try:
            set_status(job=obj, status=Status(obj.status), reason=obj.status_reason, by=request.user)  # type: ignore[arg-type]
        except CannotChange as refusal:
            messages.error(request, refusal.problem.message)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Orders that nobody has planned yet."""
        count = OrderLine.objects.filter(status=Status.RECEIVED).count()
        url = reverse("admin:orders_orderline_changelist") + f"?status__exact={Status.RECEIVED}"
        return WorkQueue(label=_("New jobs to plan"), count=count, url=url, order=10) if count else None


@admin.register(Location)
class LocationAdmin(TenantModelAdmin[Location]):
    list_display = ["address", "postal_code", "city", "name", "project", "customer", "is_active"]
    list_filter = ["is_active", "is_registered_by_customer"]
    list_select_related = ["customer"]
    search_fields = ["address__istartswith", "name__istartswith", "=number", "customer__number__startswith"]
    autocomplete_fields = ["customer"]
    ordering = ["address", "pk"]


@admin.register(Placement)
class PlacementAdmin(TenantModelAdmin[Placement]):
    list_display = ["number", "equipment_type", "waste_type", "location", "is_periodic", "placed_on", "removed_on"]
    list_filter = ["is_periodic", "equipment_type", "waste_type", ("removed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["equipment_type", "waste_type", "location"]
    search_fields = ["=number", "location__address__istartswith"]
    autocomplete_fields = ["location"]
    ordering = ["number", "pk"]


@admin.register(EquipmentType)
class EquipmentTypeAdmin(TenantModelAdmin[EquipmentType]):
    list_display = ["code", "name", "volume", "volume_unit", "emptying", "shape", "is_active"]
    ordering = ["code"]
    inlines = [AllowedWasteInline]

    @admin.display(description=_("name"))
    def name(self, kind: EquipmentType) -> str:
        return kind.name


@admin.register(WasteType)
class WasteTypeAdmin(TenantModelAdmin[WasteType]):
    list_display = ["code", "name", "position", "is_active"]
    ordering = ["position", "code"]

    @admin.display(description=_("name"))
    def name(self, kind: WasteType) -> str:
        return kind.name


@admin.register(OrderingRules)
class OrderingRulesAdmin(OneRowAdmin[OrderingRules]):
    list_display = ["days_before", "working_days", "hour", "furthest_days", "reference_required"]
    list_display_links = ["days_before"]
