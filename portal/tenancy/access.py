"""The lowest of the access guards. Every view carries exactly one; a test walks all URLs and fails on one without.

Those that ask for a user are in portal.accounts.access, those that ask for a customer in portal.customers.access.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from portal.tenancy.models import Tenant

P = ParamSpec("P")


class TenantRequest(HttpRequest):
    """A request at a tenant's host."""

    tenant: Tenant
    htmx: HtmxDetails


def declare(view: Callable[..., HttpResponseBase], access: str) -> None:
    """Say on the view itself who may come, for the test that walks them all."""
    view.access = access  # type: ignore[attr-defined]


def public(
    view: Callable[Concatenate[TenantRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Anyone may see it."""
    declare(view, "public")
    return view  # type: ignore[return-value]
