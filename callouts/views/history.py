"""The history (Avropshistorie): the list, and the list as a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callouts import queries, table, wording
from callouts.filters import HistoryForm
from callouts.models import CallOff, CallOffLine
from callouts.standing import standing
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Customer, Role
from portal.customers.queries import today
from portal.documents.tables import FORMATS, table_response
from portal.exports.views import ask_first, ask_for
from portal.ui import formatting

PAGE_SIZE = 20
# More call-offs than a file is made of while somebody waits.
MOST_AT_ONCE = 2000


@dataclass(frozen=True)
class HistoryRow:
    """A call-off as the list shows it."""

    call_off: CallOff
    line: CallOffLine | None
    is_open: bool = False
    # Opens the row in its place, or closes it.
    toggle_url: str = ""
    is_corrected: bool = False

    @cached_property
    def number(self) -> str:
        return self.call_off.shown_number

    @property
    def title(self) -> str:
        return wording.title_of(self.call_off, self.line)

    @property
    def about(self) -> str:
        """What stands under the title: what kind of waste it is, and how many lines there are besides."""
        codes = wording.codes_of(self.line) if self.line else ""
        return ", ".join(filter(None, [codes, wording.others_of(self.call_off)]))

    @property
    def quantity(self) -> str:
        return (wording.quantity_of(self.line) if self.line else "") or formatting.MISSING

    @property
    def packages(self) -> str:
        return wording.packages_of(self.line) if self.line else ""

    @property
    def more(self) -> list[wording.Row]:
        """What the list shows when the row is opened."""
        return wording.brief_rows(self.call_off, self.line)

    @property
    def see(self) -> str:
        return _("See call-off %(number)s") % {"number": self.number}

    @property
    def copy(self) -> str:
        return _("Copy call-off %(number)s to a new draft") % {"number": self.number}


@customer_required()
@require_safe
def history(request: CustomerRequest) -> HttpResponse:
    """All call-offs that are sent in, newest first."""
    form = HistoryForm(request.GET, customer=request.customer)
    is_valid = form.is_valid()
    everything = CallOff.objects.of(request.customer).submitted()
    found = form.narrow(everything, today=today()).newest_first().prefetch_related("lines", "revisions")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _rows(request, page.object_list)
    context = {
        "filters": form,
        "has_errors": not is_valid,
        "page": page,
        "rows": rows,
        "query": without(request, "page", "open"),
        "unsearched": without(request, "page", "open", "q"),
        "may_write": request.role.includes(Role.ORDERER),
    }
    if not rows:
        context["is_new"] = not everything.exists()
    return render(request, "callouts/history.html", context, status=200 if is_valid else 422)


def without(request: HttpRequest, *names: str) -> str:
    """Return the page's query string without some of its parts."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _rows(request: HttpRequest, sent: Iterable[CallOff]) -> list[HistoryRow]:
    opened, query = request.GET.get("open"), without(request, "open")
    begin = f"?{query}&" if query else "?"
    rows = []
    for call_off in sent:
        now, number = standing(call_off), call_off.shown_number
        url = f"?{query}" if number == opened else f"{begin}open={number}"
        rows.append(HistoryRow(now, now.first_line, number == opened, url, is_corrected=now is not call_off))
    return rows


@customer_required()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: CustomerRequest, file_format: str) -> HttpResponseBase:
    """What the filters leave, as a file: a row for each line of each call-off.

    Many are left to a worker, which is asked for by POST: a link changes nothing.
    """
    if file_format not in FORMATS:
        raise Http404
    form = HistoryForm(request.GET, customer=request.customer)
    if not form.is_valid():
        return redirect(f"{reverse('callouts:history')}?{request.GET.urlencode()}")
    found = form.narrow(CallOff.objects.of(request.customer).submitted(), today=today()).newest_first()
    name = _("call-offs-%(day)s") % {"day": today()}
    count = found.count()
    if count > MOST_AT_ONCE and request.method != "POST":
        return ask_first(
            request,
            title=_("Download the call-off history"),
            text=_(
                "The file has %(count)s call-offs, so it is made in the background. You see how far it is, and can"
                " leave the page meanwhile."
            )
            % {"count": formatting.number(count)},
            back=reverse("callouts:history"),
            back_to=_("Call-off history"),
        )
    if count > MOST_AT_ONCE:
        return ask_for(
            request,
            exporter=table.NAME,
            params={"customer": request.customer.pk, "filters": request.GET.urlencode()},
            title=_("Call-off history"),
            name=name,
            format=FORMATS[file_format],
        )
    return table_response(name=name, format=FORMATS[file_format], columns=table.COLUMNS, rows=table.rows_of(found))


def draft_count(request: HttpRequest) -> int | None:
    """Return how many drafts wait, for the badge and the card; None shows no number."""
    customer: Customer = request.customer  # type: ignore[attr-defined]
    return queries.draft_count(customer) or None


def home_card(request: HttpRequest) -> str:
    """Return the start page's card: the latest call-offs, and the way to make one."""
    customer = getattr(request, "customer", None)
    if customer is None:
        return ""
    latest = CallOff.objects.of(customer).submitted().newest_first().prefetch_related("lines", "revisions")[:3]
    context = {
        "rows": [HistoryRow(each, each.first_line) for each in map(standing, latest)],
        "draft_count": draft_count(request) or 0,
        "may_write": request.role.includes(Role.ORDERER),  # type: ignore[attr-defined]
    }
    return render_to_string("callouts/_home_card.html", context, request=request)
