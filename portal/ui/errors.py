"""The pages for what goes wrong: in the company's look, in the person's language, with the next step.

They answer from what the request already holds. The page for a server error asks neither the database nor a context
processor, because either may be what failed. The handlers' second argument is Django's to name; what went wrong inside
is not for the page.
"""

import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.ui.context_processors import base_context

LAST_RESORT = "<!doctype html><title>Server error</title><h1>Server error</h1><p>Please try again in a few minutes."


def _page(request: HttpRequest, status: int) -> HttpResponse:
    """Draw an error page in the shell, or the neutral one at a host that is no company's."""
    if getattr(request, "tenant", None) is None:
        return _bare(request, status)
    return render(request, f"{status}.html", status=status)


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    """Draw an error page without the signed-in parts of the shell: nothing is asked of the database."""
    content = render_to_string(f"{status}.html", base_context(getattr(request, "tenant", None)))
    return HttpResponse(content, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400. Session and sign-in may not have been read yet, so it is drawn without them."""
    return _bare(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a body that is larger than this person may send."""
    content = base_context(getattr(request, "tenant", None)) | {"limit": settings.LARGEST_BODY}
    return HttpResponse(render_to_string("413.html", content), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form whose token is missing or stale: usually a page left open over a sign-out."""
    content = render_to_string("errors/csrf.html", base_context(getattr(request, "tenant", None)))
    return HttpResponseForbidden(content)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where it is the database that does not answer: a moment later it works."""
    is_outage = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    was_sent = request.method not in {"GET", "HEAD"}
    try:
        with translation.override(_language_of(request)):
            page = "503.html" if is_outage else "500.html"
            content = str(
                render_to_string(page, base_context(getattr(request, "tenant", None)) | {"was_sent": was_sent})
            )
    except Exception:  # noqa: BLE001 (whatever broke, the person gets an answer)
        content = LAST_RESORT
    if is_outage:
        return HttpResponse(content, status=503, headers={"Retry-After": "10"})
    return HttpResponseServerError(content)


def _language_of(request: HttpRequest) -> str:
    """The page's language as far as it is known without a database: what was found before it went away, the choice
    made on this device, the browser's, the company's.
    """
    asked = request.headers.get("accept-language", "")
    wishes = [getattr(request, "LANGUAGE_CODE", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    # Browsers know Bokmål by its own name and by the general one.
    wishes += [
        {"no": "nb"}.get(wish, wish) for wish in (code.split("-")[0] for code, _ in parse_accept_lang_header(asked))
    ]
    wishes += [getattr(getattr(request, "tenant", None), "language", ""), settings.LANGUAGE_CODE]
    return next(wish for wish in wishes if wish in dict(settings.LANGUAGES))
