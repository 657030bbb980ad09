"""Fresh proof before who has access is changed: a session left open must not be enough for that."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpResponse

from portal.accounts.access import UserRequest
from portal.accounts.proof import ask_for_proof, is_fresh

# What was proved when a form was opened still counts when it is sent, so that nothing typed is lost.
FORM_LASTS = 15 * 60


def way_to_prove(request: UserRequest) -> HttpResponse | None:
    """Return the way to prove it and back, None where that is fresh."""
    if is_fresh(request, request.user) or (request.method == "POST" and _was_fresh(request)):
        return None
    return ask_for_proof(request.path)


def _was_fresh(request: UserRequest) -> bool:
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return bool(time.time() - newest < FORM_LASTS)
