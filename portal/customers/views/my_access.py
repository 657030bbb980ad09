"""What the signed-in person has access to, and where they want to begin."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal import registry
from portal.accounts.access import UserRequest, signed_in
from portal.customers import actions, queries
from portal.customers.forms import PreferencesForm
from portal.customers.models import Preferences


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_access(request: UserRequest) -> HttpResponse:
    """Every customer the person reaches, how and until when; and the customer and page to begin with."""
    kept = Preferences.objects.filter(user=request.user).select_related("customer").first()
    initial = {"customer": kept.customer.number if kept and kept.customer else ""}
    initial["start_page"] = kept.start_page if kept else ""
    form = PreferencesForm(
        request.POST or None,
        initial=initial,
        customers=queries.choices_for(request.user),
        pages=start_pages(request),
    )
    if request.method == "POST" and form.is_valid():
        actions.save_preferences(
            user=request.user, customer=form.preferred, start_page=form.cleaned_data["start_page"], by=request.user
        )
        messages.success(request, _("Your choices are saved."))
        return redirect("customers:my_access")
    context = {"form": form, "reached": queries.reached_by(request.user)}
    return render(request, "customers/my_access.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def give_back(request: UserRequest, pk: int) -> HttpResponse:
    """Ask first, then end an authorization that one holds: nobody need keep what others have lent them."""
    authorization = get_object_or_404(queries.may_be_ended_by(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "customers/give_back.html", {"authorization": authorization})
    actions.give_back(authorization=authorization, by=request.user)
    text = _("You no longer have access to %(name)s by the authorization.") % {"name": authorization.customer.name}
    messages.success(request, text)
    return redirect("customers:my_access")


def start_pages(request: UserRequest) -> list[tuple[str, Any]]:
    """Return the pages one may begin with: the sections of the tenant's modules."""
    return [(section.url_name, section.label) for section in registry.sections_of(request.tenant)]
