"""The icons of the design system, inlined so that they take the colour of the text."""

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "aksel-8.16.svg"
SYMBOL = re.compile(r'<symbol id="(?P<name>\w+)" viewBox="0 0 24 24">(?P<paths>.*?)</symbol>')


@cache
def paths_by_name() -> dict[str, str]:
    """Return the SVG paths (24 × 24) of every vendored icon."""
    return {match["name"]: match["paths"] for match in SYMBOL.finditer(SPRITE.read_text(encoding="utf-8"))}
