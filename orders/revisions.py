"""What differs between two states of a job, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import OrderRevision
from orders.models.names import name_of
from portal.ui import formatting

LABELS = {
    "wanted_on": pgettext_lazy("wanted", "Date"),
    "waste": _("Waste type"),
    "quantity": _("Number of units"),
    "destination": _("Where to"),
    "destination_address": _("Address it is moved to"),
    "driver_note": _("Information for the driver"),
    "invoice_reference": _("Order reference"),
    "contact_name": _("Contact on site"),
    "contact_phone": _("Phone on site"),
    "photos": _("Photos"),
}


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def differences(revision: OrderRevision) -> Sequence[Difference]:
    """Return what a change changed; nothing for a cancellation."""
    before, after = revision.before, revision.after
    names = [name for name in LABELS if name in after]
    return [Difference(str(LABELS[name]), _text(name, before.get(name)), _text(name, after[name])) for name in names]


def _text(name: str, value: Any) -> str:
    if name == "wanted_on" and value:
        return formatting.weekday_day(date.fromisoformat(value))
    if name == "waste" and value:
        return name_of(value)
    if name == "photos":
        return formatting.number(len(value or []))
    if name == "contact_phone" and value:
        return formatting.phone(value)
    return str(value or formatting.MISSING)
