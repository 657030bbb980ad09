"""Showing once more who one is, by a code to one's own e-mail address."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import UserRequest, signed_in
from portal.accounts.next_page import next_page, passing_next
from portal.accounts.sign_in import limited
from portal.customers import limits, proving
from portal.customers.forms import CodeForm
from portal.customers.rules import masked

# What the code is about, where it is no invitation.
ONESELF = 0


@require_http_methods(["GET", "POST"])
@signed_in
@limited
def confirm(request: UserRequest) -> HttpResponse:
    """Offer to send a code, and say what for."""
    if request.method == "POST":
        if not limits.is_within(request, "code", key=request.user.email):
            return render(request, "429.html", status=429)
        proving.begin(request, about=ONESELF, email=request.user.email, name=request.user.name)
        return redirect(f"{reverse('customers:confirm_code')}?{urlencode({'next': next_page(request)})}")
    return render(request, "customers/confirm.html", {"address": masked(request.user.email)})


@require_http_methods(["GET", "POST"])
@signed_in
@limited
def confirm_code(request: UserRequest) -> HttpResponse:
    """Take the code and lead on."""
    pending = proving.pending(request, ONESELF)
    if pending is None or pending.email != request.user.email:
        return redirect(passing_next(request, "customers:confirm"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proving.is_right(request, ONESELF, form.cleaned_data["code"]):
            record_authentication(request, request.user, method="code", email=pending.email, reauthenticated=True)
            return redirect(next_page(request))
        if proving.pending(request, ONESELF) is None:
            messages.error(request, _("The code was wrong three times and no longer works. Ask for a new one."))
            return redirect(passing_next(request, "customers:confirm"))
        form.add_error("code", _("The code is wrong. Check the newest e-mail from us."))
    context = {"form": form, "address": masked(request.user.email)}
    return render(request, "customers/confirm_code.html", context, status=422 if form.errors else 200)
