"""Reads that need more than a row: a company's terms, what is in the way of a basket, what is already on its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from orders.cutoff import LeadTime, Terms, WorkingCalendar
from orders.day_problems import (
    CollectedBefore,
    InBasketAlready,
    NeededLater,
    OrderedAlready,
    RoundThatDay,
    UnitLeaves,
)
from orders.jobs import SERVICE_NOUNS, Service
from orders.models import AllowedWaste, BasketLine, EquipmentType, OrderingRules, OrderLine, Placement, WasteType
from orders.problems import (
    EquipmentWithdrawn,
    NewPlaceMissing,
    PlaceGone,
    Problem,
    UnitGone,
    WasteNotInUnit,
    WasteTypeFixed,
    WasteTypeWithdrawn,
)
from orders.rules.conflicts import Booked, Schedule
from orders.rules.references import ReferenceRule
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.customers.queries import today as local_today
from portal.holidays import public_holidays
from portal.tenancy.models import current_tenant

# Of the jobs ordered for a unit; the overview has them all.
MOST_ON_CARD = 3


@lru_cache(maxsize=8)
def holidays_around(year: int) -> frozenset[date]:
    """Return the public holidays of the years around `year`, which is as far as deadlines and orders reach."""
    return frozenset().union(*map(public_holidays, range(year - 1, year + 3)))


@dataclass(frozen=True)
class Rules:
    """A company's rules for ordering: which days, and what the order reference must look like."""

    terms: Terms
    reference: ReferenceRule


def current_rules() -> Rules:
    """Return the current tenant's rules for ordering."""
    rules, tenant = OrderingRules.current(), current_tenant()
    closed = holidays_around(timezone.now().astimezone(tenant.zone).year) | frozenset(rules.closed_days)
    terms = Terms(
        lead_time=LeadTime(rules.days_before, rules.working_days, rules.hour),
        calendar=WorkingCalendar(
            closed, frozenset(rules.weekdays), frozenset(rules.open_days) - frozenset(rules.closed_days)
        ),
        zone=tenant.zone,
        furthest_days=rules.furthest_days,
    )
    help_text = tenant.text(rules.reference_help)
    return Rules(terms, ReferenceRule(rules.reference_required, tuple(rules.reference_masks), help_text))


def current_terms() -> Terms:
    """Return the current tenant's terms for ordering."""
    return current_rules().terms


def waste_problem(placement: Placement | None, equipment: EquipmentType, waste_type: WasteType) -> Problem | None:
    """Return why a unit cannot be ordered with this waste type in it, or None. Asks the database once."""
    return _waste_problem(placement, equipment, waste_type, allowed_waste([equipment]))


def allowed_waste(equipment: Iterable[EquipmentType]) -> dict[int, set[int]]:
    """Return the ids of the waste types that each kind of equipment takes; one that is missing takes all."""
    found: dict[int, set[int]] = {}
    kinds = {kind.pk for kind in equipment}
    rows = AllowedWaste.objects.filter(equipment_type__in=kinds).values_list("equipment_type_id", "waste_type_id")
    for kind, waste in rows:
        found.setdefault(kind, set()).add(waste)
    return found


def _waste_problem(
    placement: Placement | None, equipment: EquipmentType, waste_type: WasteType, allowed: dict[int, set[int]]
) -> Problem | None:
    if placement and placement.is_periodic:
        return WasteTypeFixed() if waste_type != placement.waste_type else None
    if not waste_type.is_active:
        return WasteTypeWithdrawn(waste_type.name)
    # What a unit was placed for it takes, whatever the list says now.
    is_its_own = placement is not None and waste_type == placement.waste_type
    if not is_its_own and waste_type.pk not in allowed.get(equipment.pk, {waste_type.pk}):
        return WasteNotInUnit(waste_type.name, str(equipment))
    return None


@dataclass(frozen=True)
class Conditions:
    """What a line is held against."""

    customer: Customer
    rules: Rules
    now: datetime
    allowed: dict[int, set[int]]
    schedules: dict[int, Schedule]

    def schedule_of(self, line: BasketLine) -> Schedule:
        return self.schedules.get(line.pk, Schedule())


def line_problem(line: BasketLine, given: Conditions) -> Problem | None:
    """Return the first reason why a line, read with its details, can no longer be ordered, or None."""
    return (
        _unit_problem(line, given)
        or _line_waste_problem(line, given)
        or _destination_problem(line, given.customer)
        or given.rules.terms.problem_with(line.wanted_on, given.now)
        or schedule_problem(given.schedule_of(line), Service(line.service), line.wanted_on, line.unit_number)
        or given.rules.reference.problem_with(line.invoice_reference)
    )


def _unit_problem(line: BasketLine, given: Conditions) -> Problem | None:
    placement, location = line.placement, line.location
    if placement:
        stands = placement.stands_on(given.rules.terms.today(given.now))
        is_theirs = placement.location.customer_id == given.customer.pk
        return None if stands and is_theirs else UnitGone(placement.number)
    if location and not location.is_of(given.customer):
        return PlaceGone(location.full_address)
    return None if line.equipment_type.is_active else EquipmentWithdrawn(str(line.equipment_type))


def _line_waste_problem(line: BasketLine, given: Conditions) -> Problem | None:
    """A unit that is only moved keeps what is in it."""
    if line.service == Service.RELOCATE:
        return None
    return _waste_problem(line.placement, line.equipment_type, line.waste_type, given.allowed)


def _destination_problem(line: BasketLine, customer: Customer) -> Problem | None:
    if line.service != Service.RELOCATE:
        return None
    to = line.destination_location
    if to and not to.is_of(customer):
        return PlaceGone(to.full_address)
    return None if to or line.destination or line.is_marked_on_photo else NewPlaceMissing()


def schedule_problem(schedule: Schedule, service: Service, day: date, number: str) -> Problem | None:
    """Return why a job cannot be done with a unit that day, because of what else happens to it, or None."""
    if schedule.leaves_on and schedule.is_gone(day):
        return UnitLeaves(schedule.leaves_on, number)
    other = schedule.contradiction(service, day)
    if other is None:
        return None
    if other.service == Service.COLLECT and other.day <= day:
        return CollectedBefore(other.day, number)
    return NeededLater(other.day, str(SERVICE_NOUNS[other.service]))


def schedule_remark(schedule: Schedule, service: Service, day: date) -> Problem | None:
    """Return what should be known before a job is ordered for that day, and does not hinder it; None for nothing."""
    if other := schedule.double(service, day):
        said = InBasketAlready if other.in_basket else OrderedAlready
        return said(other.day, str(SERVICE_NOUNS[other.service]))
    return RoundThatDay(day) if schedule.is_round(service, day) else None


def schedule_of(
    placement: Placement, *, lines: Iterable[BasketLine] = (), without: OrderLine | None = None
) -> Schedule:
    """Return what is known of a unit: the jobs ordered from today on, but for one, and those of basket lines."""
    today = local_today()
    ordered = OrderLine.objects.of_placements([placement]).upcoming().filter(wanted_on__gte=today)
    ordered = ordered.exclude(pk=without.pk) if without else ordered
    return _schedule(placement, ordered, (line for line in lines if line.placement_id == placement.pk))


def _schedule(placement: Placement, ordered: Iterable[OrderLine], lines: Iterable[BasketLine]) -> Schedule:
    booked = [Booked(job.service, job.wanted_on) for job in ordered]
    booked += [Booked(Service(line.service), line.wanted_on, in_basket=True) for line in lines]
    return Schedule(tuple(booked), placement.removed_on, placement.route_weekday)


def _schedules(lines: Sequence[BasketLine], today: date) -> dict[int, Schedule]:
    """Return what else happens to the unit of each line, by the line's id. Asks the database once."""
    units = {line.placement_id: line.placement for line in lines if line.placement}
    found = {
        pk: [job for job in jobs if job.wanted_on >= today]
        for pk, jobs in upcoming_by_placement(units.values()).items()
    }
    return {
        line.pk: _schedule(
            line.placement,
            found.get(line.placement.pk, []),
            (other for other in lines if other.placement_id == line.placement_id and other.pk != line.pk),
        )
        for line in lines
        if line.placement
    }


@dataclass(frozen=True)
class CheckedLine:
    """A line of the basket with what is in its way, if anything, and what should be known besides."""

    line: BasketLine
    problem: Problem | None
    remark: Problem | None = None


def checked_basket(user: User, customer: Customer) -> list[CheckedLine]:
    """Return a person's basket for a customer, each line checked against how things are now."""
    lines = BasketLine.objects.in_basket_of(user, customer).with_details()
    return checked_lines(list(lines), customer)


def checked_lines(lines: Sequence[BasketLine], customer: Customer) -> list[CheckedLine]:
    allowed = allowed_waste(line.equipment_type for line in lines)
    rules, now = current_rules(), timezone.now()
    given = Conditions(customer, rules, now, allowed, _schedules(lines, rules.terms.today(now)))
    return [
        CheckedLine(
            line,
            line_problem(line, given),
            schedule_remark(given.schedule_of(line), Service(line.service), line.wanted_on),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Soonest:
    """The next jobs of a unit, how many more are ordered, and the day of the last of all."""

    lines: list[OrderLine] = field(default_factory=list)
    more: int = 0
    last: date | None = None


def soonest_by_placement(placements: Iterable[Placement]) -> dict[int, Soonest]:
    """Return what a unit's card shows of the jobs ordered and not yet done, by the placement's id. One query, which
    reads no more than is shown, however much is ordered ahead.
    """
    ahead = OrderLine.objects.of_placements(placements).upcoming().select_related("order")
    numbered = ahead.annotate(
        turn=Window(RowNumber(), partition_by="placement", order_by=("wanted_on", "pk")),
        ordered=Window(Count("pk"), partition_by="placement"),
        last_on=Window(Max("wanted_on"), partition_by="placement"),
    )
    found: dict[int, Soonest] = {}
    line: Any  # with what is annotated above
    for line in numbered.filter(turn__lte=MOST_ON_CARD):
        one = found.setdefault(
            line.placement_id or 0, Soonest(more=max(line.ordered - MOST_ON_CARD, 0), last=line.last_on)
        )
        one.lines.append(line)
    return found


def upcoming_by_placement(placements: Iterable[Placement]) -> dict[int, list[OrderLine]]:
    """Return the jobs ordered and not yet done, soonest first, by the placement's id."""
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.of_placements(placements).upcoming().select_related("order"):
        found.setdefault(line.placement_id or 0, []).append(line)
    return found
