"""The stylesheets a tenant may wear."""

from functools import cache

from django.conf import settings

from portal.tenancy.models import Tenant

NEUTRAL = "skranke"


@cache
def names() -> frozenset[str]:
    """Return the names of the built themes (static/themes/<name>.css)."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / "themes").glob("*.css"))


def theme_of(tenant: Tenant | None) -> str:
    """Return the theme to link: the tenant's, or the neutral one where there is no tenant or no such file."""
    return tenant.theme if tenant is not None and tenant.theme in names() else NEUTRAL
