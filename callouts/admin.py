"""What staff do with call-offs: the queue of new ones, and their status.

The catalogue is in admin_catalogue.py, what else staff answer in admin_producers.py.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts import actions, admin_catalogue, admin_producers
from callouts.models import CallOff, CallOffFile, CallOffLine, StatusChange
from callouts.rules import status
from portal.admin_site import WorkQueue
from portal.tenancy.admin import TenantModelAdmin, TenantTabularInline
from portal.tenancy.forms import TenantModelForm


class StatusForm(TenantModelForm[CallOff]):
    """Where the call-off stands: all that may change once it is sent in."""

    class Meta:
        model = CallOff
        fields = ["status", "status_reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = self.instance.status
        allowed = {self.old, *status.NEXT.get(self.old, ())}
        field = self.fields.get("status")
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, label) for value, label in CallOff.Status.choices if value in allowed]

    def clean_status(self) -> str:
        """Refuse what somebody else's change in the meantime has made impossible."""
        new: str = self.cleaned_data["status"]
        now = CallOff.objects.get(pk=self.instance.pk).status
        if new != now and not status.may_follow(new, now):
            names = {"old": CallOff.Status(now).label, "new": CallOff.Status(new).label}
            raise ValidationError(_("The call-off cannot go from %(old)s to %(new)s."), params=names)
        return new


__all__ = ["CallOffAdmin", "admin_catalogue", "admin_producers"]

SHOWN_OF_LINE = (
    *("fraction_name", "article_no", "ewc_code", "waste_substance_no", "declared_by", "declaration_no"),
    *("consistency", "packing_group", "un_number", "quantity", "unit", "package_count", "package_type"),
    *("load_carrier_no", "container_size", "container_unit", "note"),
)


class LineInline(TenantTabularInline[CallOffLine, CallOff]):
    model = CallOffLine
    fields = SHOWN_OF_LINE
    readonly_fields = SHOWN_OF_LINE
    can_delete = False
    max_num = 0


class FileInline(TenantTabularInline[CallOffFile, CallOff]):
    model = CallOffFile
    fields = ("name", "kind", "size", "added_by", "added_at")
    readonly_fields = fields
    can_delete = False
    max_num = 0


class StatusInline(TenantTabularInline[StatusChange, CallOff]):
    model = StatusChange
    fields = ("at", "status", "reason", "by_name")
    readonly_fields = fields
    can_delete = False
    max_num = 0


@admin.register(CallOff)
class CallOffAdmin(TenantModelAdmin[CallOff]):
    form = StatusForm
    inlines = [LineInline, FileInline, StatusInline]
    list_display = ["shown_number", "submitted_at", "customer", "producer_name", "waste", "status"]
    list_filter = ["status", "submitted_at"]
    search_fields = ["=number", "invoice_reference", "producer_name"]
    date_hierarchy = "submitted_at"
    ordering = ["-submitted_at"]
    list_select_related = ["customer"]
    fields = [
        ("status", "status_reason", "status_changed_at"),
        ("shown_number", "submitted_at", "submitted_by_name"),
        "customer",
        ("service", "producer_name", "producer_org_no"),
        ("transport", "pickup_address"),
        ("contact_name", "contact_phone"),
        ("wanted_on", "rented_until"),
        "invoice_reference",
    ]
    readonly_fields = [
        *("status_changed_at", "shown_number", "submitted_at", "submitted_by_name", "customer", "service"),
        *("producer_name", "producer_org_no", "transport", "pickup_address", "contact_name", "contact_phone"),
        *("invoice_reference", "wanted_on", "rented_until"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallOff]:
        """Drafts are the customer's own until they are sent in."""
        return super().get_queryset(request).exclude(status=status.DRAFT).prefetch_related("lines")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: CallOff, form: StatusForm, change: bool) -> None:  # noqa: FBT001
        actions.change_status(
            call_off=obj,
            new=obj.status,
            reason=obj.status_reason,
            by=request.user,  # type: ignore[arg-type]  # staff are signed in
        )

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = CallOff.objects.filter(status=status.RECEIVED).count()
        url = f"{reverse('admin:callouts_calloff_changelist')}?status__exact={status.RECEIVED}"
        return WorkQueue(label=gettext_lazy("New call-offs"), count=count, url=url, order=20) if count else None

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def shown_number(self, call_off: CallOff) -> str:
        return call_off.shown_number

    @admin.display(description=gettext_lazy("waste fraction"))
    def waste(self, call_off: CallOff) -> str:
        return call_off.first_line.fraction_name if call_off.first_line else ""
