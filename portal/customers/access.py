"""The access guard that asks for a customer the signed-in user may act for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.accounts.access import UserRequest
from portal.customers.models import Customer, Role
from portal.tenancy.access import declare

P = ParamSpec("P")


class CustomerRequest(UserRequest):
    """A request on behalf of a customer the user may act for, with the role it gives.

    `customer_scope` (also `customer.scope`) is what an authorization is limited to, None for everything; `is_member`
    says that the person is part of the customer, and `on_behalf` that they are staff who help it. `customer_count` is
    how many customers there are to choose from: 0, 1, or 2 for several.
    """

    customer: Customer
    role: Role
    customer_scope: frozenset[str] | None
    customer_count: int
    is_member: bool
    on_behalf: bool


def customer_required(
    *, role: Role = Role.READER, member: bool = False, scoped: bool = False
) -> Callable[
    [Callable[Concatenate[CustomerRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A signed-in user with a chosen customer, in at least this role; too weak a role is a 403.

    `member` keeps out whoever acts by an authorization: who has access is not lent. `scoped` says that the page keeps
    to `customer.scope`; without it, an authorization for a part of the customer does not open the page.
    """

    def decorate(
        view: Callable[Concatenate[CustomerRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.customer is None:
                return redirect("customers:choose")
            if not request.role.includes(role) or (member and not request.is_member):
                raise PermissionDenied
            if request.customer_scope is not None and not scoped:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        declare(guarded, f"customer:{role.value}")
        return guarded

    return decorate
