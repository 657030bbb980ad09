"""What a document takes over from the tenant's theme: its colours and its mark."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import escape

from portal.tenancy.models import Tenant
from portal.tenancy.themes import draw_mark, theme_of

# The first block of a theme that sets colours is the light one; paper has no dark one.
LIGHT = re.compile(r'\[data-color-scheme="light"\]\s*\{(.*?)\}', re.DOTALL)
COLOUR = re.compile(r"--ds-color-([a-z0-9-]+):\s*(#[0-9a-fA-F]{3,8})\s*;")


@cache
def palette(theme: str) -> dict[str, str]:
    """Return the light colours of a built theme by their names without "--ds-color-": "primary-base-default"."""
    text = (settings.BASE_DIR / "static" / "themes" / f"{theme}.css").read_text(encoding="utf-8")
    block = LIGHT.search(text)
    return dict(COLOUR.findall(block[1])) if block else {}


def palette_of(tenant: Tenant | None) -> dict[str, str]:
    return palette(theme_of(tenant))


def mark_of(tenant: Tenant | None) -> str:
    """Return the SVG of the tenant's mark, the company's initial where the theme has none."""
    theme = theme_of(tenant)
    return on_paper(draw_mark(theme, tenant), tenant.name if tenant else "", palette(theme))


def on_paper(svg: str, name: str, colours: dict[str, str]) -> str:
    """Give the mark its colours in itself, since a document's stylesheet does not reach into an SVG, and a name, which
    every figure of a tagged PDF has.
    """
    base, ink = colours.get("primary-base-default", "#000"), colours.get("primary-base-contrast-default", "#fff")
    lines = "fill:none;stroke-linecap:round;stroke-linejoin:round"
    style = (
        f".brand__fill{{fill:{base}}}.brand__dot{{fill:{ink}}}.brand__ring{{{lines};stroke:{base};stroke-width:3}}"
        f".brand__ink{{{lines};stroke:{ink};stroke-width:2.6}}"
        f".brand__letter{{fill:{ink};font:700 17px Inter,sans-serif}}"
    )
    head, bracket, rest = svg.partition(">")
    return f"{head}{bracket}<title>{escape(name)}</title><style>{style}</style>{rest}"
