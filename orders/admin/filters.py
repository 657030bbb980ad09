"""What dispatch looks for: a day, a depot, what nobody has settled."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.models import Depot, OrderLine
from portal.customers.queries import today as local_today

LATE, TODAY, TOMORROW, WEEK = "late", "today", "tomorrow", "week"
# Where the most urgent comes first; elsewhere the newest does.
WORK = {LATE, TODAY, TOMORROW, WEEK}


class DayFilter(admin.SimpleListFilter):
    title = _("day")
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            (LATE, _("Overdue, not settled")),
            (TODAY, _("Today")),
            (TOMORROW, _("Tomorrow")),
            (WEEK, _("The next seven days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
        today = local_today()
        day = timedelta(days=1)
        match self.value():
            case "late":
                return queryset.filter(pk__in=OrderLine.objects.late(today))
            case "today":
                return queryset.filter(wanted_on=today)
            case "tomorrow":
                return queryset.filter(wanted_on=today + day)
            case "week":
                return queryset.filter(wanted_on__range=(today, today + 7 * day))
        return queryset


class DepotFilter(admin.SimpleListFilter):
    title = _("depot")
    parameter_name = "depot"
    NONE = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        depots = list(Depot.objects.order_by("name").values_list("code", "name"))
        return [*depots, (self.NONE, _("No depot"))] if depots else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
        if not self.value():
            return queryset
        if self.value() == self.NONE:
            return queryset.filter(location__depot=None)
        return queryset.filter(location__depot__code=self.value())
