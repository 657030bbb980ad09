"""What was ordered: the overview, one order, and the confirmation after sending."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from orders.forms import OverviewForm
from orders.models import Order, OrderLine
from orders.views.basket import basket_count
from portal.customers.access import CustomerRequest, customer_required
from portal.notifications.models import Channel, Message, State
from portal.ui import formatting

PAGE_SIZE = 25


@customer_required()
def overview(request: CustomerRequest) -> HttpResponse:
    """Jobs by wanted date, newest first: of a period, or all that match a number or a reference."""
    today = formatting.local_day(timezone.now())
    form = OverviewForm(request.GET, today=today)
    jobs = OrderLine.objects.of(request.customer).newest_first()
    search = form.search if form.is_valid() else ""
    found = jobs.matching(search) if search else jobs.wanted_between(*form.period)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "search": search,
        "this_year": today.year,
        "period": formatting.day_range(*form.period),
        "is_new": not page.paginator.count and not jobs.exists(),
        "basket_count": basket_count(request),
    }
    return render(request, "orders/overview.html", context, status=422 if form.errors else 200)


@customer_required()
def order(request: CustomerRequest, number: int) -> HttpResponse:
    """One order with all its jobs."""
    return render(request, "orders/order.html", _context(_order(request, number)))


@customer_required()
def confirmation(request: CustomerRequest, number: int) -> HttpResponse:
    """That an order is received, what happens next, and how to undo it."""
    order = _order(request, number)
    context = _context(order) | {"message": _message(request, order)}
    return render(request, "orders/confirmation.html", context)


def _order(request: CustomerRequest, number: int) -> Order:
    return get_object_or_404(Order.objects.of(request.customer).select_related("ordered_by"), number=number)


def _context(order: Order) -> dict[str, object]:
    jobs = list(order.lines.order_by("position"))
    now = timezone.now()
    deadline = min((job.cancellable_until for job in jobs), default=None)
    return {
        "order": order,
        "jobs": jobs,
        "deadline": deadline,
        "can_change": deadline is not None and now < deadline,
        "now": now,
    }


def _message(request: CustomerRequest, order: Order) -> Message | None:
    """Return the confirmation on its way to the person, to tell them where to look."""
    if order.ordered_by_id != request.user.pk:
        return None
    sent = Message.objects.filter(key=f"order:{order.pk}:confirmed").exclude(state=State.GIVEN_UP)
    return sent.filter(channel__in=(Channel.SMS, Channel.EMAIL)).first()
