"""The way out for staff who act for a customer; the way in is the customer's page in the administration."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.accounts.access import UserRequest, signed_in
from portal.customers import actions, on_behalf


@require_POST
@signed_in
def stop_acting(request: UserRequest) -> HttpResponse:
    """Be oneself again, and go back to the customer in the administration."""
    customer = on_behalf.customer_of(request, request.user)
    if customer is None:
        return redirect("home")
    on_behalf.end(request)
    actions.stop_acting(customer=customer, by=request.user)
    return redirect("admin:customers_customer_change", customer.pk)
