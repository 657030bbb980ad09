"""A new unit, to an address of the customer's or to one that is new."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from orders.actions import add_to_basket
from orders.clients import addresses
from orders.forms import NewAddressForm, NewUnitForm
from orders.models import Location
from orders.views.enquiry import enquiry_url
from orders.views.forms import given, written
from orders.views.full import says_when_full
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role

FIND, PICK = "find", "pick:"


@customer_required(role=Role.ORDERER)
@says_when_full
def new_unit(request: CustomerRequest, pk: int) -> HttpResponse:
    """Order a new unit to an address, which is filled in."""
    site = get_object_or_404(Location.objects.of(request.customer), pk=pk)
    form = NewUnitForm(**written(request), location=site, **given())
    if form.is_valid():
        line = add_to_basket(customer=request.customer, by=request.user, wish=form.wish)
        messages.success(request, _("%(job)s is in the basket.") % {"job": line.title})
        return redirect("orders:location", site.pk)
    context = {"location": site, "form": form}
    return render(request, "orders/new_unit.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
@says_when_full
def new_address(request: CustomerRequest) -> HttpResponseBase:
    """Register a new address by ordering the first unit to it. The buttons for finding one only fill in the form."""
    action = request.POST.get("action", "")
    if action == FIND or action.startswith(PICK):
        return _filled_in(request, action)
    form = NewAddressForm(**written(request), **given())
    if request.method == "POST" and form.needs_enquiry:
        messages.info(request, _("A new customer number or project is set up by us. Tell us about it here."))
        return redirect(enquiry_url())
    if form.is_valid():
        line = add_to_basket(customer=request.customer, by=request.user, wish=form.wish)
        messages.success(request, _("%(job)s is in the basket.") % {"job": line.title})
        return redirect("orders:basket")
    return _new_address_page(request, form, status=422 if form.is_bound else 200)


def _filled_in(request: CustomerRequest, action: str) -> HttpResponse:
    """Show the form again with what was written: unchecked, with addresses found or with the one that was picked."""
    values = request.POST.dict()
    found = addresses.Found()
    if action == FIND:
        found = addresses.find(values.get("search", ""))
    else:
        values |= addresses.picked(action.removeprefix(PICK))
    return _new_address_page(request, NewAddressForm(initial=values, **given()), found=found)


def _new_address_page(
    request: CustomerRequest, form: NewAddressForm, status: int = 200, found: addresses.Found | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "can_search": addresses.is_available(),
        "enquiry_url": enquiry_url(),
    }
    return render(request, "orders/new_address.html", context, status=status)
