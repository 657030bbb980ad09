"""What the demo's people did themselves: a basket that waits, and orders that were changed, cancelled and marked."""

import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from orders.actions import Wish, add_to_basket, cancel_job, change_job, mark_spot, send_basket
from orders.cutoff import Terms
from orders.demo import sites
from orders.jobs import Service
from orders.models import (
    Basket,
    BasketLine,
    EquipmentType,
    Location,
    Order,
    OrderLine,
    OrderRevision,
    Placement,
)
from portal.accounts.models import User
from portal.customers.models import Role
from portal.files.actions import CheckedUpload
from portal.notifications.actions import writing_history

SKY, GROUND, WALL, ROOF = (206, 220, 228), (176, 170, 158), (222, 206, 178), (142, 92, 74)
SIZE = (1200, 800)
HOUR = timedelta(hours=1)


def fill(terms: Terms) -> None:
    """Order, change and cancel as a person would, and leave jobs in the basket for the shell to count."""
    units = {unit.number: unit for unit in _units()}
    days = terms.next_days(timezone.now(), 4)
    if sites.BASKET_UNITS[0] not in units or len(days) < 4:
        return
    owner = _owner_of(units[sites.BASKET_UNITS[0]])
    _changed(units[sites.CHANGED_UNIT], owner, days)
    _cancelled(units[sites.CANCELLED_UNIT], owner, days[1])
    _marked(units[sites.MARKED_UNIT], owner, days[2])
    _one_more(units[sites.ONE_MORE_AT], owner, days[1])
    _basket([units[number] for number in sites.BASKET_UNITS], owner, days)


def _units() -> Iterable[Placement]:
    return Placement.objects.with_details().select_related("location__customer").order_by("pk")


def _owner_of(unit: Placement) -> User:
    owners = unit.location.customer.memberships.filter(role=Role.OWNER)
    return owners.select_related("user").order_by("pk")[0].user


def reference_of(location: Location) -> str:
    """Return a project number and name, the same for all orders at a site: "4417 Eidnes skole"."""
    return (
        location.project or f"{4400 + sum(map(ord, location.address)) % 100} {location.name.partition(',')[0]}".strip()
    )


def _wish(unit: Placement, day: date, **fields: Any) -> Wish:
    defaults = {"placement": unit, "service": Service.EMPTY, "waste_type": unit.waste_type, "wanted_on": day}
    return Wish(**{**defaults, "invoice_reference": reference_of(unit.location), **fields})


def _sent(unit: Placement, owner: User, wish: Wish, *, hours_ago: int) -> OrderLine:
    """Send one job as an order of its own, some hours ago."""
    customer = unit.location.customer
    line = add_to_basket(customer=customer, by=owner, wish=wish)
    for photo in line.photos.all():
        mark_spot(photo=photo, x=Decimal(68), y=Decimal(72), by=owner)
    key = Basket.objects.get(user=owner, customer=customer).submission_key
    at: datetime = timezone.now() - hours_ago * HOUR
    with writing_history(at=at):
        order = send_basket(customer=customer, by=owner, submission_key=key)
    Order.objects.filter(pk=order.pk).update(ordered_at=at)
    return order.lines.get()


def _changed(unit: Placement, owner: User, days: list[date]) -> None:
    name, phone = sites.CONTACT
    job = _sent(unit, owner, _wish(unit, days[1]), hours_ago=20)
    wish = _wish(unit, days[3], driver_note=sites.NOTES[0], contact_name=name, contact_phone=phone)
    change_job(job=job, by=owner, wish=wish, revision=1)
    _made(job, hours_ago=18)


def _cancelled(unit: Placement, owner: User, day: date) -> None:
    job = _sent(unit, owner, _wish(unit, day), hours_ago=26)
    cancel_job(job=job, by=owner)
    _made(job, hours_ago=25)


def _made(job: OrderLine, *, hours_ago: int) -> None:
    at: datetime = timezone.now() - hours_ago * HOUR
    OrderRevision.objects.filter(line=job).update(made_at=at)


def _marked(unit: Placement, owner: User, day: date) -> None:
    wish = _wish(unit, day, service=Service.RELOCATE, driver_note="Plassen er ryddet.", photos=[yard()])
    _sent(unit, owner, wish, hours_ago=3)


def _one_more(unit: Placement, owner: User, day: date) -> None:
    _sent(unit, owner, _new_unit(unit, day, quantity=2), hours_ago=5)


def _new_unit(unit: Placement, day: date, **fields: Any) -> Wish:
    equipment = EquipmentType.objects.get(code=sites.NEW_UNIT)
    new = {"placement": None, "service": Service.DELIVER, "equipment_type": equipment, "location": unit.location}
    return _wish(unit, day, **new, **fields)


def _basket(units: list[Placement], owner: User, days: list[date]) -> None:
    moved, emptied = units
    wishes = [
        # Not the first day: its deadline may pass while somebody looks.
        _wish(moved, days[1], service=Service.RELOCATE, destination=sites.DESTINATIONS[0], photos=[yard()]),
        _wish(emptied, days[2]),
    ]
    for wish in wishes:
        add_to_basket(customer=moved.location.customer, by=owner, wish=wish)
    for line in BasketLine.objects.filter(basket__user=owner, service=Service.RELOCATE):
        mark_spot(photo=line.photos.all()[0], x=Decimal(30), y=Decimal(78), by=owner)


def yard() -> CheckedUpload:
    """Return a drawn yard, as a photo from a phone."""
    picture = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 420, 1200, 800), fill=GROUND)
    draw.rectangle((120, 180, 720, 470), fill=WALL)
    draw.polygon([(90, 190), (420, 70), (750, 190)], fill=ROOF)
    for left in (180, 340, 540):
        draw.rectangle((left, 250, left + 90, 340), fill=(120, 140, 155))
    draw.rectangle((620, 330, 690, 470), fill=(100, 82, 66))
    draw.polygon([(860, 470), (1130, 470), (1105, 600), (885, 600)], fill=(70, 105, 82))
    draw.line((0, 640, 1200, 560), fill=(150, 145, 134), width=10)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return CheckedUpload(file=file, name="gardsplass.jpg", media_type="image/jpeg", size=file.tell())
