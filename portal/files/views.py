"""Serving files. There are no addresses here: each domain's own guarded view returns `file_response`."""

import logging

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from portal.files.models import State, StoredFile
from portal.tenancy.models import current_tenant
from portal.ui.context_processors import base_context

logger = logging.getLogger(__name__)

# What a browser may show in its own window; everything else is downloaded.
INLINE = {"image/jpeg", "image/png", "image/webp", "application/pdf"}
# Nothing in the file may run or be fetched. Browsers show no PDF in a sandbox.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """Answer with a file: as a download, or with `inline` in the window, where its type allows it.

    The caller has made sure that the person may have it. A file that waits for the scan, or that the scan has stopped,
    is a page that says so (409). Raises Http404 when the content is gone.
    """
    if stored.state == State.LOST:
        raise Http404
    if not stored.is_clean:
        return _held_back(stored)
    try:
        content = default_storage.open(stored.location)
    except FileNotFoundError as error:
        logger.exception("File %s has no content", stored.pk)
        raise Http404 from error
    shown = inline and stored.media_type in INLINE
    response = FileResponse(content, content_type=_content_type(stored))
    response["Content-Length"] = str(stored.size)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=not shown, filename=stored.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = POLICY if stored.media_type == "application/pdf" else f"{POLICY}; sandbox"
    return response


def _content_type(stored: StoredFile) -> str:
    return f"{stored.media_type}; charset=utf-8" if stored.media_type.startswith("text/") else stored.media_type


def _held_back(stored: StoredFile) -> HttpResponse:
    context = {**base_context(current_tenant()), "file": stored, "is_waiting": stored.state == State.WAITING}
    response = HttpResponse(render_to_string("files/held_back.html", context), status=409)
    response["Cache-Control"] = "private, no-store"
    return response
