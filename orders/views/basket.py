"""The basket: look it over, change it, send it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.actions import CannotSend, change_line, mark_spot, remove_line, restore_line, send_basket
from orders.forms import ConfirmationForm, MarkForm, SendForm
from orders.models import Basket, BasketLine, OrderLine, Photo
from orders.problems import BasketChanged, BasketEmpty, Problem, UnitGone
from orders.queries import checked_basket, current_terms
from orders.views.forms import line_form
from orders.views.full import says_when_full
from orders.views.pictures import shown_size
from orders.views.sites import can_order, marking
from orders.views.units import explanation_of
from portal.accounts.models import User
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.notifications import preferences
from portal.tenancy.scope import once

# Problems of the basket itself, not of one of its lines.
OF_THE_BASKET = (BasketEmpty, BasketChanged)
CONFIRMATION = "orders.confirmed"


@customer_required()
def basket(request: CustomerRequest) -> HttpResponse:
    """What the person means to order. Who may only read is told so."""
    if not can_order(request):
        return render(request, "orders/basket_reader.html")
    return _basket_page(request)


@customer_required(role=Role.ORDERER)
def send(request: CustomerRequest) -> HttpResponse:
    """Order what is in the basket; the same send again leads to the same confirmation."""
    if request.method != "POST":
        return redirect("orders:basket")
    form = SendForm(request.POST)
    if not form.is_valid():
        return _basket_page(request, [BasketChanged()])
    _keep_choice(request)
    try:
        order = send_basket(
            customer=request.customer,
            by=request.user,
            submission_key=form.cleaned_data["key"],
            on_behalf=request.on_behalf,
        )
    except CannotSend as refusal:
        return _basket_page(request, refusal.problems)
    return redirect("orders:confirmation", order.number)


def _keep_choice(request: CustomerRequest) -> None:
    """Keep how the person wants the confirmation, when they said so."""
    form, kind = ConfirmationForm(request.POST), preferences.kind_of(CONFIRMATION)
    if not form.is_valid() or not form.channels or kind is None or request.on_behalf:
        return
    if set(form.channels) != set(_channels(request)):
        preferences.choose(user=request.user, kind=kind, channels=form.channels, by=request.user)


def _channels(request: CustomerRequest) -> tuple[str, ...]:
    return preferences.channels_for(request.user, CONFIRMATION, ())


@customer_required(role=Role.ORDERER)
def change(request: CustomerRequest, pk: int) -> HttpResponse:
    """Change a job in the basket."""
    line = _line_or_none(request, pk)
    if line is None:
        return _gone(request)
    if line.placement and not line.placement.stands_on(current_terms().today(timezone.now())):
        messages.warning(request, UnitGone(line.placement.number).message)
        return redirect("orders:basket")
    form = line_form(request, line)
    if form.is_valid():
        try:
            line = change_line(line=line, by=request.user, wish=form.wish)
        except BasketLine.DoesNotExist:
            return _gone(request)
        messages.success(request, _("The change is saved. Nothing is ordered before you send the basket."))
        return marking(line) or redirect("orders:basket")
    context = {"line": line, "form": form, "explanation": explanation_of(form)}
    return render(request, "orders/change.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
def mark(request: CustomerRequest, pk: int) -> HttpResponse:
    """Mark on a photo where a unit shall be moved to: the picture itself is the button, so it needs no JavaScript."""
    photos = Photo.objects.visible_to(request.user, request.customer).filter(basket_line__removed_at=None)
    photo = get_object_or_404(photos.select_related("basket_line__basket__customer"), pk=pk, order_line=None)
    form = MarkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        x, y = form.cleaned_data["spot"]
        try:
            mark_spot(photo=photo, x=x, y=y, by=request.user)
        except Photo.DoesNotExist:
            return _gone(request)
        messages.success(request, _("The spot is marked. Tap again to move it."))
        return redirect("orders:mark", photo.pk)
    line = get_object_or_404(BasketLine.objects.with_details(), pk=photo.basket_line_id)
    context = {"photo": photo, "line": line, "form": form, "size": shown_size(photo)}
    return render(request, "orders/mark.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
@require_POST
def remove(request: CustomerRequest, pk: int) -> HttpResponse:
    """Take a job out of the basket. The basket says so, and lets it be put back."""
    line = _line_or_none(request, pk)
    if line is None:
        return _gone(request)
    remove_line(line=line, by=request.user)
    return redirect("orders:basket")


@customer_required(role=Role.ORDERER)
@require_POST
@says_when_full
def restore(request: CustomerRequest, pk: int) -> HttpResponse:
    """Put a job back that was taken out of the basket."""
    line = BasketLine.objects.taken_out_by(request.user, request.customer).select_related("basket").filter(pk=pk)
    found = line.first()
    if found is None:
        return _gone(request)
    try:
        restored = restore_line(line=found, by=request.user)
    except BasketLine.DoesNotExist:
        return _gone(request)
    messages.success(request, _("%(job)s is in the basket.") % {"job": restored.title})
    return redirect("orders:basket")


def _line_or_none(request: CustomerRequest, pk: int) -> BasketLine | None:
    """Return a line of the person's own basket, None for any other: whether somebody else has it is not told."""
    mine = BasketLine.objects.in_basket_of(request.user, request.customer)
    return mine.with_details().filter(pk=pk).first()


def _gone(request: CustomerRequest) -> HttpResponse:
    """Not found, kindly: the job may have been sent or removed in another tab, so the basket as it is now is shown."""
    messages.info(request, _("That job is no longer in the basket."))
    return _basket_page(request, status=404)


def _basket_page(request: CustomerRequest, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    """The basket as it is now. `problems` are why it was not sent: those of lines are shown at the lines."""
    lines = checked_basket(request.user, request.customer)
    key = Basket.objects.filter(user=request.user, customer=request.customer).values_list("submission_key", flat=True)
    chosen = ConfirmationForm.value_of(_channels(request)) if lines else ""
    context = {
        "lines": lines,
        "taken_out": _taken_out(request, [checked.line for checked in lines]),
        "key": key.first(),
        "confirmation": ConfirmationForm(initial={"confirmation": chosen}),
        "is_on_behalf": request.on_behalf,
        "refusals": [problem for problem in problems if isinstance(problem, OF_THE_BASKET)],
        "has_errors": bool(problems),
        "is_sendable": not any(checked.problem for checked in lines),
    }
    return render(request, "orders/basket.html", context, status=422 if problems else status)


def _taken_out(request: CustomerRequest, lines: Sequence[BasketLine]) -> BasketLine | None:
    """Return what was last taken out, to be put back; nothing once something new has come into the basket."""
    last = BasketLine.objects.taken_out_by(request.user, request.customer).with_kinds().first()
    newest = max((line.added_at for line in lines), default=None)
    is_old = last is not None and newest is not None and last.removed_at is not None and newest > last.removed_at
    return None if is_old else last


def basket_count(request: HttpRequest) -> int | None:
    """Return how many jobs wait in the person's basket: the number beside its section, counted once a request."""
    customer, user = getattr(request, "customer", None), request.user
    if customer is None or not isinstance(user, User):
        return None
    return once(("orders.basket", customer.pk, user.pk), BasketLine.objects.in_basket_of(user, customer).count)


def home_card(request: HttpRequest) -> str:
    """Return the start page's card: the next jobs, and what waits in the basket."""
    customer = getattr(request, "customer", None)
    if customer is None:
        return ""
    upcoming = OrderLine.objects.of(customer).upcoming().select_related("order")[:3]
    context = {"jobs": upcoming, "basket_count": basket_count(request)}
    return render_to_string("orders/_home_card.html", context, request=request)
