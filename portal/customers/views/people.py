"""The people of a customer, for its owners: who they are, inviting, changing roles, removing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.proof import ask_for_proof, is_fresh, typed_before, way_to_prove
from portal.accounts.sms_limit import take_sms
from portal.accounts.ways import limited
from portal.customers import actions, limits, queries
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.forms import InviteForm, RoleForm
from portal.customers.models import Invitation, Membership, Role
from portal.notifications.models import Channel

owner_required = customer_required(role=Role.OWNER, member=True)


@require_safe
@owner_required
def people(request: CustomerRequest) -> HttpResponse:
    """Everybody who acts for the customer as part of it, and who is invited to."""
    members = queries.people_of(request.customer)
    context = {
        "members": members,
        "owner_count": sum(member.role == Role.OWNER for member in members),
        "invitations": queries.open_invitations(request.customer),
        "authorization_count": queries.count_of_given(request.customer),
    }
    return render(request, "customers/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
@limited
def invite_person(request: CustomerRequest) -> HttpResponse:
    """Invite a colleague by e-mail or SMS."""
    if proof := way_to_prove(request, keeps=InviteForm.base_fields):
        return proof
    form = InviteForm(request.POST or None, customer=request.customer, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        if not limits.is_within(request, "invite", key=str(request.customer.pk)):
            return render(request, "429.html", status=429)
        if form.may_be_sent():
            role = Role(form.cleaned_data["role"])
            invitation = actions.invite(customer=request.customer, role=role, person=form.person, by=request.user)
            messages.success(request, _("The invitation is sent to %(address)s.") % {"address": invitation.address})
            return redirect("customers:people")
    return render(request, "customers/invite.html", {"form": form}, status=422 if form.errors else 200)


def _member(request: CustomerRequest, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user"), customer=request.customer, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
def person(request: CustomerRequest, pk: int) -> HttpResponse:
    """One member: their role, and the way to remove them."""
    member = _member(request, pk)
    if proof := way_to_prove(request, keeps=RoleForm.base_fields):
        return proof
    form = RoleForm(request.POST or None, initial={"role": member.role} | typed_before(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(membership=member, role=Role(form.cleaned_data["role"]), by=request.user)
        except actions.LastOwner:
            form.add_error("role", _("Somebody must be the owner. Give another person that role first."))
        except Membership.DoesNotExist:
            messages.warning(request, _("%(name)s was removed meanwhile.") % {"name": member.user.name})
            return redirect("customers:people")
        else:
            messages.success(request, _("%(name)s has the new role.") % {"name": member.user.name})
            return redirect("customers:people")
    context = {"form": form, "member": member, "is_last_owner": member.is_last_owner}
    return render(request, "customers/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
def remove_person(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask first, then take the access away at once."""
    member = _member(request, pk)
    if proof := way_to_prove(request):
        return proof
    if request.method != "POST":
        context = {"member": member, "is_last_owner": member.is_last_owner}
        return render(request, "customers/remove_person.html", context)
    name, is_me = member.user.name or member.user.email, member.user == request.user
    try:
        actions.remove_member(membership=member, by=request.user)
    except actions.LastOwner:
        messages.error(request, _("Somebody must be the owner. Give another person that role first."))
        return redirect("customers:person", pk)
    except Membership.DoesNotExist:
        pass
    messages.success(request, _("%(name)s no longer has access.") % {"name": name})
    return redirect("home" if is_me else "customers:people")


def _invitation(request: CustomerRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation, customer=request.customer, authorization=None, pk=pk)


@require_POST
@owner_required
@limited
def send_invitation_again(request: CustomerRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    if not is_fresh(request, request.user):
        return ask_for_proof(reverse("customers:people"))
    if not limits.is_within(request, "invite", key=str(request.customer.pk)):
        return render(request, "429.html", status=429)
    if invitation.channel == Channel.SMS and not take_sms():
        messages.error(request, _("We cannot send more SMS just now. Invite by e-mail instead."))
        return redirect("customers:people")
    try:
        actions.send_again(invitation=invitation, by=request.user)
        messages.success(request, _("A new link is sent to %(address)s.") % {"address": invitation.address})
    except actions.InvitationClosed:
        messages.warning(request, _("The invitation has been answered or withdrawn meanwhile."))
    return redirect("customers:people")


@require_POST
@owner_required
def withdraw_invitation(request: CustomerRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    if not is_fresh(request, request.user):
        return ask_for_proof(reverse("customers:people"))
    try:
        actions.withdraw(invitation=invitation, by=request.user)
        messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    except actions.InvitationClosed:
        messages.warning(request, _("The invitation has been accepted meanwhile. Remove the person instead."))
    return redirect("customers:people")
