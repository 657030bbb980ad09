"""Lifelike made-up sites, units and orders for the demo's companies."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet
from django.utils import timezone

from orders.actions import confirm, copied_from
from orders.cutoff import DAY, Terms
from orders.demo import basket, progress, sites
from orders.demo.basket import reference_of
from orders.jobs import Emptying, JobType, Service, job_type_for
from orders.models import (
    AllowedWaste,
    EquipmentType,
    Location,
    Order,
    OrderingRules,
    OrderLine,
    Placement,
    Status,
    WasteType,
)
from orders.queries import current_terms
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.notifications.actions import writing_history
from portal.tenancy.models import NumberSeries, Tenant

# Orders began long before the portal did.
NUMBERS_END_AT = 118_204
WEEKS_BACK = 26
MESSAGES = 6
# What became of past orders, the rest being done, and when the orders to come are: days from today.
PAST = {3: Status.ATTEMPTED, 8: Status.CANCELLED}
COMING = [(1, Status.RECEIVED), (0, Status.SCHEDULED), (2, Status.RECEIVED), (3, Status.SCHEDULED)]


@dataclass(frozen=True)
class Draft:
    """An order in the making: the customer's unit, who orders, the job and when it is wanted."""

    placement: Placement
    by: User
    service: Service
    wanted_on: date
    ordered_at: datetime
    status: Status
    reason: str = ""


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill a tenant with sites, units, half a year of orders and a few to come. Its customers and users exist."""
    OrderingRules.objects.get_or_create(defaults=sites.RULES.get(tenant.slug, {}))
    terms = current_terms()
    placements = list(_placements(rng, today))
    drafts = [draft for customer in _customers() for draft in _drafts(customer, placements, terms, rng, today)]
    orders = _save(sorted(drafts, key=lambda draft: draft.ordered_at), terms, rng)
    for order, line in orders[-MESSAGES:]:
        with writing_history(at=order.ordered_at):
            confirm(order=order, jobs=[line], user=order.ordered_by)
    progress.write([line for _order, line in orders], terms)
    basket.fill(terms)


def _customers() -> "QuerySet[Customer]":
    return Customer.objects.filter(number__in=sites.SITES)


def _kinds() -> tuple[dict[str, EquipmentType], dict[str, WasteType]]:
    equipment = EquipmentType.objects.bulk_create(
        EquipmentType(
            code=kind.code,
            names=kind.names,
            volume=kind.volume,
            volume_unit=kind.unit,
            emptying=kind.emptying,
            shape=kind.shape,
            length_cm=kind.sides[0],
            width_cm=kind.sides[1],
            height_cm=kind.sides[2],
        )
        for kind in sites.EQUIPMENT
    )
    waste = WasteType.objects.bulk_create(
        WasteType(code=code, names=names, position=position)
        for position, (code, names) in enumerate(sites.WASTE, start=1)
    )
    by_code = {kind.code: kind for kind in waste}
    AllowedWaste.objects.bulk_create(
        AllowedWaste(equipment_type=made, waste_type=by_code[code])
        for made, kind in zip(equipment, sites.EQUIPMENT, strict=True)
        for code in kind.waste
    )
    return {kind.code: kind for kind in equipment}, by_code


def _placements(rng: Random, today: date) -> list[Placement]:
    equipment, waste = _kinds()
    placements = [
        Placement(
            number=unit.number,
            location=location,
            equipment_type=equipment[unit.equipment],
            waste_type=waste[unit.waste],
            is_periodic=unit.route_weekday is not None,
            route_weekday=unit.route_weekday,
            placed_on=today - rng.randint(20, 260) * DAY,
        )
        for location, site in _locations()
        for unit in site.units
    ]
    return Placement.objects.bulk_create(placements)


def _locations() -> Iterator[tuple[Location, sites.Site]]:
    depots = progress.Depots()
    for customer in _customers():
        for site in sites.SITES[customer.number]:
            address = {"address": site.address, "postal_code": site.postal_code, "city": site.city}
            made = {"name": site.name, "project": site.project, "depot": depots.of(site.postal_code)}
            yield Location.objects.create(customer=customer, **made, **address), site


def _drafts(customer: Customer, placements: list[Placement], terms: Terms, rng: Random, today: date) -> Iterator[Draft]:
    """Orders of a customer: every unit is emptied now and then, some are on their way, some are to come."""
    people = [m.user for m in customer.memberships.exclude(role=Role.READER).select_related("user").order_by("pk")]
    mine = [p for p in placements if p.location.customer_id == customer.pk and not p.is_periodic]
    if not people:
        return
    for placement in mine:
        day = max(placement.placed_on, today - WEEKS_BACK * 7 * DAY) + rng.randint(5, 20) * DAY
        while day < today - DAY:
            if terms.calendar.is_open(day):
                yield _past(placement, rng.choice(people), day, terms, rng)
            day += rng.randint(7, 24) * DAY
    for placement, (days, status) in zip(mine[1::4] or mine, COMING, strict=False):
        day = terms.calendar.open_day_from(today + days * DAY)
        on_the_way = day == today and status == Status.SCHEDULED
        # Not collected: whoever tries the demo shall be able to order for every unit.
        service = Service.RELOCATE if rng.random() < 0.2 else Service.EMPTY
        yield Draft(
            placement,
            rng.choice(people),
            service,
            day,
            _ordered_at(day, terms, rng),
            Status.ON_THE_WAY if on_the_way else status,
        )


def _past(placement: Placement, by: User, day: date, terms: Terms, rng: Random) -> Draft:
    # By the unit and the day and not by chance, so that no state is missing.
    status = PAST.get((day.toordinal() + sum(map(ord, placement.number))) % 13, Status.DONE)
    reason = rng.choice(sites.REASONS) if status == Status.ATTEMPTED else ""
    service = Service.EMPTY if rng.random() < 0.85 else Service.RELOCATE
    return Draft(placement, by, service, day, _ordered_at(day, terms, rng), status, reason)


def _ordered_at(day: date, terms: Terms, rng: Random) -> datetime:
    """Return a moment in office hours before the deadline, and not in the future."""
    deadline = terms.deadline(day)
    last = terms.today(deadline)
    morning = datetime.combine(last - rng.randint(0, 3) * DAY, time(7, 15), tzinfo=terms.zone)
    return min(morning + timedelta(minutes=rng.randint(0, 390)), deadline, timezone.now() - timedelta(minutes=20))


def _save(drafts: list[Draft], terms: Terms, rng: Random) -> list[tuple[Order, OrderLine]]:
    """Save the orders with numbers in the order they came in, and let the series go on from there."""
    first = NUMBERS_END_AT - len(drafts) + 1
    orders = Order.objects.bulk_create(
        Order(
            number=number,
            customer=draft.placement.location.customer,
            ordered_by=draft.by,
            ordered_at=draft.ordered_at,
            submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
        )
        for number, draft in enumerate(drafts, start=first)
    )
    lines = OrderLine.objects.bulk_create(
        _line(order, draft, terms, rng) for order, draft in zip(orders, drafts, strict=True)
    )
    NumberSeries.objects.update_or_create(series="orders", defaults={"last": NUMBERS_END_AT})
    return list(zip(orders, lines, strict=True))


def _line(order: Order, draft: Draft, terms: Terms, rng: Random) -> OrderLine:
    job_type = job_type_for(draft.service, Emptying(draft.placement.equipment_type.emptying))
    is_private = order.customer.kind == Customer.Kind.PRIVATE
    return OrderLine(
        order=order,
        customer=order.customer,
        position=1,
        job_type=job_type,
        wanted_on=draft.wanted_on,
        destination=rng.choice(sites.DESTINATIONS) if job_type == JobType.RELOCATE else "",
        driver_note=rng.choice(sites.NOTES) if rng.random() < 0.4 else "",
        invoice_reference="" if is_private or rng.random() < 0.3 else reference_of(draft.placement.location),
        cancellable_until=terms.deadline(draft.wanted_on),
        status=draft.status,
        status_reason=draft.reason,
        status_at=progress.settled_at(draft.status, draft.wanted_on, terms),
        **copied_from(draft.placement, draft.placement.waste_type),
    )
