"""Makers of call-off data and of what the form posts. The tenant's scope must be open."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from callouts import actions
from callouts.actions import catalogue
from callouts.content import DraftContent, LineContent
from callouts.models import CallOff, PackageType, Unit, WasteFraction, WasteProducer
from callouts.rules import facts
from portal.accounts.models import User
from portal.customers.models import Customer

SPILLOLJE = "701201"
RESTAVFALL = "991201"


def load_catalogue() -> None:
    catalogue.load_starter_catalogue()


def fraction(article_no: str = SPILLOLJE) -> WasteFraction:
    return WasteFraction.objects.get(article_no=article_no)


def producer(customer: Customer, **fields: Any) -> WasteProducer:
    defaults = {
        "name": "Nordvåg Industri, avd. verft",
        "short_name": "avd. verft",
        "org_no": "314159268",
        "address": "Verftsveien 60",
        "postal_code": "5417",
        "city": "Nordvåg",
        "declare_from": date(2026, 1, 1),
        "declare_to": date(2099, 12, 31),
    }
    return WasteProducer.objects.create(customer=customer, **(defaults | fields))


def content(customer: Customer, **changes: Any) -> DraftContent:
    """A call-off that may be sent in; `changes` go to the line where they are the line's."""
    line: dict[str, Any] = {
        "fraction": fraction(),
        "declared_by": facts.BY_CUSTOMER,
        "declaration_no": "123456789",
        "quantity": Decimal(1600),
        "unit": Unit.objects.get(code="KGM"),
        "package_count": 2,
        "package_type": PackageType.objects.get(code="WA"),
        "load_carrier_no": "MDE-331",
    }
    call_off: dict[str, Any] = {
        "service": facts.WASTE,
        "producer": WasteProducer.objects.of(customer).first(),
        "transport": facts.BY_US,
        "pickup_address": "Kai 4, Verftsveien 60",
        "contact_name": "Tor-Egil Bringsværd",
        "contact_phone": "+4791234567",
        "invoice_reference": "AO-77140",
    }
    line |= {name: value for name, value in changes.items() if name in LineContent.__dataclass_fields__}
    call_off |= {name: value for name, value in changes.items() if name in DraftContent.__dataclass_fields__}
    return DraftContent(**call_off, lines=(LineContent(**line),))


def draft(customer: Customer, by: User, **changes: Any) -> CallOff:
    return actions.start_draft(customer=customer, content=content(customer, **changes), by=by, start_key=uuid.uuid4())


def submitted(customer: Customer, by: User, **changes: Any) -> CallOff:
    return submit(draft(customer, by, **changes), by)


def submit(call_off: CallOff, by: User, key: uuid.UUID | None = None) -> CallOff:
    return actions.submit(call_off=call_off, version=call_off.version, by=by, submission_key=key or uuid.uuid4())


def posted(customer: Customer, **changes: Any) -> dict[str, Any]:
    """What the filled-in form sends."""
    first = WasteProducer.objects.of(customer).first()
    return {
        "action": "save",
        "version": 0,
        "start_key": str(uuid.uuid4()),
        "service": facts.WASTE,
        "producer": first.pk if first else "",
        "q": "spillolje",
        "fraction": fraction().pk,
        "declared_by": facts.BY_CUSTOMER,
        "declaration_no": "123.456 789",
        "quantity": "1 600",
        "unit": Unit.objects.get(code="KGM").pk,
        "package_count": "2",
        "package_type": PackageType.objects.get(code="WA").pk,
        "load_carrier_no": "MDE-331",
        "container_size": "1 000",
        "container_unit": Unit.objects.get(code="LTR").pk,
        "transport": facts.BY_US,
        "pickup_place": "other",
        "pickup_other": "Kai 4, Verftsveien 60, 5417 Nordvåg",
        "contact_name": "Tor-Egil Bringsværd",
        "contact_phone": "912 34 567",
        "invoice_reference": "AO-77140",
        "note": "",
    } | changes
