"""The pages every tenant begins with, in texts/<slug>.<language>.txt: the first line is the title.

A domain adds its own in AppConfig.ready(): tenants that have the module begin with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Shipped:
    """A page and the folder of its texts; `module` is the one it belongs to, "" for everybody's."""

    slug: str
    folder: Path = TEXTS
    module: str = ""


_pages = {slug: Shipped(slug) for slug in ("about", "privacy", "accessibility", "terms")}


def register(page: Shipped) -> None:
    _pages[page.slug] = page


def slugs_for(modules: Iterable[str]) -> list[str]:
    """Return the short names of the pages a tenant with these modules begins with."""
    return [slug for slug, page in _pages.items() if page.module in ("", *modules)]


def texts_of(slug: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and body of a shipped page, each by language."""
    page = _pages[slug]
    parts = {code: _read(page, code).partition("\n") for code, _ in settings.LANGUAGES}
    titles = {code: title.strip() for code, (title, _, _) in parts.items()}
    return titles, {code: body.strip() for code, (_, _, body) in parts.items()}


def _read(page: Shipped, language: str) -> str:
    return (page.folder / f"{page.slug}.{language}.txt").read_text(encoding="utf-8")
