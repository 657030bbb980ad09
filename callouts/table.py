"""The history as a table: a row for each line of each call-off, as it stands."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from callouts import wording
from callouts.filters import HistoryForm
from callouts.models import CallOff, CallOffLine
from callouts.standing import standing
from portal.customers.models import Customer
from portal.customers.queries import today
from portal.documents.jobs import Progress, Table, exporter, watched
from portal.documents.tables import Column
from portal.tenancy.models import current_tenant
from portal.ui import formatting

NAME = "callouts.history"
# Call-offs in memory at a time while a file is written.
CHUNK = 500

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


@exporter(NAME)
def history(params: dict[str, Any], progress: Progress) -> Table:
    """Return a customer's history behind the filters of an address: what a worker makes a file of."""
    customer = Customer.objects.get(pk=params["customer"])
    form = HistoryForm(QueryDict(params["filters"]), customer=customer)
    form.is_valid()
    found = form.narrow(CallOff.objects.of(customer).submitted(), today=today()).newest_first()
    return COLUMNS, rows_of(found, progress)


def rows_of(call_offs: QuerySet[CallOff], progress: Progress | None = None) -> Iterator[tuple[object, ...]]:
    """Yield the cells of COLUMNS, reading call-offs in chunks."""
    text, found = current_tenant().text, call_offs.prefetch_related("lines", "revisions").iterator(chunk_size=CHUNK)
    for call_off in map(standing, watched(found, call_offs.count(), progress) if progress else found):
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
        line.shown_ewc.replace("\u00a0", " "),
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
