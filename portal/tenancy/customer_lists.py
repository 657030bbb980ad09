"""What one customer has in the lists of admin: for the customer's page, and for whoever has them on the telephone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.admin_site import site
from portal.tenancy.text import key_in

PARAMETER = "customer"


class CustomerFilter(admin.SimpleListFilter):
    """Shows one customer's rows only. It is chosen on the customer's page, and offers nobody else: there are too many.

    A list that has it, by `of`, stands on the customer's page with how many rows are theirs.
    """

    title = _("customer")
    parameter_name = PARAMETER
    path = "customer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        value = self.value()
        if not value:
            return []
        found = apps.get_model("customers", "Customer").objects.filter(pk=key_in(value)).first()
        return [(value, found or "–")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.theirs(queryset, key_in(self.value() or "")) if self.value() else queryset

    @classmethod
    def theirs(cls, rows: QuerySet[Any], customer: int) -> QuerySet[Any]:
        """Return the rows of a customer, each once, however often it leads to them."""
        of_customer = rows.model._default_manager.filter(**{cls.path: customer}).order_by()
        return rows.filter(pk__in=of_customer.values("pk"))


def of(path: str) -> type[CustomerFilter]:
    """Return the filter for a list whose rows lead to the customer by this path ("order__customer")."""
    return type("CustomerFilter", (CustomerFilter,), {"path": path})


@dataclass(frozen=True)
class CustomerList:
    """A list that holds a customer's rows, and those of no other at `url`."""

    label: Any
    url: str
    count: int


def lists_of(customer: int, request: HttpRequest) -> list[CustomerList]:
    """Return the lists that can be filtered by customer and that who asks may see, in the order of the menu."""
    found = []
    for line in [line for app in site.get_app_list(request) for line in app["models"]]:
        model_admin = site.get_model_admin(line["model"])
        theirs = _filter_of(model_admin.get_list_filter(request))
        if theirs and line["admin_url"] and model_admin.has_view_permission(request):
            count = theirs.theirs(model_admin.get_queryset(request).order_by(), customer).count()
            found.append(CustomerList(line["name"], f"{line['admin_url']}?{PARAMETER}={customer}", count))
    return found


def _filter_of(filters: Iterable[Any]) -> type[CustomerFilter] | None:
    return next((entry for entry in filters if isinstance(entry, type) and issubclass(entry, CustomerFilter)), None)
