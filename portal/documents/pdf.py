"""PDF from a template, in the tenant's look: tagged (PDF/UA-1), in one language, and made without the network.

A document extends `templates/pdf/base.html` and fills its blocks `title` and `content`; `static/css/pdf.css` is its
stylesheet. A chart is drawn by `{% load pdf %}{% pdf_chart chart %}`.
"""

import logging
import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from PIL import ImageFile

from portal.documents import look, pango
from portal.tenancy.models import current_tenant

logger = logging.getLogger(__name__)

# The documents' own address: it leads to our static files and nowhere else.
ORIGIN = "https://documents.invalid"


class PdfUnavailable(Exception):
    """The libraries that draw PDFs are missing; the message is one line that says what mends it."""


class Refused(ValueError):
    """A document asked for something that is no file of ours."""


def render_pdf(template: str, context: Mapping[str, Any], *, language: str = "") -> bytes:
    """Return the PDF of a template, in a language (else the active one), with the current tenant's look.

    The context gets `tenant`, `made_at` and what templates/pdf/base.html needs. Raises PdfUnavailable when Pango or
    HarfBuzz is not installed, and NoTenantScope outside a scope. Takes some tenths of a second: in a request for one
    document, in a task (queue "documents") for many.
    """
    tenant = current_tenant()
    with override(language or get_language() or tenant.language):
        html = render_to_string(
            template,
            {
                "tenant": tenant,
                "language": get_language(),
                "colours": look.palette_of(tenant),
                "mark": look.mark_of(tenant),
                "made_at": timezone.now(),
                **context,
            },
        )
    return _draw(html)


def pdf_response(content: bytes, *, name: str, inline: bool = False) -> HttpResponse:
    """Answer with a PDF named `<name>.pdf`, kept in no cache."""
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=not inline, filename=f"{name}.pdf")
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _draw(html: str) -> bytes:
    weasyprint, fetcher = _engine()
    document = weasyprint.HTML(string=html, base_url=f"{ORIGIN}/", url_fetcher=fetcher)
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


@cache
def _engine() -> tuple[Any, Any]:
    """Load WeasyPrint when it is first needed: without Pango the import itself fails."""
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise PdfUnavailable(pango.problem() or f"PDFs cannot be made: {error}") from error
    # WeasyPrint lets Pillow take half a picture for a whole one, in all of the process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
        """Gives out our static files and data: addresses; never asks the network, nor any other file."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = static_file(url)
            media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})

    return weasyprint, OwnFilesOnly(allowed_protocols=["data", "https"], allow_redirects=False)


def static_file(url: str) -> Path:
    """Return the file of ours behind an address in a document. Raises Refused for every other address."""
    parts = urlsplit(url)
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    if f"{parts.scheme}://{parts.netloc}" != ORIGIN or not parts.path.startswith(prefix):
        raise Refused(url)
    name = unquote(parts.path.removeprefix(prefix))
    for folder in filter(None, [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]):
        root = Path(folder).resolve()
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
    raise Refused(url)
