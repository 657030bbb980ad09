"""A submitted call-off as it stands: as it was sent in, or as the last correction left it.

A correction is kept whole, names and codes included, so what is shown of it does not change with the catalogue.
"""

import copy
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from callouts.content import DraftContent, content_with
from callouts.models import CallOff, CallOffLine, Revision

OWN = (
    *("service", "producer_id", "producer_name", "producer_short_name", "producer_org_no", "transport"),
    *("pickup_address", "contact_name", "contact_phone", "wanted_on", "rented_until", "invoice_reference"),
)
NOT_OF_LINE = frozenset({"id", "tenant_id", "call_off_id"})
COLUMNS: dict[str, Any] = {field.attname: field for field in CallOff._meta.concrete_fields}
LINE_COLUMNS: dict[str, Any] = {
    field.attname: field for field in CallOffLine._meta.concrete_fields if field.attname not in NOT_OF_LINE
}


def snapshot(call_off: CallOff, lines: list[CallOffLine]) -> dict[str, Any]:
    """Return what Revision.content holds: the columns, as JSON has them."""
    return {
        "call_off": {name: _plain(getattr(call_off, name)) for name in OWN},
        "lines": [{name: _plain(getattr(line, name)) for name in LINE_COLUMNS} for line in lines],
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; days, decimals and UUIDs as text."""
    return value if isinstance(value, str | int | dict | None) else DjangoJSONEncoder().default(value)


def standing(call_off: CallOff) -> CallOff:
    """Return a call-off as it stands, to be shown and never saved: the very one, or a copy with the last correction's
    values and lines. A prefetch of its revisions serves it.
    """
    revisions = list(call_off.revisions.all())
    return as_of(call_off, revisions[-1]) if revisions else call_off


def as_of(call_off: CallOff, revision: Revision) -> CallOff:
    """Return a copy of a call-off with the values and lines of a correction."""
    found = copy.copy(call_off)
    for name, value in revision.content["call_off"].items():
        setattr(found, name, COLUMNS[name].to_python(value))
    _put_lines(found, [_line(found, kept) for kept in revision.content["lines"]])
    return found


def _line(call_off: CallOff, kept: dict[str, Any]) -> CallOffLine:
    values = {name: LINE_COLUMNS[name].to_python(value) for name, value in kept.items() if name in LINE_COLUMNS}
    return CallOffLine(call_off=call_off, **values)


def _put_lines(call_off: CallOff, lines: list[CallOffLine]) -> None:
    """Give it its lines the way a prefetch does."""
    # Not `call_off.lines`: a copy shares what was fetched with the original.
    known: Any = CallOffLine.objects.filter(call_off=call_off)
    known._result_cache, known._prefetch_done = lines, True
    cache = getattr(call_off, "_prefetched_objects_cache", {})
    call_off._prefetched_objects_cache = {**cache, "lines": known}  # type: ignore[attr-defined]  # Django's own name


def versions_of(call_off: CallOff) -> list[CallOff]:
    """Return it as it was sent in, then as each correction left it."""
    return [call_off, *(as_of(call_off, revision) for revision in call_off.revisions.all())]


def standing_content(call_off: CallOff) -> DraftContent:
    """Return what a call-off holds as it stands; a draft has no corrections."""
    now = standing(call_off)
    return content_with(now, now.lines.all())
