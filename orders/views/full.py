"""Saying that the basket has no room for more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from orders.actions import MOST_LINES, BasketFull
from portal.customers.access import CustomerRequest

View = TypeVar("View", bound=Callable[..., Any])


def says_when_full(view: View) -> View:
    """Lead to the basket with the reason, when a job could not be put into it."""

    @wraps(view)
    def wrapped(request: CustomerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer: HttpResponseBase = view(request, *args, **kwargs)
        except BasketFull:
            text = _("There are %(most)d jobs in the basket, and it has no room for more. Send them first, please.")
            messages.warning(request, text % {"most": MOST_LINES})
            return redirect("orders:basket")
        return answer

    return cast("View", wrapped)
