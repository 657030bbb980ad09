"""Handed-in pictures as staff and customers see them: small, each a link to itself."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.files.models import StoredFile


def small_picture(url: str, stored: StoredFile) -> SafeString:
    """Return the picture as a link to `url`, the page's own guarded view of it; its name while it cannot be shown."""
    return render_to_string("components/picture.html", {"url": url, "file": stored})
