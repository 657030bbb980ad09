"""Staff who help a customer through the ordinary pages: for whom, kept in their session for a while."""

import time

from django.http import HttpRequest

from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.customers.rules import Standing

IN_SESSION = "acts_for"
# Long enough for a phone call; then a forgotten tab is no longer somebody else's account.
LASTS = 60 * 60


def begin(request: HttpRequest, customer: Customer) -> None:
    request.session[IN_SESSION] = {"customer": customer.pk, "until": time.time() + LASTS}


def end(request: HttpRequest) -> None:
    request.session.pop(IN_SESSION, None)


def customer_of(request: HttpRequest, user: User) -> Customer | None:
    """Return the customer that a member of staff acts for in this session, or None."""
    kept = request.session.get(IN_SESSION)
    if not kept:
        return None
    if not user.is_staff or kept["until"] < time.time():
        end(request)
        return None
    return Customer.objects.filter(pk=kept["customer"]).first()


def standing_of(user: User) -> Standing:
    """Return what staff may do for a customer: order; administrators also decide who its users are."""
    role = Role.OWNER if user.is_administrator else Role.ORDERER
    return Standing(role, is_member=user.is_administrator, scope=None)
