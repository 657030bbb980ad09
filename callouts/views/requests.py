"""Asking for a change or a cancellation of what is sent in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callouts import actions, wording
from callouts.forms.small import RequestForm
from callouts.rules import status
from callouts.standing import standing
from callouts.views.own import own_submitted
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: CustomerRequest, number: int) -> HttpResponse:
    """Ask, in one's own words, while it is not carried out and nothing else waits for an answer."""
    call_off = own_submitted(request, number)
    if call_off.status not in status.OPEN:
        return too_late(request, number)
    wanted = request.GET.get("kind", "")
    initial = {"kind": wanted} if wanted else None
    form = RequestForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_change(call_off=call_off, by=request.user, **form.cleaned_data)
        except actions.RequestRefused:
            return too_late(request, number)
        messages.success(request, _("Your wish is sent. Customer service answers, and you are told."))
        return redirect("callouts:call_off", number)
    context = {"call_off": call_off, "form": form, "title": wording.title_of(call_off, standing(call_off).first_line)}
    return render(request, "callouts/request.html", context, status=422 if form.is_bound else 200)


def too_late(request: CustomerRequest, number: int) -> HttpResponse:
    """Lead back to the page, which says why."""
    messages.warning(request, _("That cannot be asked for now. The page says why."))
    return redirect("callouts:call_off", number)


@customer_required(role=Role.ORDERER)
@require_POST
def withdraw(request: CustomerRequest, number: int, pk: int) -> HttpResponse:
    """Take a wish back while nobody has answered it."""
    asked = get_object_or_404(own_submitted(request, number).change_requests, pk=pk)
    try:
        actions.withdraw_request(request=asked, by=request.user)
    except actions.AlreadyAnswered:
        messages.info(request, _("It is answered already."))
    else:
        messages.success(request, _("Your wish is taken back. The call-off stays as it is."))
    return redirect("callouts:call_off", number)
