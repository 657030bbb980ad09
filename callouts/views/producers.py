"""Waste producers: the customer's list, registering, changing, and the authorization to declare."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callouts import actions
from callouts.company_register import look_up
from callouts.forms.producer import AuthorizationForm, ProducerForm
from callouts.models import WasteProducer
from callouts.views.own import address_of, own_producer
from callouts.views.questions import own_draft
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Membership, Role
from portal.customers.queries import today
from portal.ui.fields import OrgNoField

LOOK_UP = "look_up"
# Where somebody comes from who has written nothing on the form yet.
EMPTY_FORM = "new"
TAKEN = gettext_lazy("This producer is on your list already.")


@customer_required()
@require_safe
def producers(request: CustomerRequest) -> HttpResponse:
    """All of the customer's producers, those out of use last."""
    found = WasteProducer.objects.of(request.customer).order_by("-is_active", "name", "pk")
    context = {
        "producers": found,
        "today": today(),
        "is_owner": request.role.includes(Role.OWNER),
        "may_write": request.role.includes(Role.ORDERER),
    }
    return render(request, "callouts/producers.html", context)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CustomerRequest) -> HttpResponse:
    """Register a producer; who is no owner suggests it to one. Leads back to the draft it is for."""
    given = request.POST if request.method == "POST" else request.GET
    draft = own_draft(request, given.get("draft", ""))
    form_url = address_of(draft) if draft else ""
    if given.get("draft") == EMPTY_FORM:
        form_url = reverse("callouts:new")
    is_owner = request.role.includes(Role.OWNER)
    form = ProducerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("action") == LOOK_UP:
        form = looked_up(request)
    elif request.method == "POST" and form.is_valid():
        try:
            producer = actions.register_producer(
                customer=request.customer, data=form.data_of(), by=request.user, as_owner=is_owner
            )
        except actions.NameTaken:
            form.add_error("org_no", str(TAKEN))
        else:
            messages.success(request, registered_text(producer))
            return redirect(f"{form_url}?producer={producer.pk}" if form_url else "callouts:producers")
    back = {"draft": draft, "form_url": form_url, "comes_from": draft.pk if draft else EMPTY_FORM}
    context = {**back, "form": form, "is_owner": is_owner, "owners": owners_of(request)}
    return render(request, "callouts/producer_form.html", context, status=422 if form.errors else 200)


def owners_of(request: CustomerRequest) -> list[str]:
    found = Membership.objects.owners().filter(customer=request.customer).select_related("user")
    return [str(membership.user) for membership in found.order_by("user__name")]


def registered_text(producer: WasteProducer) -> str:
    text = {
        WasteProducer.State.SUGGESTED: _("%(name)s is suggested. The owner at your company is told."),
        WasteProducer.State.WAITING: _("%(name)s is registered, and waits for approval. You get an e-mail."),
    }.get(WasteProducer.State(producer.state), _("%(name)s is registered."))
    return text % {"name": producer.name}


def looked_up(request: CustomerRequest) -> ProducerForm:
    """Fill in what the register of companies says, over what is written; say so where it says nothing."""
    written = {name: request.POST.get(name, "") for name in ProducerForm.Meta.fields}
    number = OrgNoField(required=False)
    try:
        org_no = number.clean(written["org_no"])
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return ProducerForm(initial=written)
    answer = look_up(org_no)
    if answer.unit:
        written |= answer.unit.as_fields()
        messages.success(request, _("Found in the register: %(name)s") % {"name": answer.unit.name})
    else:
        messages.warning(request, answer.message)
    return ProducerForm(initial=written)


@customer_required()
@require_http_methods(["GET", "HEAD", "POST"])
def producer(request: CustomerRequest, pk: int) -> HttpResponse:
    """One producer: what is known of it, whether the supplier may declare for it; owners change it."""
    found = own_producer(request, pk)
    is_owner = request.role.includes(Role.OWNER)
    if request.method == "POST" and not is_owner:
        raise PermissionDenied
    form = ProducerForm(instance=found)
    if request.method == "POST":
        form = looked_up(request) if request.POST.get("action") == LOOK_UP else changed(request, found)
        if form.is_bound and not form.errors:
            return redirect("callouts:producer", pk)
    found.refresh_from_db()
    context = {
        "producer": found,
        "form": form,
        "is_owner": is_owner,
        "may_authorize": is_owner and not request.on_behalf,
        "may_declare": found.may_be_declared_for(today()),
        "authorizations": found.authorizations.select_related("given_by"),
        "owners": owners_of(request),
    }
    return render(request, "callouts/producer.html", context, status=422 if form.errors else 200)


def changed(request: CustomerRequest, found: WasteProducer) -> ProducerForm:
    """Save the form when it is right. The instance of the form is a copy: what is wrong must not show as saved."""
    form = ProducerForm(request.POST, instance=WasteProducer.objects.get(pk=found.pk))
    if form.is_valid():
        try:
            actions.change_producer(producer=found, data=form.data_of(), by=request.user)
            messages.success(request, _("The producer is saved."))
        except actions.NameTaken:
            form.add_error("org_no", str(TAKEN))
    return form


@customer_required(role=Role.OWNER)
@require_POST
def take_over(request: CustomerRequest, pk: int) -> HttpResponse:
    """Register what a colleague suggested."""
    found = actions.accept_suggestion(producer=own_producer(request, pk), by=request.user)
    messages.success(request, registered_text(found))
    return redirect("callouts:producer", pk)


@customer_required(role=Role.OWNER)
@require_POST
def use(request: CustomerRequest, pk: int) -> HttpResponse:
    """Take it out of use, or in again."""
    in_use = request.POST.get("in_use") == "yes"
    found = actions.set_producer_in_use(producer=own_producer(request, pk), in_use=in_use, by=request.user)
    text = _("%(name)s is in use again.") if in_use else _("%(name)s is out of use.")
    messages.success(request, text % {"name": found.name})
    return redirect("callouts:producer", pk)


def refuse_staff(request: CustomerRequest) -> None:
    """An authorization is the customer's word to the company: its own staff cannot give or withdraw it for them."""
    if request.on_behalf:
        raise PermissionDenied


@customer_required(role=Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: CustomerRequest, pk: int) -> HttpResponse:
    """Offer the supplier to declare for the producer, for a period."""
    refuse_staff(request)
    found = own_producer(request, pk)
    form = AuthorizationForm(request.POST if request.method == "POST" else None, initial={"valid_from": today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.offer_authorization(
            producer=found, valid_from=data["valid_from"], valid_to=data["valid_to"], by=request.user
        )
        messages.success(request, _("The authorization is sent. You get an e-mail when it is accepted."))
        return redirect("callouts:producer", pk)
    context = {"producer": found, "form": form, "back": reverse("callouts:producer", args=[pk])}
    return render(request, "callouts/authorize.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.OWNER)
@require_POST
def withdraw(request: CustomerRequest, pk: int) -> HttpResponse:
    """Take the authorization back."""
    refuse_staff(request)
    found = actions.withdraw_authorization(producer=own_producer(request, pk), by=request.user)
    messages.success(request, _("The authorization for %(name)s is withdrawn.") % {"name": found.name})
    return redirect("callouts:producer", pk)
