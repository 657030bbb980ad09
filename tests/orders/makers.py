"""Makers of sites, units and what is ordered for them. The scope of their tenant must be open."""

import io
import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from orders.actions import Wish, add_to_basket, copied_from, send_basket
from orders.jobs import JobType, Service
from orders.models import Basket, BasketLine, EquipmentType, Location, Order, OrderLine, Photo, Placement, WasteType
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.files.actions import store_bytes
from tests import factories

_counter = itertools.count(1)
# A Thursday, 09.12 in Norway: Friday can be ordered until 14.00.
NOW = datetime(2026, 11, 12, 8, 12, tzinfo=UTC)
FRIDAY, MONDAY = date(2026, 11, 13), date(2026, 11, 16)


def waste_type(name: str = "Restavfall", **fields: Any) -> WasteType:
    return WasteType.objects.create(**{"code": f"W{next(_counter)}", "names": {"nb": name}, **fields})


def equipment_type(name: str = "Åpen container", **fields: Any) -> EquipmentType:
    defaults = {"code": f"E{next(_counter)}", "names": {"nb": name}, "volume": 22, "emptying": "exchange"}
    return EquipmentType.objects.create(**(defaults | fields))


def location(customer: Customer, **fields: Any) -> Location:
    defaults = {"address": f"Skoleveien {next(_counter)}", "postal_code": "3970", "city": "Eidnes"}
    return Location.objects.create(customer=customer, **(defaults | fields))


def placement(location: Location, **fields: Any) -> Placement:
    defaults: dict[str, Any] = {"number": f"C-{next(_counter)}", "placed_on": date(2026, 9, 21)}
    for name, make in {"waste_type": waste_type, "equipment_type": equipment_type}.items():
        defaults[name] = fields.pop(name, None) or make()
    return Placement.objects.create(location=location, **(defaults | fields))


@dataclass
class Site:
    """A person, the customer they act for, an address of it and the unit that stands there."""

    person: User
    customer: Customer
    location: Location
    unit: Placement


def site(role: Role = Role.OWNER, **unit: Any) -> Site:
    person, customer = factories.member(role)
    User.objects.filter(pk=person.pk).update(phone=f"+4791{next(_counter):06}")
    person.refresh_from_db()
    place = location(customer)
    return Site(person, customer, place, placement(place, **unit))


def wish(unit: Placement, **fields: Any) -> Wish:
    defaults: dict[str, Any] = {"service": Service.EMPTY, "waste_type": unit.waste_type, "wanted_on": FRIDAY}
    return Wish(**({"placement": unit} | defaults | fields))


def line(site: Site, **fields: Any) -> BasketLine:
    """Put a job into the person's basket."""
    return add_to_basket(customer=site.customer, by=site.person, wish=wish(site.unit, **fields))


def key(site: Site) -> uuid.UUID:
    return Basket.objects.get(user=site.person, customer=site.customer).submission_key


def sent(site: Site, **fields: Any) -> Order:
    """Order a job."""
    line(site, **fields)
    return send_basket(customer=site.customer, by=site.person, submission_key=key(site))


def past_order(site: Site, wanted_on: date, **fields: Any) -> OrderLine:
    """An order as it stands in history: nothing is checked, nobody is told."""
    order = Order.objects.create(
        number=next(_counter) + 100_000,
        customer=site.customer,
        ordered_by=site.person,
        ordered_at=NOW,
        submission_key=uuid.uuid4(),
    )
    copied = copied_from(site.unit, site.unit.waste_type)
    defaults = {"job_type": JobType.EXCHANGE, "wanted_on": wanted_on, "cancellable_until": NOW, "position": 1}
    return OrderLine.objects.create(order=order, customer=site.customer, **(copied | defaults | fields))


def picture(name: str = "yard.jpg", size: tuple[int, int] = (400, 300)) -> SimpleUploadedFile:
    """A photo as a phone hands it in."""
    file = io.BytesIO()
    Image.new("RGB", size, (90, 120, 90)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def stored_photo(job: BasketLine | OrderLine, by: User, name: str = "yard.jpg") -> Photo:
    """A photo of a job."""
    content = picture(name)
    stored = store_bytes(name=name, content=content.read(), media_type="image/jpeg", by=by)
    return job.photos.create(file=stored)
