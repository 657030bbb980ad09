"""Fresh proof before who has access is changed: a session left open must not be enough for that."""

import time
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# Long enough to fill in the form that asked for it.
LASTS = 15 * 60


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person has shown who they are within the last minutes, at sign-in or since."""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return bool(time.time() - newest < LASTS)


def way_to_prove(request: HttpRequest) -> HttpResponse | None:
    """Return the way to prove it and back, None where that is fresh. A form asks before it is filled in."""
    if is_fresh(request):
        return None
    return redirect(f"{reverse('customers:confirm')}?{urlencode({'next': request.path})}")
