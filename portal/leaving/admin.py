"""A list whose rows wait for staff: how many on the start page, which of them, and a way to leave them as they are."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.admin_site import WorkQueue
from portal.tenancy.admin import ReadOnlyAdmin, confirmed_action

M = TypeVar("M", bound=models.Model)
LEFT = ngettext_lazy("%(count)d is left as it is.", "%(count)d are left as they are.", "count")
NOT_WAITING = ngettext_lazy(
    "%(count)d was not waiting for anybody.", "%(count)d were not waiting for anybody.", "count"
)


class WaitsFilter(admin.SimpleListFilter):
    title = _("waits for somebody")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.needing_staff() if self.value() else queryset


class LeavableAdmin(ReadOnlyAdmin[M]):
    """Of Leavable rows. Its `list_filter` has WaitsFilter, its `actions` "leave"; `waiting_label` and `waiting_order`
    are those of the line on the start page, and `leave_row(row, by)` leaves one of them by the app's own action.
    """

    waiting_label: ClassVar[Any]
    waiting_order: ClassVar[int]
    leave_row: Callable[[M, models.Model], bool]

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = self.get_queryset(request).needing_staff().count()  # type: ignore[attr-defined]
        return self.waiting(self.waiting_label, count, order=self.waiting_order, query="waits=yes")

    def get_fieldsets(self, request: HttpRequest, obj: M | None = None) -> Any:
        first, *others = super().get_fieldsets(request, obj)
        left = [(None, {"fields": [("left_at", "left_by")]})] if getattr(obj, "left_at", None) else []
        return [first, *left, *others]

    @confirmed_action(
        description=_("Leave it"),
        question=_("These stay in the list as they are, and wait for nobody any more. Your name stands with them."),
        permissions=("view",),
    )
    def leave(self, request: Any, queryset: "models.QuerySet[M]") -> None:
        self.do_each(request, queryset, lambda row: self.leave_row(row, request.user), LEFT, NOT_WAITING)

    def do_each(
        self, request: HttpRequest, rows: "models.QuerySet[M]", act: Callable[[M], bool], done: Any, left_out: Any
    ) -> None:
        """Do something with each row, and say how many it was done with and how many not: `done` and `left_out` are
        `ngettext_lazy` by "count".
        """
        outcomes = [act(row) for row in rows]
        for text, outcome, level in ((done, True, messages.SUCCESS), (left_out, False, messages.WARNING)):
            if count := outcomes.count(outcome):
                self.message_user(request, text % {"count": count}, level)
