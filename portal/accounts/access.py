"""The access guards that ask who is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.accounts.models import User
from portal.tenancy.access import TenantRequest, declare

P = ParamSpec("P")


class UserRequest(TenantRequest):
    """A request of a signed-in user."""

    user: User


def user_or_none(request: HttpRequest) -> User | None:
    """Return who is signed in, None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def signed_in(
    view: Callable[Concatenate[UserRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Any signed-in user of the tenant."""

    @wraps(view)
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    declare(guarded, "signed_in")
    return guarded
