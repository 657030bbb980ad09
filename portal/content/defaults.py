"""The pages every tenant begins with, in texts/<slug>.<language>.txt: the first line is the title."""

from pathlib import Path

from django.conf import settings

SLUGS = ("about", "privacy", "accessibility", "terms")
TEXTS = Path(__file__).parent / "texts"


def texts_of(slug: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and body of a shipped page, each by language."""
    parts = {code: _read(slug, code).partition("\n") for code, _ in settings.LANGUAGES}
    titles = {code: title.strip() for code, (title, _, _) in parts.items()}
    return titles, {code: body.strip() for code, (_, _, body) in parts.items()}


def _read(slug: str, language: str) -> str:
    return (TEXTS / f"{slug}.{language}.txt").read_text(encoding="utf-8")
