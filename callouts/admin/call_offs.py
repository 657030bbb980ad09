"""What staff do with call-offs: the queue of new ones, and their status."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from callouts import actions, wording
from callouts.admin.desk import CallOffDesk
from callouts.models import CallOff, CallOffLine
from callouts.models.call_off import CallOffQuerySet
from callouts.rules import facts, status
from callouts.standing import standing
from portal.admin_site import MenuPlace, WorkQueue
from portal.tenancy import customer_lists
from portal.tenancy.admin import confirmed_action
from portal.ui import formatting

HAZARDOUS, RADIOACTIVE, OURS = "hazardous", "radioactive", "ours"


class WasteFilter(admin.SimpleListFilter):
    """Call-offs with a line that takes more than a driver."""

    title = gettext_lazy("waste")
    parameter_name = "waste"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (HAZARDOUS, gettext_lazy("Hazardous waste")),
            (RADIOACTIVE, gettext_lazy("Radioactive waste")),
            (OURS, gettext_lazy("To be declared by us")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = {
            HAZARDOUS: Q(is_hazardous=True),
            RADIOACTIVE: Q(is_radioactive=True),
            OURS: Q(declared_by=facts.BY_SUPPLIER),
        }.get(self.value() or "")
        if asked is None:
            return queryset
        return queryset.filter(Exists(CallOffLine.objects.filter(asked, call_off=OuterRef("pk"))))


class StatusFilter(admin.SimpleListFilter):
    """Every status there is once it is sent in."""

    title = gettext_lazy("status")
    parameter_name = "status__exact"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, label in CallOff.Status.choices if value != status.DRAFT]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(CallOff)
class CallOffAdmin(CallOffDesk):
    menu_place = MenuPlace.WORK
    list_display = ["shown_number", "status", "waste", "whose", "wanted_on", "shown_when"]
    list_filter = [StatusFilter, WasteFilter, "transport", "service", customer_lists.of("customer")]
    # What is searched stands in get_search_results.
    search_fields = ["search_text"]
    date_hierarchy = "submitted_at"
    list_select_related = ["customer"]
    actions = ["plan"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallOff]:
        """Drafts are the customer's own until they are sent in."""
        return super().get_queryset(request).exclude(status=status.DRAFT).prefetch_related("lines", "revisions")

    def get_ordering(self, request: HttpRequest) -> Any:
        """The newest first; of those that are new, whoever waits longest."""
        is_queue = request.GET.get("status__exact") == status.RECEIVED
        return ["submitted_at", "number"] if is_queue else ["-submitted_at", "-number"]

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find as the customer's own search does, and by customer, which is one in a customer's history."""
        call_offs: CallOffQuerySet = queryset
        if not search_term.strip():
            return call_offs, False
        whose = Q(customer__name__icontains=search_term.strip()) | Q(customer__number=search_term.strip())
        said = CallOff.objects.submitted().mentioning(search_term).values("pk")
        return call_offs.filter(whose | Q(pk__in=said)), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @confirmed_action(
        description=gettext_lazy("Set the chosen call-offs to Planned"),
        question=gettext_lazy("Those that are new are set to Planned, and each customer is told."),
        button=gettext_lazy("Set to Planned"),
    )
    def plan(self, request: Any, queryset: QuerySet[CallOff]) -> None:
        new = list(queryset.filter(status=status.RECEIVED))
        for call_off in new:
            actions.change_status(call_off=call_off, new=status.PLANNED, by=request.user)
        text = ngettext("%(count)s call-off is planned.", "%(count)s call-offs are planned.", len(new))
        self.message_user(request, text % {"count": len(new)}, messages.SUCCESS if new else messages.WARNING)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = CallOff.objects.filter(status=status.RECEIVED).count()
        return self.waiting(gettext_lazy("New call-offs"), count, order=20, query=f"status__exact={status.RECEIVED}")

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def shown_number(self, call_off: CallOff) -> str:
        return call_off.shown_number

    @admin.display(description=gettext_lazy("sent in"), ordering="submitted_at")
    def shown_when(self, call_off: CallOff) -> str:
        at = call_off.submitted_at
        return f"{formatting.short_day(formatting.local_day(at))} {formatting.clock(at)}" if at else ""

    @admin.display(description=gettext_lazy("customer"), ordering="customer__name")
    def whose(self, call_off: CallOff) -> str:
        return call_off.customer.name

    @admin.display(description=gettext_lazy("waste"))
    def waste(self, call_off: CallOff) -> str:
        call_off = standing(call_off)
        first = call_off.first_line
        kind = wording.kind_of_waste(first) if first else ""
        what = " ".join(filter(None, [wording.title_of(call_off, first), wording.others_of(call_off)]))
        return ", ".join(filter(None, [what, kind]))
