"""The history (Avropshistorie): the list, and the list as a file."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from callouts import wording
from callouts.filters import HistoryForm
from callouts.models import CallOff, CallOffLine
from callouts.rules import codes
from callouts.standing import standing
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today
from portal.documents.tables import Column, table_response
from portal.tenancy.models import current_tenant
from portal.ui import formatting

PAGE_SIZE = 20
# Call-offs in memory at a time while a file is written.
CHUNK = 500


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
    def others(self) -> str:
        return wording.others_of(self.call_off)

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

    @property
    def copy_key(self) -> uuid.UUID:
        """Make a copy's key: pressed twice, it is one draft."""
        return uuid.uuid4()


@customer_required()
@require_safe
def history(request: CustomerRequest) -> HttpResponse:
    """All call-offs that are sent in, newest first."""
    form = HistoryForm(request.GET, customer=request.customer)
    form.is_valid()
    everything = CallOff.objects.of(request.customer).submitted()
    found = form.narrow(everything, today=today()).newest_first().prefetch_related("lines", "files", "revisions")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [_row(request, each) for each in page.object_list]
    context = {
        "filters": form,
        "page": page,
        "rows": rows,
        "has_errors": bool(form.errors),
        "query": without(request, "page", "open"),
        "may_write": request.role.includes(Role.ORDERER),
    }
    if not rows:
        context["is_new"] = not everything.exists()
    return render(request, "callouts/history.html", context)


def without(request: HttpRequest, *names: str) -> str:
    """Return the page's query string without some of its parts."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _row(request: HttpRequest, sent: CallOff) -> HistoryRow:
    call_off = standing(sent)
    is_open = request.GET.get("open") == call_off.shown_number
    query = request.GET.copy()
    query.pop("open", None)
    if not is_open:
        query["open"] = call_off.shown_number
    return HistoryRow(call_off, call_off.first_line, is_open, f"?{query.urlencode()}")


COLUMNS = (
    Column(_("Call-off")),
    Column(_("Sent in"), "moment"),
    Column(_("Sent in by")),
    Column(_("Status")),
    Column(_("Kind of service")),
    Column(_("Waste producer")),
    Column(_("Organisation number")),
    Column(_("Reference on the invoice")),
    Column(_("Line"), "integer"),
    Column(_("Article number")),
    Column(_("Waste fraction")),
    Column(_("EAL code")),
    Column(_("Waste substance number")),
    Column(_("NS 9431 group")),
    Column(_("Declaration")),
    Column(_("Quantity"), "decimal"),
    Column(_("Unit")),
    Column(_("Number of packages"), "integer"),
    Column(_("Type of package")),
    Column(_("Load carrier or tank number")),
    Column(_("Size"), "decimal"),
    Column(_("Unit of the size")),
    Column(_("Transport")),
    Column(_("Pick-up address")),
    Column(_("Wanted date"), "day"),
    Column(_("Contact person")),
    Column(_("Mobile number")),
    Column(_("Information")),
)


@customer_required()
@require_safe
def export(request: CustomerRequest, file_format: str) -> HttpResponseBase:
    """What the filters leave, as a file: a row for each line of each call-off."""
    if file_format not in {"csv", "xlsx"}:
        raise Http404
    form = HistoryForm(request.GET, customer=request.customer)
    form.is_valid()
    found = form.narrow(CallOff.objects.of(request.customer).submitted(), today=today()).newest_first()
    return table_response(
        name=f"avrop-{today():%Y-%m-%d}",
        format="csv" if file_format == "csv" else "xlsx",
        columns=COLUMNS,
        rows=_export_rows(found.prefetch_related("lines", "revisions")),
    )


def _export_rows(call_offs: QuerySet[CallOff]) -> Iterator[tuple[object, ...]]:
    text = current_tenant().text
    for call_off in map(standing, call_offs.iterator(chunk_size=CHUNK)):
        first = (
            call_off.shown_number,
            call_off.submitted_at,
            call_off.submitted_by_name,
            str(call_off.get_status_display()),
            str(call_off.get_service_display()),
            call_off.producer_name,
            call_off.producer_org_no,
            call_off.invoice_reference,
        )
        last = (
            wording.transport_of(call_off.transport, call_off.service),
            call_off.pickup_address,
            call_off.wanted_on,
            call_off.contact_name,
            formatting.phone(call_off.contact_phone) if call_off.contact_phone else "",
        )
        for line in call_off.lines.all():
            yield (*first, *_line_cells(line, text), *last, line.note)


def _line_cells(line: CallOffLine, text: Callable[[dict[str, str]], str]) -> tuple[object, ...]:
    return (
        line.position,
        line.article_no,
        line.fraction_name,
        codes.shown_ewc(line.ewc_code, hazardous=line.is_hazardous).replace("\u00a0", " "),
        line.waste_substance_no,
        line.ns_group,
        wording.declaration_of(line),
        plain(line.quantity),
        text(line.unit_name),
        line.package_count,
        text(line.package_name),
        line.load_carrier_no,
        plain(line.container_size),
        text(line.container_unit_name),
    )


def plain(value: Decimal | None) -> Decimal | None:
    """Drop the zeros that the column adds: 3600, not 3600,000."""
    return value if value is None else value.normalize()


def draft_count(request: HttpRequest) -> int | None:
    """Return how many drafts wait, for the badge; None shows no number."""
    return CallOff.objects.of(request.customer).drafts().count() or None  # type: ignore[attr-defined]


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
