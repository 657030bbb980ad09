"""The grid area a page is about.

`chosen_area(request)` is what other apps read: after sign-in the area of the customer's first installation that lies in
one, before it the one the visitor has chosen (kept in a cookie for the device), and where a company has only one area,
that. None: no area, the page is about all of the grid.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.content.models import GridArea
from portal.customers import places
from portal.tenancy.scope import once

COOKIE = "__Host-area" if settings.PRODUCTION else "area"
A_YEAR = 60 * 60 * 24 * 365


def all_areas() -> list[GridArea]:
    """Return the current tenant's areas in order; read once a request."""
    return once(("content.areas",), lambda: list(GridArea.objects.shown()))


def area_of(postal_code: str, areas: list[GridArea]) -> GridArea | None:
    return next((area for area in areas if area.covers(postal_code)), None)


def areas_of_request(request: HttpRequest) -> list[GridArea]:
    """Return the areas this page is about: all those of the customer's installations, else the chosen one, if any."""
    return once(("content.areas_of", request), lambda: _areas_of(request))


def chosen_area(request: HttpRequest) -> GridArea | None:
    """Return the area this page is about, or None; see above."""
    return next(iter(areas_of_request(request)), None)


def _areas_of(request: HttpRequest) -> list[GridArea]:
    areas = all_areas()
    customer = getattr(request, "customer", None)
    if customer and areas:
        codes = [place.postal_code for place in places.places_of(customer)]
        return list(dict.fromkeys(area for code in codes if (area := area_of(code, areas))))
    wanted = request.COOKIES.get(COOKIE)
    chosen = [area for area in areas if area.slug == wanted]
    return chosen or (areas if len(areas) == 1 else [])


def keep_choice(response: HttpResponseBase, area: GridArea | None) -> None:
    """Keep the visitor's choice on this device; None forgets it."""
    if area is None:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    secure = settings.LANGUAGE_COOKIE_SECURE
    response.set_cookie(COOKIE, area.slug, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
