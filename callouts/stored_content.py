"""A call-off's content as JSON, for templates: values as text, rows as ids."""

from decimal import Decimal
from typing import Any

from django.db import models

from callouts.content import CALL_OFF_FIELDS, LINE_FIELDS, DraftContent, LineContent
from callouts.models import PackageType, Unit, WasteFraction, WasteProducer
from portal.customers.models import Customer

ROWS: dict[str, type[models.Model]] = {
    "fraction": WasteFraction,
    "unit": Unit,
    "package_type": PackageType,
    "container_unit": Unit,
}
DECIMALS = frozenset({"quantity", "container_size"})
# What a template never holds: a date passes.
DAYS = frozenset({"wanted_on", "rented_until"})


def dumped(content: DraftContent) -> dict[str, Any]:
    """Return plain values for JSON."""
    own = {name: _plain(getattr(content, name)) for name in CALL_OFF_FIELDS if name not in DAYS}
    lines = [{name: _plain(getattr(line, name)) for name in LINE_FIELDS} for line in content.lines]
    return {**own, "lines": lines}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return str(value) if isinstance(value, Decimal) else value


def loaded(stored: dict[str, Any], *, customer: Customer) -> DraftContent:
    """Read back what `dumped` wrote. Rows that are gone by now, or another customer's, are left empty.

    One query for each kind of row, however many lines there are.
    """
    lines = stored.get("lines", [])
    rows = {name: _rows(model, lines, name) for name, model in ROWS.items()}
    own = {name: stored[name] for name in CALL_OFF_FIELDS if name in stored and name not in {"producer", *DAYS}}
    producer = WasteProducer.objects.of(customer).filter(pk=stored.get("producer") or 0).first()
    return DraftContent(**own, producer=producer, lines=tuple(_line(line, rows) for line in lines) or (LineContent(),))


def _rows(model: type[models.Model], lines: list[dict[str, Any]], name: str) -> dict[int, models.Model]:
    wanted = {line[name] for line in lines if line.get(name)}
    return model._default_manager.in_bulk(wanted) if wanted else {}


def _line(stored: dict[str, Any], rows: dict[str, dict[int, models.Model]]) -> LineContent:
    values: dict[str, Any] = {}
    for name in LINE_FIELDS:
        value = stored.get(name)
        if name in rows:
            values[name] = rows[name].get(value) if value else None
        elif name in DECIMALS:
            values[name] = Decimal(value) if value else None
        elif value is not None:
            values[name] = value
    return LineContent(**values)
