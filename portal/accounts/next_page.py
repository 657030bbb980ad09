"""Where to go after a form that may be reached from any page."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest, default: str = "home") -> str:
    """Return the page that the form or the address names as `next`, if it is one of ours, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else resolve_url(default)


def passing_next(request: HttpRequest, name: str) -> str:
    """Return the address of a named page, with the `next` of this one carried along."""
    wanted = request.GET.get("next")
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")
