"""Orders as they were sent: for looking at. What became of their jobs is in jobs.py."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.admin.reads import OfAnOrder
from orders.admin.revisions import in_words
from orders.admin.search import FindsByCode
from orders.models import Order, OrderLine, OrderRevision
from orders.rules.wording import number_text
from portal.admin_site import MenuPlace
from portal.tenancy import customer_lists
from portal.tenancy.admin import ReadOnlyAdmin, TenantTabularInline, column

NUMBER: Any = column("number", _("number"), number_text)


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
    """What was changed after sending; the rows of the jobs hold how it is now."""

    model = OrderRevision
    fields = ["number", "line", "made_at", "what", "who"]
    readonly_fields = ["number", "line", "made_at", "what", "who"]
    ordering = ["-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderRevision]:
        return super().get_queryset(request).select_related("line", "made_by")

    @admin.display(description=_("made by"))
    def who(self, revision: OrderRevision) -> str:
        return in_words(revision)[0]

    @admin.display(description=_("what was changed"))
    def what(self, revision: OrderRevision) -> str:
        return in_words(revision)[1]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(FindsByCode, OfAnOrder, ReadOnlyAdmin[Order]):
    menu_place = MenuPlace.WORK
    list_display = [NUMBER, "customer", "ordered_at", "ordered_by"]
    list_select_related = ["customer", "ordered_by"]
    list_filter = [customer_lists.of("customer")]
    search_fields = ["=number", "customer__number__startswith", "customer__name", "lines__address"]
    search_help_text = _("The order’s number, an address of it, or the customer’s name or number")
    code_paths = ("number", "lines__position")
    date_hierarchy = "ordered_at"
    ordering = ["-number"]
    fields = [NUMBER, "revision", "customer", "ordered_at", "ordered_by", "on_behalf"]
    readonly_fields = [NUMBER]
    inlines = [JobInline, RevisionInline]
