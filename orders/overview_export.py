"""The overview as a table to take along; one of very many jobs is made by a worker."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.models import OrderLine
from orders.overview import arranged, table_rows
from orders.rules.lists import Grouping, Sorting
from portal.customers.models import Customer
from portal.documents.jobs import Progress, Table, exporter, watched
from portal.documents.tables import Column

EXPORTER = "orders.overview"
# So many go in one answer; more are made in the background.
MOST_AT_ONCE = 10_000
CHUNK = 2000
COLUMNS = (
    Column(gettext_lazy("Order date"), "moment"),
    Column(gettext_lazy("Order number"), "integer"),
    Column(gettext_lazy("Service")),
    Column(gettext_lazy("Number of units"), "integer"),
    Column(gettext_lazy("Equipment type")),
    Column(gettext_lazy("Unit")),
    Column(gettext_lazy("Waste type")),
    Column(gettext_lazy("Address")),
    Column(pgettext_lazy("wanted", "Date"), "day"),
    Column(gettext_lazy("Status")),
    Column(gettext_lazy("Reason")),
    Column(gettext_lazy("Order reference")),
    Column(gettext_lazy("Ordered by")),
)


def found_jobs(customer: Customer, period: tuple[date, date], search: str) -> "QuerySet[OrderLine]":
    """Return the customer's jobs of a period, or all that match a number or a reference."""
    jobs = OrderLine.objects.of(customer)
    return jobs.matching(search) if search else jobs.wanted_between(*period)


def rows_of(jobs: "QuerySet[OrderLine]", grouping: Grouping, sorting: Sorting) -> Iterator[Sequence[object]]:
    """Yield the jobs as rows of COLUMNS, read in chunks."""
    ordered = arranged(jobs, grouping, sorting).select_related("order__ordered_by")
    return table_rows(ordered.iterator(chunk_size=CHUNK))


def params_of(
    customer: Customer, period: tuple[date, date], search: str, grouping: Grouping, sorting: Sorting
) -> dict[str, Any]:
    """Return what the worker needs to find the same jobs again, as plain values."""
    return {
        "customer": customer.pk,
        "period": [day.isoformat() for day in period],
        "search": search,
        "group": grouping.value,
        "sort": sorting.value,
    }


@exporter(EXPORTER)
def overview_table(params: dict[str, Any], progress: Progress) -> Table:
    """Make the table that `params_of` describes."""
    first, last = map(date.fromisoformat, params["period"])
    jobs = found_jobs(Customer.objects.get(pk=params["customer"]), (first, last), params["search"])
    return COLUMNS, watched(rows_of(jobs, Grouping(params["group"]), Sorting(params["sort"])), jobs.count(), progress)
