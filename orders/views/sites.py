"""Addresses, the units that stand there, and ordering a job for one of them."""

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from orders.actions import add_to_basket
from orders.forms import SearchForm, UnitJobForm
from orders.jobs import UNIT_SERVICES, Service
from orders.models import BasketLine, Location, Photo, Placement
from orders.problems import UnitGone
from orders.queries import current_terms
from orders.views.forms import unit_form
from orders.views.full import says_when_full
from orders.views.units import unit_cards
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today as local_today
from portal.files.views import file_response

PAGE_SIZE = 20
# Fewer are seen at a glance.
SEARCH_FROM = 9


@customer_required()
def locations(request: CustomerRequest) -> HttpResponse:
    """The customer's addresses, by project; searchable when there are many. Who has one is led to it."""
    search = SearchForm(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    today = local_today()
    found = Location.objects.of(request.customer).with_unit_count(today).by_project()
    page = Paginator(found.matching(text, today), PAGE_SIZE).get_page(request.GET.get("page"))
    if page.paginator.count == 1 and not request.GET:
        return redirect("orders:location", page[0].pk)
    context = {
        "page": page,
        "projects": [(project, list(places)) for project, places in groupby(page, lambda place: place.project)],
        "search": search,
        "text": text,
        "is_searchable": bool(text) or page.paginator.count >= SEARCH_FROM,
        "can_order": can_order(request),
    }
    return render(request, "orders/locations.html", context)


@customer_required()
def location(request: CustomerRequest, pk: int) -> HttpResponse:
    """The units at an address. `?unit=…&job=…` opens the form of a job in the unit's card."""
    site = get_object_or_404(Location.objects.of(request.customer), pk=pk)
    form = None
    standing = site.placements.standing(local_today())
    placement = standing.with_details().filter(number=request.GET.get("unit", "")).first()
    service = _service(request)
    if placement and service and can_order(request):
        placement.location = site
        form = unit_form(request, placement, service)
    return _location_page(request, site, form)


@customer_required(role=Role.ORDERER)
@says_when_full
def add(request: CustomerRequest, pk: int) -> HttpResponse:
    """Put a job for a unit into the basket."""
    site = get_object_or_404(Location.objects.of(request.customer), pk=pk)
    page = reverse("orders:location", args=[site.pk])
    if request.method != "POST":
        return redirect(f"{page}?{request.GET.urlencode()}")
    service = _service(request)
    stood = Placement.objects.filter(location=site, number=request.GET.get("unit", "")).with_details()
    placement = get_object_or_404(stood.order_by("-placed_on", "-pk")[:1]) if service else None
    if placement is None or service is None:
        return redirect(page)
    if not placement.stands_on(local_today()):
        messages.warning(request, UnitGone(placement.number).message)
        return redirect(page)
    placement.location = site
    form = unit_form(request, placement, service)
    if not form.is_valid():
        return _location_page(request, site, form, status=422)
    line = add_to_basket(customer=request.customer, by=request.user, wish=form.wish)
    messages.success(request, _("%(job)s is in the basket.") % {"job": line.title})
    if form.remark:
        messages.warning(request, form.remark.message)
    return marking(line) or redirect(page)


def marking(line: BasketLine) -> HttpResponse | None:
    """Lead on to marking the new spot, when that is what the photos of a move are for."""
    if line.service != Service.RELOCATE or line.destination_location_id or line.destination:
        return None
    photos = list(line.photos.all())
    if not photos or any(photo.is_marked for photo in photos):
        return None
    return redirect("orders:mark", photos[0].pk)


@customer_required()
def photo(request: CustomerRequest, pk: int) -> HttpResponseBase:
    """A photo of the person's own basket or of the customer's orders."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user, request.customer), pk=pk)
    return file_response(photo.file, inline=True)


def can_order(request: CustomerRequest) -> bool:
    return request.role.includes(Role.ORDERER)


def _service(request: CustomerRequest) -> Service | None:
    job = request.GET.get("job", "")
    return Service(job) if job in UNIT_SERVICES else None


def _location_page(
    request: CustomerRequest, site: Location, form: UnitJobForm | None, status: int = 200
) -> HttpResponse:
    lines = list(BasketLine.objects.in_basket_of(request.user, request.customer).with_details())
    units = unit_cards(site, lines, form, form.terms if form else current_terms())
    query = urlencode({"unit": form.placement.number, "job": form.service}) if form else ""
    context = {
        "location": site,
        "units": units,
        "form": form,
        "lines": lines,
        "can_order": can_order(request),
        "is_only_one": not Location.objects.of(request.customer).exclude(pk=site.pk).exists(),
        "add_url": f"{reverse('orders:add', args=[site.pk])}?{query}",
    }
    return render(request, "orders/location.html", context, status=status)
