"""One order: what became of it, and changing, cancelling and repeating its jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.actions import CannotChange, CannotRepeat, cancel_job, change_job, repeat_job
from orders.forms import RevisionForm
from orders.models import Order, OrderLine, OrderRevision, StatusChange, WasteType
from orders.problems import Problem
from orders.revisions import Difference, differences
from orders.rules.progress import Situation
from orders.views.forms import job_form
from orders.views.full import says_when_full
from orders.views.sites import can_order
from orders.views.units import explanation_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.notifications.models import Channel, Message, State
from portal.ui import formatting


@dataclass(frozen=True)
class ShownJob:
    """A job on the order's page: why it can no longer be changed (None while it can), whether it may be missed, and
    what was changed in it.
    """

    line: OrderLine
    problem: Problem | None
    may_be_missed: bool
    changes: "Sequence[ShownRevision]"
    steps: Sequence[StatusChange] = ()


@dataclass(frozen=True)
class ShownRevision:
    revision: OrderRevision
    differences: Sequence[Difference]


@customer_required()
def order(request: CustomerRequest, number: int) -> HttpResponse:
    """One order with all its jobs."""
    found = _order(request, number)
    context = _context(found) | {"can_order": can_order(request)}
    return render(request, "orders/order.html", context)


@customer_required()
def confirmation(request: CustomerRequest, number: int) -> HttpResponse:
    """That an order is received, what happens next, and how to undo it."""
    found = _order(request, number)
    context = _context(found) | {"sent": _messages(request, found), "can_order": can_order(request)}
    return render(request, "orders/confirmation.html", context)


@customer_required(role=Role.ORDERER)
def change(request: CustomerRequest, number: int, position: int) -> HttpResponseBase:
    """Change a job before its deadline; the order keeps its number."""
    job = _job(request, number, position)
    if problem := job.change_problem(timezone.now()):
        return _refused(request, job, problem)
    waste_type = WasteType.objects.filter(code=job.waste_code).first()
    form = job_form(request, job, waste_type.pk if waste_type else None)
    seen = RevisionForm(request.POST if request.method == "POST" else None, initial={"revision": job.order.revision})
    if seen.is_valid() and form.is_valid():
        revision, by = seen.cleaned_data["revision"], request.user
        try:
            change_job(job=job, by=by, wish=form.wish, revision=revision, on_behalf=request.on_behalf)
        except CannotChange as refusal:
            return _refused(request, job, refusal.problem)
        messages.success(request, _("The order is changed. It keeps its number."))
        return redirect("orders:order", number)
    context = {"job": job, "order": job.order, "form": form, "seen": seen, "explanation": explanation_of(form)}
    return render(request, "orders/change_order.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
def cancel(request: CustomerRequest, number: int, position: int) -> HttpResponseBase:
    """Ask, and then cancel a job while it can be."""
    job = _job(request, number, position)
    if problem := job.change_problem(timezone.now()):
        return _refused(request, job, problem)
    if request.method != "POST":
        return render(request, "orders/cancel.html", {"job": job, "order": job.order})
    try:
        cancel_job(job=job, by=request.user, on_behalf=request.on_behalf)
    except CannotChange as refusal:
        return _refused(request, job, refusal.problem)
    messages.success(request, _("%(job)s is cancelled.") % {"job": job.title})
    return redirect("orders:order", number)


@customer_required(role=Role.ORDERER)
@require_POST
@says_when_full
def repeat(request: CustomerRequest, number: int, position: int) -> HttpResponseBase:
    """Put a job in the basket again, for the next possible day: one more press sends it."""
    job = _job(request, number, position)
    try:
        line = repeat_job(job=job, customer=request.customer, by=request.user)
    except CannotRepeat as refusal:
        messages.warning(request, refusal.problem.message)
        return redirect("orders:order", number)
    day = formatting.long_day(line.wanted_on)
    messages.success(request, _("%(job)s is in the basket for %(day)s.") % {"job": line.title, "day": day})
    return redirect("orders:basket")


def _refused(request: CustomerRequest, job: OrderLine, problem: Problem) -> HttpResponseBase:
    """Lead to the order as it is now, with the reason."""
    messages.warning(request, f"{job.title}: {problem.message}")
    return redirect("orders:order", job.order.number)


def _order(request: CustomerRequest, number: int) -> Order:
    return get_object_or_404(Order.objects.of(request.customer).select_related("ordered_by"), number=number)


def _job(request: CustomerRequest, number: int, position: int) -> OrderLine:
    jobs: QuerySet[OrderLine] = OrderLine.objects.of(request.customer).with_details()
    return get_object_or_404(jobs, order__number=number, position=position)


def _context(order: Order) -> dict[str, Any]:
    now = timezone.now()
    today = formatting.local_day(now)
    jobs = list(order.lines.prefetch_related("photos__file", "steps", "reports").order_by("position"))
    changes = [
        ShownRevision(revision, differences(revision))
        for revision in order.revisions.select_related("made_by").order_by("-number")
    ]
    shown = [
        ShownJob(
            job,
            job.change_problem(now),
            Situation(job.status, job.wanted_on, today).may_be_missed,
            [made for made in changes if made.revision.line_id == job.pk],
            sorted(job.steps.all(), key=lambda step: (step.at, step.pk)),
        )
        for job in jobs
    ]
    deadlines = {job.cancellable_until for job in jobs}
    ahead = {deadline for deadline in deadlines if now < deadline}
    return {
        "order": order,
        "jobs": jobs,
        "shown": shown,
        "deadline": min(ahead, default=None) or max(deadlines, default=None),
        "can_change": bool(ahead),
        "has_several_deadlines": len(deadlines) > 1,
        "now": now,
    }


def _messages(request: CustomerRequest, order: Order) -> list[Message]:
    """Return the confirmations on their way, to tell people where to look: to the person, or to their customer."""
    if order.ordered_by_id != request.user.pk:
        return []
    sent = Message.objects.filter(key=f"order:{order.pk}:confirmed").exclude(state=State.GIVEN_UP)
    return list(sent.filter(channel__in=(Channel.SMS, Channel.EMAIL)).order_by("-channel"))
