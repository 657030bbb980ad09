"""The page's language, the pages that must not be kept, how much one may send, and when a session was last used."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from portal.ui import errors

P = ParamSpec("P")
GetResponse = Callable[[HttpRequest], HttpResponseBase]

# How often a session's last use is written down: every request would be a write for every page shown.
SEEN_EVERY = 300
SEEN_IN_SESSION = "seen_at"


def language_of(request: HttpRequest) -> str:
    """Cookie (chosen on this device), then the signed-in user's, then the tenant's default."""
    codes = [code for code, _ in settings.LANGUAGES]
    tenant = getattr(request, "tenant", None)
    wishes = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), getattr(_person(request), "language", "")]
    wishes += [tenant.language if tenant else settings.LANGUAGE_CODE]
    return next(wish for wish in wishes if wish in codes)


def _person(request: HttpRequest) -> object:
    """The user, also behind a locked session: the language gives nothing away."""
    return getattr(request, "locked_user", None) or request.user


class LanguageMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        # For an error page that is drawn when this is over, and the database gone.
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class LargeBodyMiddleware:
    """Answers 413 to a body larger than forms for customers may send, unless it is staff's, and reads none of it.

    The check of the form's token reads the whole body, files included, before any view asks who it is from: nothing
    before this may look at what was posted. A body that does not say how long it is, is not read at all.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if length_of(request) > settings.LARGEST_BODY and not getattr(request.user, "is_staff", False):
            return errors.too_large(request)
        return self.get_response(request)


def length_of(request: HttpRequest) -> int:
    """Return how many bytes of a body Django would read: none where the header is missing or no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class PrivatePagesMiddleware:
    """Signed-in pages are kept by nobody, and what a browser holds is cleared at sign-out.

    The cookies stay: the language is chosen for the device, and the session's own is gone already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        is_signed_in = request.user.is_authenticated
        if was_signed_in or is_signed_in:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if was_signed_in and not is_signed_in:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def same_for_all(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """What the view answers depends on its address alone, so that anything between may keep it for everybody."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.same_for_all = True  # type: ignore[attr-defined]  # for the middleware below
        return response

    return answer


class SharedPagesMiddleware:
    """Stands around the session: asking who somebody is makes every answer one for their cookie alone, which would
    keep what is the same for all from being kept. An answer that sets a cookie is somebody's own in any case.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not getattr(response, "same_for_all", False):
            return response
        if response.cookies:
            response.headers["Cache-Control"] = "private, no-store"
            return response
        names = [name.strip() for name in response.headers.get("Vary", "").split(",")]
        others = [name for name in names if name and name.lower() != "cookie"]
        if others:
            response.headers["Vary"] = ", ".join(others)
        else:
            response.headers.pop("Vary", None)
        return response


class SessionActivityMiddleware:
    """Writes down when and from where a session was used, every five minutes at most; allauth's does at each request.

    Touching the session also pushes its end: it lasts as long as it is used within SESSION_COOKIE_AGE.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and time.time() - request.session.get(SEEN_IN_SESSION, 0) > SEEN_EVERY:
            request.session[SEEN_IN_SESSION] = time.time()
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
