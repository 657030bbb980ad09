"""What guards the ways in: whether the tenant has them, and that tries at them can be counted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from redis.exceptions import RedisError

from portal.accounts.models import User
from portal.notifications.channels import sms_is_available
from portal.tenancy.models import Tenant


def limited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse when tries cannot be counted: without its limits, sign-in would be open to guessing.

    People who are signed in do not notice, their sessions are in PostgreSQL.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except RedisError:
            return render(request, "accounts/unavailable.html", status=503)

    return guarded


def can_sign_in_by_sms(tenant: Tenant) -> bool:
    return tenant.sms_code_sign_in and sms_is_available()


def may_have_pin(user: User, tenant: Tenant) -> bool:
    """Staff may not: behind their session lies what belongs to everybody."""
    return tenant.pin_unlock and not user.is_staff


def way(is_on: Callable[[Tenant], bool]) -> Callable[..., Any]:
    """A way in that the tenant has switched off does not exist."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_on(request.tenant):
                raise Http404
            return view(request, *args, **kwargs)

        return limited(guarded)

    return decorate
