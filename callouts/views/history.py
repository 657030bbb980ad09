"""The history (Avropshistorie) and a call-off as it was sent in."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from callouts import wording
from callouts.filters import HistoryForm
from callouts.models import CallOff, CallOffLine
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today

PAGE_SIZE = 20


@dataclass(frozen=True)
class HistoryRow:
    """A call-off as the list shows it."""

    call_off: CallOff
    line: CallOffLine | None
    is_open: bool = False
    # Opens the row in its place, or closes it.
    toggle_url: str = ""

    @property
    def title(self) -> str:
        return wording.title_of(self.call_off, self.line)

    @property
    def codes(self) -> str:
        return wording.codes_of(self.line) if self.line else ""

    @property
    def quantity(self) -> str:
        return wording.quantity_of(self.line) if self.line else ""

    @property
    def packages(self) -> str:
        return wording.packages_of(self.line) if self.line else ""

    @property
    def more(self) -> list[wording.Row]:
        """What the list shows when the row is opened."""
        return wording.brief_rows(self.call_off, self.line)


@customer_required()
@require_safe
def history(request: CustomerRequest) -> HttpResponse:
    """All call-offs that are sent in, newest first."""
    form = HistoryForm(request.GET, customer=request.customer)
    form.is_valid()
    everything = CallOff.objects.of(request.customer).submitted()
    found = form.narrow(everything, today=today()).newest_first().prefetch_related("lines")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [_row(request, each) for each in page.object_list]
    context = {"filters": form, "page": page, "rows": rows, "has_errors": bool(form.errors)}
    if not rows:
        context["is_new"] = not everything.exists()
        context["may_write"] = request.role.includes(Role.ORDERER)
    return render(request, "callouts/history.html", context)


def _row(request: HttpRequest, call_off: CallOff) -> HistoryRow:
    is_open = request.GET.get("open") == call_off.shown_number
    query = request.GET.copy()
    query.pop("open", None)
    if not is_open:
        query["open"] = call_off.shown_number
    return HistoryRow(call_off, call_off.first_line, is_open, f"?{query.urlencode()}")


@customer_required()
@require_safe
def call_off(request: CustomerRequest, number: int) -> HttpResponse:
    """One call-off with everything as it was sent in."""
    found = CallOff.objects.of(request.customer).submitted().prefetch_related("lines")
    sent = get_object_or_404(found, number=number)
    lines = list(sent.lines.all())
    context = {
        "call_off": sent,
        "title": wording.title_of(sent, sent.first_line),
        "codes": wording.codes_of(lines[0]) if lines else "",
        "parts": wording.sections_of(sent, lines),
    }
    return render(request, "callouts/call_off.html", context)


def draft_count(request: HttpRequest) -> int | None:
    """Return how many drafts wait, for the badge; None shows no number."""
    return CallOff.objects.of(request.customer).drafts().count() or None  # type: ignore[attr-defined]


def home_card(request: HttpRequest) -> str:
    """Return the start page's card: the latest call-offs, and the way to make one."""
    customer = getattr(request, "customer", None)
    if customer is None:
        return ""
    latest = CallOff.objects.of(customer).submitted().newest_first().prefetch_related("lines")[:3]
    context = {
        "rows": [HistoryRow(each, each.first_line) for each in latest],
        "draft_count": draft_count(request) or 0,
        "may_write": request.role.includes(Role.ORDERER),  # type: ignore[attr-defined]
    }
    return render_to_string("callouts/_home_card.html", context, request=request)
