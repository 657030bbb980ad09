"""The portal as an app on the phone's home screen: what the browser needs to know to install it."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.tenancy import themes
from portal.tenancy.access import public
from portal.tenancy.models import Tenant, current_tenant

SIZES = (192, 512)


def manifest_of(tenant: Tenant) -> dict[str, Any]:
    """Return the members of a web app manifest (W3C), in the company's own language: it is fetched without cookies."""
    theme = themes.theme_of(tenant)
    return {
        "id": "/",
        "name": tenant.name,
        "short_name": tenant.name[:12].strip(),
        "lang": tenant.language,
        "dir": "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {
                "src": static(f"icons/{theme}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in SIZES
            for purpose in ("any", "maskable")
        ],
    }


@require_safe
@public
def manifest(_request: HttpRequest) -> JsonResponse:
    response = JsonResponse(manifest_of(current_tenant()), content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response
