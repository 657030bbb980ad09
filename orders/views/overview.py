"""The overview of what was ordered, on the page, on paper and as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.forms import OverviewForm
from orders.models import OrderLine
from orders.overview import arranged, groups_of
from orders.overview_export import COLUMNS, EXPORTER, MOST_AT_ONCE, found_jobs, params_of, rows_of
from orders.views.basket import basket_count
from orders.views.sites import can_order
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.queries import today
from portal.documents.tables import FORMATS, FileFormat, table_response
from portal.exports.views import ask_first, ask_for
from portal.ui import formatting

PAGE_SIZE = 25


@customer_required()
def overview(request: CustomerRequest) -> HttpResponse:
    """Jobs of a period, or all that match a number or a reference; grouped and sorted as the person likes."""
    now = timezone.now()
    form = OverviewForm(request.GET, today=formatting.local_day(now))
    is_valid = form.is_valid()
    found = _found(request, form)
    search = form.search if is_valid else ""
    page = Paginator(arranged(found, form.grouping, form.sorting), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "groups": groups_of(page, found, form.grouping, now),
        "grouping": form.grouping,
        "search": search,
        "this_year": formatting.local_day(now).year,
        "period": formatting.day_range(*form.period),
        "later": None if search else _later(request, form),
        "is_new": not page.paginator.count and not OrderLine.objects.of(request.customer).exists(),
        "basket_count": basket_count(request),
        "can_order": can_order(request),
        "query": request.GET.urlencode(),
    }
    return render(request, "orders/overview.html", context, status=200 if is_valid else 422)


def _later(request: CustomerRequest, form: OverviewForm) -> dict[str, Any] | None:
    """Return how many jobs are still to come after the period, and the query that shows them too; None for none."""
    after = OrderLine.objects.of(request.customer).upcoming().filter(wanted_on__gt=form.period[1])
    found = after.order_by().aggregate(count=Count("pk"), last=Max("wanted_on"))
    if not found["count"]:
        return None
    query = request.GET.copy()
    query.pop("page", None)
    query["last"] = f"{found['last']:%d.%m.%Y}"
    return {"count": found["count"], "query": query.urlencode()}


@customer_required()
def export(request: CustomerRequest, kind: str) -> HttpResponseBase:
    """All the jobs that the overview shows, on all its pages, as CSV or Excel.

    Very many are made in the background, which is asked for by POST: a link changes nothing.
    """
    form = OverviewForm(request.GET, today=today())
    if kind not in FORMATS:
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('orders:overview')}?{request.GET.urlencode()}")
    jobs = _found(request, form)
    count = jobs.count()
    if count > MOST_AT_ONCE:
        if request.method == "POST":
            return _in_the_background(request, form, FORMATS[kind])
        return ask_first(
            request,
            title=_("Download the order overview"),
            text=_(
                "The file has %(count)s jobs, so it is made in the background. You see how far it is, and can leave the"
                " page meanwhile."
            )
            % {"count": formatting.number(count)},
            back=reverse("orders:overview"),
            back_to=_("Order overview"),
        )
    rows = rows_of(jobs, form.grouping, form.sorting)
    return table_response(name=_name(form), format=FORMATS[kind], columns=COLUMNS, rows=rows)


def _in_the_background(request: CustomerRequest, form: OverviewForm, kind: FileFormat) -> HttpResponseBase:
    return ask_for(
        request,
        exporter=EXPORTER,
        params=params_of(request.customer, form.period, form.search, form.grouping, form.sorting),
        title=_("Order overview"),
        name=_name(form),
        format=kind,
    )


def _name(form: OverviewForm) -> str:
    return _("orders-%(first)s-%(last)s") % {"first": form.period[0], "last": form.period[1]}


def _found(request: CustomerRequest, form: OverviewForm) -> QuerySet[OrderLine]:
    return found_jobs(request.customer, form.period, form.search if form.is_valid() else "")
