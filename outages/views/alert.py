"""A power cut at one's own address: the first thing on the start page, and a number in the navigation.

Without anything out just now it costs what is remembered of the outages, and asks for no places.
"""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string

from outages import queries
from outages.queries import Touched
from outages.rules.phase import Phase
from portal.customers import places
from portal.customers.places import Place
from portal.tenancy.scope import once


def places_of(request: HttpRequest) -> Sequence[Place]:
    """Return where the customer of the request is served."""
    customer = getattr(request, "customer", None)
    return places.places_of(customer) if customer else []


def ongoing_own(request: HttpRequest) -> list[Touched]:
    """Return what is out now at the customer's own places, power cuts before planned work."""
    customer = getattr(request, "customer", None)
    # The page and its navigation ask.
    return once(("outages.own", customer.pk), lambda: _ongoing_own(request)) if customer else []


def _ongoing_own(request: HttpRequest) -> list[Touched]:
    ongoing = [event for event in queries.events() if event.phase is Phase.ONGOING]
    touched = queries.touched_by(ongoing, places_of(request)) if ongoing else []
    return sorted(touched, key=lambda one: one.event.is_planned)


def count(request: HttpRequest) -> int | None:
    """Return the number in the navigation; None shows none."""
    return len(ongoing_own(request)) or None


def banner(request: HttpRequest) -> str:
    """What stands above the start page; "" when all is well."""
    touched = ongoing_own(request)
    return render_to_string("outages/_alert.html", {"touched": touched}, request=request) if touched else ""
