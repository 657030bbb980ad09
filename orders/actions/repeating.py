"""Ordering the same again."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from orders.actions.basket import add_to_basket
from orders.actions.changes import CannotChange
from orders.actions.wishes import Wish
from orders.jobs import JobType, Service, service_of
from orders.models import BasketLine, EquipmentType, Location, OrderLine, Placement, WasteType
from orders.problems import EquipmentWithdrawn, NoPossibleDay, PlaceGone, UnitGone, WasteTypeWithdrawn
from orders.queries import current_terms, schedule_of, schedule_problem
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.customers.queries import today as local_today


class CannotRepeat(CannotChange):
    """Nothing was put in the basket."""


@dataclass(frozen=True)
class _Again:
    """What of an earlier job is still there."""

    service: Service
    placement: Placement | None
    equipment_type: EquipmentType | None
    location: Location | None
    waste_type: WasteType


def repeat_job(*, job: OrderLine, customer: Customer, by: User) -> BasketLine:
    """Put a job that was ordered before in the basket again, for the next possible day.

    Raises CannotRepeat when its unit has left, or the company no longer takes that waste or has that equipment.
    """
    again = _again(job, customer)
    day = _next_day(again)
    wish = Wish(
        service=again.service,
        placement=again.placement,
        equipment_type=again.equipment_type,
        location=again.location,
        waste_type=again.waste_type,
        wanted_on=day,
        quantity=job.quantity,
        destination=job.destination,
        destination_location=job.destination_location,
        driver_note=job.driver_note,
        invoice_reference=job.invoice_reference,
        contact_name=job.contact_name,
        contact_phone=job.contact_phone,
    )
    return add_to_basket(customer=customer, by=by, wish=wish)


def _next_day(again: _Again) -> date:
    """Return the next possible day on which nothing else happens to the unit."""
    days = current_terms().next_days(timezone.now())
    if not days:
        raise CannotRepeat(NoPossibleDay())
    if again.placement is None:
        return days[0]
    schedule = schedule_of(again.placement)
    free = schedule.first_free(again.service, days)
    if free is None:
        raise CannotRepeat(
            schedule_problem(schedule, again.service, days[0], again.placement.number) or NoPossibleDay()
        )
    return free


def _again(job: OrderLine, customer: Customer) -> _Again:
    service = service_of(JobType(job.job_type))
    if service == Service.DELIVER:
        return _Again(service, None, _equipment(job), _location(job, customer), _waste_type(job))
    placement = _placement(job, customer)
    # On a fixed route the unit's own waste type is the only one.
    waste_type = placement.waste_type if placement.is_periodic else _waste_type(job)
    return _Again(service, placement, None, None, waste_type)


def _placement(job: OrderLine, customer: Customer) -> Placement:
    today = local_today()
    standing = Placement.objects.standing(today).with_details().select_related("location")
    placement = standing.filter(pk=job.placement_id or 0, location__customer=customer).first()
    if placement is None:
        raise CannotRepeat(UnitGone(job.unit_number))
    return placement


def _equipment(job: OrderLine) -> EquipmentType:
    equipment = EquipmentType.objects.orderable().filter(code=job.equipment_code).first()
    if equipment is None:
        raise CannotRepeat(EquipmentWithdrawn(job.equipment))
    return equipment


def _location(job: OrderLine, customer: Customer) -> Location:
    location = Location.objects.of(customer).filter(pk=job.location_id).first()
    if location is None:
        raise CannotRepeat(PlaceGone(job.address))
    return location


def _waste_type(job: OrderLine) -> WasteType:
    waste_type = WasteType.objects.orderable().filter(code=job.waste_code).first()
    if waste_type is None:
        raise CannotRepeat(WasteTypeWithdrawn(job.waste))
    return waste_type
