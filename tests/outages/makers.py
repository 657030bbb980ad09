"""Makers of outages and of people whom they touch; the scope of their tenant must be open."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from outages.actions.outages import save_outage
from outages.models import DutyContact, Outage
from portal.accounts.models import User
from portal.customers.models import Customer
from tests import factories
from tests.metering import factories as meters


def in_hours(hours: float) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=hours)


def outage(**fields: Any) -> Outage:
    """A power cut for an hour now, in 1489, unless told otherwise."""
    defaults: dict[str, Any] = {"kind": "outage", "area_name": "Solvika", "starts_at": in_hours(-1)}
    area = {"postal_codes", "streets", "grid_stations", "gsrns"}
    if not area & fields.keys():
        defaults["postal_codes"] = ["1489"]
    return save_outage(outage=None, fields=defaults | fields, by=None)


def planned(**fields: Any) -> Outage:
    return outage(**{"kind": "planned", "starts_at": in_hours(72), "expected_at": in_hours(74), **fields})


def home(serial: int = 0, *, owner: dict[str, Any] | None = None, **place: Any) -> tuple[User, Customer]:
    """A person with a mobile, who owns a customer with an installation."""
    person = factories.user(phone=f"+4791{serial:06d}", **(owner or {}))
    firm = factories.customer(email=f"firm{serial}@example.com")
    factories.membership(person, firm)
    meters.holding(firm, meters.point(serial, **place))
    return person, firm


def duty(**fields: Any) -> DutyContact:
    return DutyContact.objects.create(**{"name": "Vakta", "phone": "+4791234599", **fields})
