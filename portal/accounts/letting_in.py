"""Letting in who has shown who they are by a way of ours: a link, a code, a provider."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.http import HttpResponse

from portal.accounts.models import User


def let_in(request: Any, user: User, *, method: str, following: str, **more: str) -> HttpResponse:
    """Sign somebody in and lead to `following`; who has a second factor shows that first.

    `method` (and `more` about it) is what the sign-in log says; what anybody had begun in this session is over.
    """
    clear_login(request)
    record_authentication(request, user, method=method, **more)
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=following))
    return response
