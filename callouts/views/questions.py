"""Waste that is not on the list: asking, and what was answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callouts import actions
from callouts.forms.small import QuestionForm
from callouts.models import CallOff, FractionRequest
from callouts.views.own import address_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.tenancy.text import key_in

SHOWN = 20


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: CustomerRequest) -> HttpResponse:
    """Describe waste in one's own words; the draft it is for waits meanwhile."""
    given = request.POST if request.method == "POST" else request.GET
    draft = own_draft(request, given.get("draft", ""))
    initial = {"draft": draft.pk if draft else None}
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        description = form.cleaned_data["description"]
        actions.ask_for_fraction(customer=request.customer, description=description, draft=draft, by=request.user)
        messages.success(request, _("Your question is sent. You get an e-mail with the answer."))
        return redirect(address_of(draft)) if draft else redirect("callouts:ask")
    asked = FractionRequest.objects.filter(customer=request.customer).select_related("fraction", "asked_by")
    context = {"form": form, "draft": draft, "asked": asked[:SHOWN]}
    return render(request, "callouts/ask.html", context, status=422 if form.is_bound else 200)


def own_draft(request: CustomerRequest, written: str) -> CallOff | None:
    """Return the customer's draft of that id, or None."""
    return CallOff.objects.of(request.customer).drafts().filter(pk=key_in(written)).first()
