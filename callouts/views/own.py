"""Fetching what is the customer's own, and what to say when it cannot be written any more."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from callouts import actions
from callouts.models import CallOff, CallOffLine, WasteProducer
from portal.customers.access import CustomerRequest


def own_call_off(request: CustomerRequest, pk: int) -> CallOff:
    """Return one of the customer's; for a POST it is locked, so that it is not deleted or sent in under our hands."""
    found = CallOff.objects.of(request.customer).select_related("changed_by", "customer")
    return get_object_or_404(found.select_for_update(of=("self",)) if request.method == "POST" else found, pk=pk)


def with_lines(call_offs: QuerySet[CallOff]) -> QuerySet[CallOff]:
    """Fetch what the words about a call-off need, in four queries for all of them."""
    lines = Prefetch("lines", CallOffLine.objects.select_related("unit"))
    return call_offs.prefetch_related(lines, "files", "revisions")


def own_submitted(request: CustomerRequest, number: int) -> CallOff:
    """Return one that is sent in, with its lines and files."""
    return get_object_or_404(with_lines(CallOff.objects.of(request.customer).submitted()), number=number)


def own_producer(request: CustomerRequest, pk: int) -> WasteProducer:
    return get_object_or_404(WasteProducer.objects.of(request.customer), pk=pk)


def address_of(draft: CallOff, line: uuid.UUID | None = None) -> str:
    """Return where a draft is gone on with, at one of its lines."""
    path = reverse("callouts:draft", args=[draft.pk])
    return f"{path}?{urlencode({'line': line})}#part-2" if line else path


def cannot_write(request: CustomerRequest) -> HttpResponse:
    """Lead a reader to what there is to read, and say who may make call-offs."""
    if request.method == "POST":
        raise PermissionDenied
    text = _(
        "You can see call-offs, but not make them: your role for %(customer)s is Reader. Someone with the role Orderer "
        "or Owner can do this, and customer service can change your role."
    )
    messages.info(request, text % {"customer": request.customer.name})
    return redirect("callouts:history")


def too_many_drafts() -> str:
    text = _("There are %(most)s drafts already. Send in or delete some of them first.")
    return text % {"most": actions.MOST_DRAFTS}


def locked(request: HttpRequest, call_off: CallOff) -> HttpResponse:
    """Lead to a call-off that turned out to be sent in."""
    text = _("%(number)s is already sent in by %(name)s, and locked.")
    messages.info(request, text % {"number": call_off.shown_number, "name": call_off.submitted_by_name})
    return redirect("callouts:call_off", call_off.number)
