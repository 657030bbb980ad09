"""request.customer and what goes with it: the customer the signed-in user has chosen and may still reach."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.audit import actions as audit
from portal.customers import on_behalf, queries, scopes
from portal.customers.models import Role

SAFE = {"GET", "HEAD"}


class CustomerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.marking():
            return self.get_response(request)

    def process_view(self, request: Any, view: Any, _args: object, kwargs: dict[str, Any]) -> None:
        """Set after sign-in is known. Anonymous visitors and people without a customer have None."""
        request.on_behalf = False
        access = self._access(request) if request.tenant and request.user.is_authenticated else None
        standing = access.standing if access else None
        request.customer = access.customer if access else None
        request.role = standing.role if standing else None
        request.is_member = bool(standing and standing.is_member)
        request.by_authorization = standing is not None and not (standing.is_member or request.on_behalf)
        request.scope_labels = lambda: scopes.labels_of(request.customer)
        request.manages_customer = request.is_member and request.role == Role.OWNER
        request.customer_scope = standing.scope if standing else None
        request.customer_count = access.count if access else 0
        request.may_open = lambda app: scopes.opens(request.customer_scope, app)
        if request.on_behalf and "admin" not in request.resolver_match.app_names:
            audit.mark(on_behalf=True)
            self._log_reading(request, view, kwargs)

    def _access(self, request: Any) -> queries.Access:
        helped = on_behalf.customer_of(request, request.user)
        request.on_behalf = helped is not None
        if helped:
            return queries.Access(helped, on_behalf.standing_of(request.user), 1)
        return queries.access_of(request.user)

    def _log_reading(self, request: Any, view: Any, kwargs: dict[str, Any]) -> None:
        """What staff look at of a customer's is written down, as what they do is."""
        if request.method in SAFE and getattr(view, "access", "").startswith("customer:"):
            page = {"page": request.resolver_match.view_name, **{name: str(value) for name, value in kwargs.items()}}
            audit.record(verb="customers.read", by=request.user, customer=request.customer, data=page)
