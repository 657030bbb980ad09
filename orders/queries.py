"""Reads that need more than a row: a company's terms, what is in the way of a basket, what is already on its way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import holidays
from django.utils import timezone

from orders.cutoff import LeadTime, Terms, WorkingCalendar
from orders.models import BasketLine, OrderingRules, OrderLine, Placement, WasteType
from orders.problems import Problem, UnitGone, WasteTypeFixed, WasteTypeWithdrawn
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant


@lru_cache(maxsize=8)
def norwegian_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of the years around `year`, which is as far as deadlines and orders reach."""
    return frozenset(holidays.country_holidays("NO", years=range(year - 1, year + 3)))


def current_terms() -> Terms:
    """Return the current tenant's terms for ordering."""
    rules = OrderingRules.objects.first() or OrderingRules()
    zone = current_tenant().zone
    closed = norwegian_holidays(timezone.now().astimezone(zone).year) | frozenset(rules.closed_days)
    return Terms(
        lead_time=LeadTime(rules.days_before, rules.working_days, rules.hour),
        calendar=WorkingCalendar(closed),
        zone=zone,
        furthest_days=rules.furthest_days,
    )


def waste_problem(placement: Placement, waste_type: WasteType) -> Problem | None:
    """Return why a unit cannot be ordered with this waste type in it, or None."""
    if placement.is_periodic:
        return WasteTypeFixed() if waste_type != placement.waste_type else None
    return None if waste_type.is_active else WasteTypeWithdrawn(waste_type.name)


def line_problem(line: BasketLine, customer: Customer, terms: Terms, now: datetime) -> Problem | None:
    """Return the first reason why a line, read with its details, can no longer be ordered, or None."""
    placement = line.placement
    if placement.location.customer_id != customer.pk or not placement.stands_on(terms.today(now)):
        return UnitGone(placement.number)
    return waste_problem(placement, line.waste_type) or terms.problem_with(line.wanted_on, now)


@dataclass(frozen=True)
class CheckedLine:
    """A line of the basket with what is in its way, if anything."""

    line: BasketLine
    problem: Problem | None


def checked_basket(user: User, customer: Customer) -> list[CheckedLine]:
    """Return a person's basket for a customer, each line checked against how things are now."""
    lines = BasketLine.objects.in_basket_of(user, customer).with_details()
    return checked_lines(lines, customer)


def checked_lines(lines: Iterable[BasketLine], customer: Customer) -> list[CheckedLine]:
    terms, now = current_terms(), timezone.now()
    return [CheckedLine(line, line_problem(line, customer, terms, now)) for line in lines]


def upcoming_by_placement(placements: Iterable[Placement]) -> dict[int, list[OrderLine]]:
    """Return the jobs ordered and not yet done, soonest first, by the placement's id."""
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.of_placements(placements).upcoming().select_related("order"):
        found.setdefault(line.placement_id or 0, []).append(line)
    return found
