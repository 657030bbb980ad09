"""The stylesheets a tenant may wear."""

from functools import cache

from django.conf import settings
from django.template.loader import select_template
from django.utils.safestring import SafeString

from portal.tenancy.models import Tenant

NEUTRAL = "skranke"


@cache
def names() -> frozenset[str]:
    """Return the names of the built themes (static/themes/<name>.css)."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / "themes").glob("*.css"))


def draw_mark(theme: str, tenant: Tenant | None) -> SafeString:
    """Return the SVG of a theme's mark, or of the company's initial where the theme has none."""
    mark = select_template([f"components/brand/{theme}.html", "components/brand/neutral.html"])
    return SafeString(mark.render({"tenant": tenant}))


def theme_of(tenant: Tenant | None) -> str:
    """Return the theme to link: the tenant's, or the neutral one where there is no tenant or no such file."""
    return tenant.theme if tenant is not None and tenant.theme in names() else NEUTRAL
