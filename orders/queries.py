"""Reads that need more than a row: a company's terms, what is in the way of a basket, what is already on its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import holidays
from django.utils import timezone

from orders.cutoff import LeadTime, Terms, WorkingCalendar
from orders.jobs import Service
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
from orders.rules.references import ReferenceRule
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant


@lru_cache(maxsize=8)
def norwegian_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of the years around `year`, which is as far as deadlines and orders reach."""
    return frozenset(holidays.country_holidays("NO", years=range(year - 1, year + 3)))


@dataclass(frozen=True)
class Rules:
    """A company's rules for ordering: which days, and what the order reference must look like."""

    terms: Terms
    reference: ReferenceRule


def current_rules() -> Rules:
    """Return the current tenant's rules for ordering."""
    rules, tenant = OrderingRules.current(), current_tenant()
    closed = norwegian_holidays(timezone.now().astimezone(tenant.zone).year) | frozenset(rules.closed_days)
    terms = Terms(
        lead_time=LeadTime(rules.days_before, rules.working_days, rules.hour),
        calendar=WorkingCalendar(closed),
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


def line_problem(line: BasketLine, given: Conditions) -> Problem | None:
    """Return the first reason why a line, read with its details, can no longer be ordered, or None."""
    return (
        _unit_problem(line, given)
        or _line_waste_problem(line, given)
        or _destination_problem(line, given.customer)
        or given.rules.terms.problem_with(line.wanted_on, given.now)
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
    return None if to or line.destination or line.spot else NewPlaceMissing()


@dataclass(frozen=True)
class CheckedLine:
    """A line of the basket with what is in its way, if anything."""

    line: BasketLine
    problem: Problem | None


def checked_basket(user: User, customer: Customer) -> list[CheckedLine]:
    """Return a person's basket for a customer, each line checked against how things are now."""
    lines = BasketLine.objects.in_basket_of(user, customer).with_details()
    return checked_lines(list(lines), customer)


def checked_lines(lines: Sequence[BasketLine], customer: Customer) -> list[CheckedLine]:
    allowed = allowed_waste(line.equipment_type for line in lines)
    given = Conditions(customer, current_rules(), timezone.now(), allowed)
    return [CheckedLine(line, line_problem(line, given)) for line in lines]


def upcoming_by_placement(placements: Iterable[Placement]) -> dict[int, list[OrderLine]]:
    """Return the jobs ordered and not yet done, soonest first, by the placement's id."""
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.of_placements(placements).upcoming().select_related("order"):
        found.setdefault(line.placement_id or 0, []).append(line)
    return found
