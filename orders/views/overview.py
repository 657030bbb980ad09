"""The overview of what was ordered, on the page, on paper and as a file."""

from typing import Literal

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.forms import OverviewForm
from orders.models import OrderLine
from orders.overview import arranged, groups_of, table_rows
from orders.views.basket import basket_count
from orders.views.sites import can_order
from portal.customers.access import CustomerRequest, customer_required
from portal.documents.tables import Column, table_response
from portal.ui import formatting

PAGE_SIZE = 25
FORMATS: dict[str, Literal["csv", "xlsx"]] = {"csv": "csv", "xlsx": "xlsx"}
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


@customer_required()
def overview(request: CustomerRequest) -> HttpResponse:
    """Jobs of a period, or all that match a number or a reference; grouped and sorted as the person likes."""
    now = timezone.now()
    form = OverviewForm(request.GET, today=formatting.local_day(now))
    is_valid = form.is_valid()
    found = _found(request, form)
    page = Paginator(arranged(found, form.grouping, form.sorting), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "groups": groups_of(page, found, form.grouping, now),
        "grouping": form.grouping,
        "search": form.search if is_valid else "",
        "this_year": formatting.local_day(now).year,
        "period": formatting.day_range(*form.period),
        "is_new": not page.paginator.count and not OrderLine.objects.of(request.customer).exists(),
        "basket_count": basket_count(request),
        "can_order": can_order(request),
        "query": request.GET.urlencode(),
    }
    return render(request, "orders/overview.html", context, status=200 if is_valid else 422)


@customer_required()
def export(request: CustomerRequest, kind: str) -> HttpResponseBase:
    """All the jobs that the overview shows, on all its pages, as CSV or Excel."""
    form = OverviewForm(request.GET, today=formatting.local_day(timezone.now()))
    if kind not in FORMATS:
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('orders:overview')}?{request.GET.urlencode()}")
    jobs = arranged(_found(request, form), form.grouping, form.sorting).select_related("order__ordered_by")
    name = _("orders-%(first)s-%(last)s") % {"first": form.period[0], "last": form.period[1]}
    rows = table_rows(jobs.iterator(chunk_size=2000))
    return table_response(name=name, format=FORMATS[kind], columns=COLUMNS, rows=rows)


def _found(request: CustomerRequest, form: OverviewForm) -> QuerySet[OrderLine]:
    jobs = OrderLine.objects.of(request.customer)
    search = form.search if form.is_valid() else ""
    return jobs.matching(search) if search else jobs.wanted_between(*form.period)
