"""What is out and what is planned: for a customer their own first, for a visitor the chosen area."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from outages import queries
from outages.models import HazardReport, OutageSettings
from outages.queries import Event
from outages.remembered import remembered
from outages.rules.phase import Phase
from outages.views.alert import places_of
from portal.accounts.middleware import same_for_all
from portal.accounts.models import User
from portal.content import areas
from portal.content.models import GridArea
from portal.customers import places
from portal.customers.models import Customer
from portal.customers.places import Place
from portal.tenancy.access import TenantRequest, public
from portal.tenancy.models import Tenant

# The area of those who have chosen none.
EVERYWHERE = "all"
FRESH_SECONDS = 10
SHOWN_REPORTS = 5
KEPT_SECONDS = 300


@dataclass(frozen=True)
class Fragment:
    """The part of the page that is the same for everybody in an area, in a language."""

    html: str
    etag: str


@require_safe
@public
def index(request: TenantRequest) -> HttpResponse:
    """The page of outages."""
    customer = _customer_of(request)
    chosen = areas.areas_of_request(request)
    context: dict[str, Any] = {
        "areas": areas.all_areas(),
        "area": next(iter(chosen), None),
        "duty_phone": OutageSettings.current().phone,
    }
    if customer and isinstance(request.user, User):
        context |= _own(request, chosen)
        context["reports"] = HazardReport.objects.filter(user=request.user).newest_first()[:SHOWN_REPORTS]
        return render(request, "outages/own.html", context)
    slug = chosen[0].slug if chosen else EVERYWHERE
    context |= {"fragment": public_fragment(slug), "slug": slug, "language": get_language()}
    return render(request, "outages/public.html", context)


def _own(request: HttpRequest, chosen: list[GridArea]) -> dict[str, Any]:
    now = timezone.now()
    found = [event for event in queries.events() if event.times.is_shown(now)]
    own_places = places_of(request)
    touched = queries.touched_by(found, own_places)
    mine = {one.event.pk for one in touched}
    others = [event for event in found if event.pk not in mine]
    return {
        "places": own_places,
        "touched": sorted(touched, key=lambda one: ORDER[one.event.phase]),
        "board": queries.board_of(queries.in_area(others, _covers(chosen, own_places)), now),
    }


ORDER = {Phase.ONGOING: 0, Phase.COMING: 1, Phase.OVER: 2, Phase.CANCELLED: 3}


def _covers(chosen: list[GridArea], own_places: Sequence[Place]) -> Callable[[str], bool]:
    """The customer's areas; without areas, the postal towns of their own installations and what lies about them."""
    if chosen:
        return lambda code: any(area.covers(code) for area in chosen)
    near = {place.postal_code[:2] for place in own_places if place.postal_code}
    return lambda code: not near or code[:2] in near


def _customer_of(request: HttpRequest) -> Customer | None:
    customer: Customer | None = getattr(request, "customer", None)
    return customer


@require_safe
@same_for_all
@public
def board(request: TenantRequest, area: str, language: str) -> HttpResponse:
    """The public part by itself: the page asks for it again every minute, and anything between may keep it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if area != EVERYWHERE and not GridArea.objects.shown().filter(slug=area).exists():
        raise Http404
    with override(language):
        fragment = public_fragment(area)
    response = HttpResponse(fragment.html, headers={"ETag": fragment.etag, "Content-Language": language})
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}, stale-while-revalidate=30"
    return get_conditional_response(request, etag=fragment.etag, response=response) or response


def public_fragment(area: str) -> Fragment:
    """Return what everybody in an area sees, in the active language."""
    key = f"outages:board:{area}:{get_language()}"
    return remembered(key, lambda: _build(area), fresh=FRESH_SECONDS, kept=KEPT_SECONDS)


def _build(slug: str) -> Fragment:
    found: Sequence[Event] = queries.events()
    area = GridArea.objects.shown().filter(slug=slug).first() if slug != EVERYWHERE else None
    if area:
        found = queries.in_area(found, area.covers)
    now = timezone.now()
    html = render_to_string("outages/_board.html", {"board": queries.board_of(found, now), "area": area})
    return Fragment(html, f'"{hashlib.sha256(html.encode()).hexdigest()[:20]}"')


@require_safe
@public
def outage(request: TenantRequest, pk: int) -> HttpResponse:
    """One outage with its timeline; what touches the signed-in customer is named."""
    event = queries.event(pk)
    if event is None:
        raise Http404
    customer = _customer_of(request)
    own = event.affected.touched(places_of(request)) if customer else []
    context = {"event": event, "own": own, "duty_phone": OutageSettings.current().phone}
    return render(request, "outages/outage.html", context)


def home_card(request: HttpRequest) -> str:
    """The start page's card; "" without installations."""
    return _card(request, places_of(request))


def overview_card(request: HttpRequest, gsrn: str) -> str:
    """The card beside an installation's readings: what touches that one; "" when it is not held today."""
    customer = _customer_of(request)
    return _card(request, places.places_at(customer, gsrn) if customer else [])


def _card(request: HttpRequest, own_places: Sequence[Place]) -> str:
    if not own_places:
        return ""
    found = queries.touched_by(queries.events(), own_places)
    touched = [one for one in found if one.event.phase in {Phase.ONGOING, Phase.COMING}]
    context = {"touched": touched, "place": own_places[0]}
    return render_to_string("outages/_home_card.html", context, request=request)


def danger_note(request: HttpRequest) -> str:
    """Where to turn at once instead of writing an enquiry; "" where the company has no grid."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]  # TenantMiddleware
    if not tenant.has_module("grid"):
        return ""
    return render_to_string("outages/_danger_note.html", {"duty_phone": OutageSettings.current().phone})


def duty_phone(request: HttpRequest) -> str:
    """The duty's number on the sign-in page; "" where the company has none or no grid."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]  # TenantMiddleware
    phone = OutageSettings.current().duty_phone if tenant.has_module("grid") else ""
    return render_to_string("outages/_duty_phone.html", {"phone": phone}) if phone else ""
