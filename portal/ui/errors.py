"""The pages for what goes wrong: in the company's look, in the person's language, with the next step.

They answer from what the request already holds. The page for a server error asks neither the database nor a context
processor, because either may be what failed. The handlers' second argument is Django's to name; what went wrong inside
is not for the page.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form whose token is missing or stale: usually a page left open over a sign-out."""
    content = render_to_string("errors/csrf.html", base_context(getattr(request, "tenant", None)))
    return HttpResponseForbidden(content)


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        content = str(render_to_string("500.html", base_context(getattr(request, "tenant", None))))
    except Exception:  # noqa: BLE001 (whatever broke, the person gets an answer)
        content = LAST_RESORT
    return HttpResponseServerError(content)
