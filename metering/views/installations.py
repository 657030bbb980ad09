"""The list of many installations, and what people choose about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from metering import actions, periods, queries
from metering.forms import InstallationsForm, NameForm
from metering.models import MeteringPoint
from metering.periods import Span
from metering.presentation import words
from metering.presentation.subjects import Link, address_of, particulars
from metering.queries import Holder
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today
from portal.ui import formatting

PER_PAGE = 50
# Ten years: older months are reached by what is in the address.
MONTHS_OFFERED = 121


@dataclass(frozen=True)
class Line:
    title: str
    detail: str
    url: str
    used: str


@require_safe
@customer_required(scoped=True)
def installations(request: CustomerRequest) -> HttpResponse:
    """All installations with what they used in a month: search, sort, sum, pages."""
    day = today()
    first = queries.first_day_held(request.customer, day)
    if first is None:
        return render(request, "metering/no_installations.html")
    form = InstallationsForm(request.GET)
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    offered = Span(first, day)
    month = periods.month_of(offered.nearest(asked.get("month") or day))
    search, sort = asked.get("q") or "", asked.get("sort") or "name"
    found = queries.table_of(request.customer, day, month, search=search, sort=sort)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    kept = queries.used_together(Holder(request.customer, day), month) if not search else None
    used, known = kept or queries.used_by(found, request.customer, month)
    return render(
        request,
        "metering/installations.html",
        {
            "form": InstallationsForm(initial={"q": search}),
            "page": page,
            "lines": [_line(point, month) for point in page.object_list],
            "search": search,
            "month": month,
            "months": _months(offered, month),
            "sorts": _sorts(month, search, sort),
            "sum": words.or_dash(used, 1),
            "without": page.paginator.count - known,
        },
    )


def _line(point: Any, month: date) -> Line:
    query = f"?view=month&date={month.isoformat()}"
    return Line(
        point.own_name or address_of(point),
        particulars(point, point.own_name, point.ends),
        reverse("metering:installation", args=[point.pk]) + query,
        words.or_dash(point.used, 1),
    )


def _address(month: date, search: str, sort: str) -> str:
    query = {"month": f"{month:%Y-%m}", "sort": sort, **({"q": search} if search else {})}
    return f"{reverse('metering:installations')}?{urlencode(query)}"


def _months(days: Span, month: date) -> list[Link]:
    """Return the last months of those that something was held in."""
    offered = reversed(days.months()[-MONTHS_OFFERED:])
    return [Link(formatting.month(one).capitalize(), f"{one:%Y-%m}", is_current=one == month) for one in offered]


def _sorts(month: date, search: str, sort: str) -> list[Link]:
    labels = {"name": gettext("Name"), "used": gettext("Most used"), "place": gettext("Place")}
    return [Link(label, _address(month, search, name), is_current=name == sort) for name, label in labels.items()]


def _own_point(request: CustomerRequest, point_id: int) -> MeteringPoint:
    installation = queries.installation_of(request.customer, point_id, today())
    if installation is None:
        raise Http404
    return installation.point


@require_POST
@customer_required(role=Role.ORDERER, scoped=True)
def name(request: CustomerRequest, point_id: int) -> HttpResponse:
    """Give an installation a name of the customer's own."""
    point = _own_point(request, point_id)
    form = NameForm(request.POST)
    if form.is_valid():
        actions.name_installation(
            customer=request.customer, point=point, name=form.cleaned_data["name"], by=request.user
        )
        messages.success(request, gettext("The name is kept."))
        return redirect("metering:installation", point_id=point.pk)
    return render(request, "metering/name.html", {"form": form, "point": point}, status=422)


@require_POST
@customer_required(scoped=True)
def prefer(request: CustomerRequest, point_id: int) -> HttpResponse:
    """Show this installation first from now on."""
    point = _own_point(request, point_id)
    actions.prefer_installation(customer=request.customer, point=point, by=request.user)
    messages.success(request, gettext("You will see this installation first."))
    return redirect("metering:installation", point_id=point.pk)
