"""request.customer and request.role: the customer the signed-in user has chosen and may still reach."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.customers import queries


class CustomerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, *_: object) -> None:
        """Set after sign-in is known. Anonymous visitors and people without a customer have None."""
        access = queries.access_of(request.user) if request.tenant and request.user.is_authenticated else None
        request.customer = access.customer if access else None
        request.role = access.role if access else None
        request.customer_count = access.count if access else 0
