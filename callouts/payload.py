"""A call-off as other programs get it: by webhook and from export_callouts. Plain values, the same names in both."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from callouts.models import CallOff, CallOffLine
from callouts.standing import standing


def call_off_payload(call_off: CallOff) -> dict[str, Any]:
    """Return a submitted call-off as it stands, with the number of its last correction (0: as it was sent in).

    Moments are ISO 8601 in UTC, days "2026-11-13", decimals text, phones E.164; "" and null are what was left empty.
    """
    revision, call_off = len(call_off.revisions.all()), standing(call_off)
    return {
        "number": call_off.shown_number,
        "revision": revision,
        "status": call_off.status,
        "status_reason": call_off.status_reason,
        "status_changed_at": _moment(call_off.status_changed_at),
        "submitted_at": _moment(call_off.submitted_at),
        "submitted_by": call_off.submitted_by_name,
        "customer": {"number": call_off.customer.number, "name": call_off.customer.name},
        "service": call_off.service,
        "producer": {"name": call_off.producer_name, "org_no": call_off.producer_org_no},
        "transport": call_off.transport,
        "pickup_address": call_off.pickup_address,
        "contact_name": call_off.contact_name,
        "contact_phone": call_off.contact_phone,
        "wanted_on": _day(call_off.wanted_on),
        "rented_until": _day(call_off.rented_until),
        "invoice_reference": call_off.invoice_reference,
        "lines": [line_payload(line) for line in call_off.lines.all()],
    }


def line_payload(line: CallOffLine) -> dict[str, Any]:
    """Return one line; units are UN/ECE Rec 20 codes, packages Rec 21."""
    return {
        "position": line.position,
        "article_no": line.article_no,
        "fraction": line.fraction_name,
        "ewc_code": line.ewc_code,
        "waste_substance_no": line.waste_substance_no,
        "ns_group": line.ns_group,
        "is_hazardous": line.is_hazardous,
        "is_radioactive": line.is_radioactive,
        "declared_by": line.declared_by,
        "declaration_no": line.declaration_no,
        "un_number": line.un_number,
        "packing_group": line.packing_group,
        "consistency": line.consistency,
        "quantity": _decimal(line.quantity),
        "unit": line.unit.code if line.unit else "",
        "package_count": line.package_count,
        "package_type": line.package_type.code if line.package_type else "",
        "load_carrier_no": line.load_carrier_no,
        "container_size": _decimal(line.container_size),
        "container_unit": line.container_unit.code if line.container_unit else "",
        "note": line.note,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: Decimal | None) -> str | None:
    """Drop the zeros that the column adds, and write no exponent: "3600"."""
    return None if value is None else f"{value.normalize():f}"
