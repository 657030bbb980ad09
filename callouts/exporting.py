"""Call-offs for other systems, in windows of time that neither overlap nor leave anything out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from callouts.models import CallOff, CallOffDocument, CallOffLine, Revision, StatusChange
from callouts.payload import call_off_payload
from portal.documents.tables import harmless

CHUNK = 500
OWN = (
    *("number", "revision", "status", "status_reason", "status_changed_at", "submitted_at", "submitted_by"),
    *("customer_number", "customer_name", "service", "producer_name", "producer_org_no", "transport"),
    *("pickup_address", "contact_name", "contact_phone", "wanted_on", "rented_until", "invoice_reference"),
)
OF_LINE = (
    *("position", "article_no", "fraction", "ewc_code", "waste_substance_no", "ns_group", "is_hazardous"),
    *("is_radioactive", "declared_by", "declaration_no", "un_number", "packing_group", "consistency"),
    *("quantity", "unit", "package_count", "package_type", "load_carrier_no", "container_size"),
    *("container_unit", "note"),
)
CSV_COLUMNS = (*OWN, *OF_LINE)
FREE_TEXT = {
    *("status_reason", "submitted_by", "customer_name", "producer_name", "pickup_address", "contact_name"),
    *("invoice_reference", "fraction", "load_carrier_no", "declaration_no", "note"),
}


def call_offs_changed(since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield the call-offs that were sent in, moved on, corrected or given papers from `since` to before `until`, whole
    and as they are now, by number. Reads them in chunks, whatever their number.
    """
    window = {"at__gte": since, "at__lt": until}
    papers = CallOffDocument.objects.filter(added_at__gte=since, added_at__lt=until)
    changed = (
        Q(pk__in=StatusChange.objects.filter(**window).values("call_off"))
        | Q(pk__in=Revision.objects.filter(**window).values("call_off"))
        | Q(pk__in=papers.values("call_off"))
    )
    lines = Prefetch("lines", CallOffLine.objects.select_related("unit", "package_type", "container_unit"))
    found = CallOff.objects.submitted().filter(changed).select_related("customer")
    for call_off in found.prefetch_related(lines, "revisions").order_by("number").iterator(chunk_size=CHUNK):
        yield call_off_payload(call_off)


def csv_rows(call_off: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield a call-off's lines as rows of CSV_COLUMNS. What people write is harmless to a spreadsheet too."""
    whole = {f"{of}_{name}": value for of in ("customer", "producer") for name, value in call_off[of].items()}
    for line in call_off["lines"]:
        values = {**call_off, **whole, **line}
        yield [harmless(values[name]) if name in FREE_TEXT else values[name] for name in CSV_COLUMNS]
