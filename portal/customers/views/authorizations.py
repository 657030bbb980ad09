"""Authorizations, for a customer's owners: what is lent to whom, lending more, revoking."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.proof import typed_before, way_to_prove
from portal.accounts.ways import limited
from portal.customers import actions, limits, queries, scopes
from portal.customers.access import CustomerRequest
from portal.customers.forms import AuthorizationForm
from portal.customers.models import Authorization
from portal.customers.views.people import owner_required


@require_safe
@owner_required
def authorizations(request: CustomerRequest) -> HttpResponse:
    """What the customer has lent, and what is lent to it."""
    context = {
        "given": queries.authorizations_given(request.customer),
        "held": queries.authorizations_held(firm=request.customer),
    }
    return render(request, "customers/authorizations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
@limited
def give_authorization(request: CustomerRequest) -> HttpResponse:
    """Lend access to a person or a firm."""
    if proof := way_to_prove(request, keeps=AuthorizationForm.base_fields):
        return proof
    choices = scopes.choices_of(request.customer)
    typed = typed_before(request)
    form = AuthorizationForm(request.POST or None, customer=request.customer, choices=choices, initial=typed)
    if request.method == "POST" and form.is_valid():
        if not limits.is_within(request, "firm" if form.is_for_firm else "invite", key=str(request.customer.pk)):
            return render(request, "429.html", status=429)
        if given := _give(request, form):
            return given
    context = {"form": form, "has_scope": bool(choices)}
    return render(request, "customers/give_authorization.html", context, status=422 if form.errors else 200)


def _give(request: CustomerRequest, form: AuthorizationForm) -> HttpResponse | None:
    """Return where to go, None when there is no such firm or no way to send it: the form says so."""
    if form.is_for_firm:
        firm = form.find_firm()
        if firm is None:
            return None
        actions.give_to_firm(customer=request.customer, holder=firm, terms=form.terms, by=request.user)
        messages.success(request, _("%(name)s has the authorization.") % {"name": firm.name})
    elif not form.may_be_sent():
        return None
    else:
        actions.give_to_person(customer=request.customer, person=form.person, terms=form.terms, by=request.user)
        messages.success(request, _("The authorization is sent, and holds once it is accepted."))
    return redirect("customers:authorizations")


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
def revoke_authorization(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask first, then end it at once."""
    authorization = get_object_or_404(Authorization, customer=request.customer, pk=pk, revoked_at=None)
    if proof := way_to_prove(request):
        return proof
    if request.method != "POST":
        given = next(one for one in queries.authorizations_given(request.customer) if one.authorization.pk == pk)
        return render(request, "customers/revoke_authorization.html", {"given": given})
    actions.revoke(authorization=authorization, by=request.user)
    messages.success(request, _("The authorization is revoked."))
    return redirect("customers:authorizations")
