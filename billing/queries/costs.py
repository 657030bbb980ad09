"""What using electricity cost, hour by hour: an estimate to stand beside the readings.

An hour costs its energy times the spot price, and times the grid's energy price with the taxes on it; what support or
Norgespris gives stands beside it. The supplier's surcharge and the capacity charge are no hour's: they are not in it.

A day's part for the grid and for the power are rounded to øre. Any sum is that of its days, and a day's hours add up to
the day: so the same day costs the same whatever it is shown in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal

from billing.queries import cases, prices
from billing.queries.cases import Case, NotHeld
from billing.queries.company import Company
from billing.queries.support import support_in, support_of_day
from billing.rules import readings
from billing.rules.calendar import Period, last_day, month_of
from billing.rules.money import apportion, kwh, nok, to_ore, with_vat
from billing.rules.readings import DayHours
from billing.rules.spot import Price
from billing.rules.support import PriceBook, Scheme
from metering.days import DayValues, Slot, slots_of_day
from metering.models import MeteringPoint
from metering.periods import Span
from portal.customers.models import Customer


@dataclass(frozen=True)
class Money:
    """NOK by some key, rounded to øre so that the parts add up to `total`; None is not known (yet).

    `preliminary` are the keys of amounts that may still change, because their prices may.
    """

    # By the day, or by the moment an hour begins.
    parts: Mapping[date, Decimal | None] = field(default_factory=dict)
    total: Decimal | None = None
    preliminary: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Cost(Money):
    """`total` is `grid` and `power`, what was paid for the energy at the spot price; both have VAT where it is paid.

    `has_gaps`: the readings or prices of some hours before today are missing, and what they would cost is not in it.
    """

    grid: Decimal = Decimal(0)
    power: Decimal = Decimal(0)
    has_gaps: bool = False


@dataclass(frozen=True)
class Costs:
    """What a stretch of days cost and what the scheme gave; both by the hour (start, UTC) or by the day."""

    cost: Cost
    support: Money
    schemes: tuple[Scheme, ...]


def costs_of_day(
    point: MeteringPoint, day: date, *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return one day by the hour. Raises NotHeld when the day is not the holder's."""
    case = cases.case_of(point, day, customer=customer, of=of)
    if not case.is_held(day):
        raise NotHeld(f"{point.gsrn} is not held on {day}")
    given = support_of_day(point, day, customer=customer, of=case.company)
    # What the support has read is read again from memory.
    stored = cases.readings_of(case, month_of(day), case.clip(day.replace(day=1), last_day(day))[1])
    cost = _cost_by_the_hour(_hours(case, day, day, stored)[day], case.company.today)
    unsure = {one.start.astimezone(UTC) for one in given if one.preliminary}
    support = _known({one.start.astimezone(UTC): one.nok for one in given}, unsure)
    return Costs(cost, support, (case.terms.scheme_on(day),) if given else ())


def costs_of_days(
    point: MeteringPoint, span: Span, *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return some days, one by one. Raises NotHeld when none of them is the holder's."""
    case = cases.case_of(point, span.last, customer=customer, of=of)
    first, last = case.clip(span.first, span.last)
    months = support_in(case, [month for month in span.months() if month <= last])
    given = [day for month in months for day in month.days if first <= day.day <= last]
    schemes = tuple(dict.fromkeys(one.scheme for one in given))
    cost = _cost_by_the_day(_hours(case, first, last, cases.readings_of(case, first, last)), case.company.today)
    support = _known({one.day: one.nok for one in given}, {one.day for one in given if one.preliminary})
    return Costs(cost, support, schemes)


def support_of_months(
    point: MeteringPoint, months: Sequence[date], *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return what the scheme gave, by month; what a whole month cost is the settlement's. Raises NotHeld."""
    found = support_in(cases.case_of(point, months[-1], customer=customer, of=of), months)
    schemes = tuple(dict.fromkeys(scheme for month in found for scheme in month.schemes))
    unsure = {month.month for month in found if month.preliminary}
    return Costs(Cost(), _known({month.month: month.nok for month in found}, unsure), schemes)


# One hour after the other --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hour:
    """What an hour cost, exact; None: its reading or one of its prices is missing."""

    slot: Slot
    grid: Decimal | None
    power: Decimal | None
    preliminary: bool

    @property
    def known(self) -> tuple[Decimal, Decimal] | None:
        return None if self.grid is None or self.power is None else (self.grid, self.power)

    def is_gap(self, today: date) -> bool:
        """Tell whether something is missing that should be here: the readings of today are not."""
        return self.known is None and self.slot.start.date() < today


def _hours(case: Case, first: date, last: date, stored: Mapping[date, DayValues]) -> dict[date, list[_Hour]]:
    """Return the hours of the holder's days, both ends included; `stored` are their readings."""
    book = cases.prices_of(case.company, case.point.price_area, first, last) or PriceBook({})
    within = readings.within(Period.of_days(first, last, case.company.clock), stored, case.held)
    return {hours.day: _day(case, hours, book) for hours in within.days}


def _day(case: Case, hours: DayHours, book: PriceBook) -> list[_Hour]:
    slots = slots_of_day(hours.day, case.company.clock, 60)
    spot: Sequence[Price] = book.spots[hours.day].hourly if hours.day in book.spots else ()
    if len(spot) != len(slots):
        spot = (None,) * len(slots)
    vat = case.terms.vat_on(hours.day)
    preliminary = hours.day in book.spots and book.spots[hours.day].preliminary
    rows = zip(slots, hours.wh, spot, _grid_prices(case, hours.day, slots), strict=True)
    return [
        _Hour(
            slot,
            None if wh is None or ore is None else kwh(wh) * nok(ore),
            None if wh is None or price is None or vat is None else kwh(wh) * with_vat(price, vat),
            preliminary,
        )
        for slot, wh, price, ore in rows
    ]


def _grid_prices(case: Case, day: date, slots: Sequence[Slot]) -> list[Decimal | None]:
    """Return the grid's energy price of each hour with the taxes on it, øre/kWh; None where it is not known."""
    found = prices.price_list_in(case.terms, day)
    if found is None:
        return [None] * len(slots)
    energy, habits = found.version.tariff.energy, case.terms.habits
    plan = energy.plan(day.month, day.weekday(), is_holiday=habits.calendar.is_holiday(day))
    return [found.energy[plan[slot.start.hour]].with_taxes for slot in slots]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What some hours cost, in øre; `hours` are those of them that are known, exact."""

    grid: Decimal
    power: Decimal
    hours: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return self.grid + self.power


def _rounded(hours: Sequence[_Hour]) -> _Parts | None:
    """Round what is known of a day; None where nothing is."""
    known = [one for hour in hours if (one := hour.known)]
    if not known:
        return None
    grid, power = (to_ore(sum(part, Decimal(0))) for part in zip(*known, strict=True))
    return _Parts(grid, power, [sum(one, Decimal(0)) for one in known])


def _cost_by_the_day(days: Mapping[date, Sequence[_Hour]], today: date) -> Cost:
    found = {day: _rounded(hours) for day, hours in days.items()}
    parts = {day: one.total if one else None for day, one in found.items()}
    unsure = {day for day, hours in days.items() if any(hour.preliminary for hour in hours)}
    has_gaps = any(hour.is_gap(today) for hours in days.values() for hour in hours)
    return _sum(_known(parts, unsure), [one for one in found.values() if one], has_gaps=has_gaps)


def _cost_by_the_hour(hours: Sequence[_Hour], today: date) -> Cost:
    """Return a day's hours; `parts` has their beginning in UTC."""
    found = _rounded(hours)
    shown = iter(apportion(found.hours, found.total) if found else ())
    parts: dict[date, Decimal | None] = {
        hour.slot.start.astimezone(UTC): next(shown) if hour.known else None for hour in hours
    }
    unsure: set[date] = {hour.slot.start.astimezone(UTC) for hour in hours if hour.preliminary}
    has_gaps = any(hour.is_gap(today) for hour in hours)
    return _sum(_known(parts, unsure), [found] if found else [], has_gaps=has_gaps)


def _sum(money: Money, known: Sequence[_Parts], *, has_gaps: bool) -> Cost:
    grid, power = sum((one.grid for one in known), Decimal(0)), sum((one.power for one in known), Decimal(0))
    return Cost(money.parts, money.total, money.preliminary, grid=grid, power=power, has_gaps=has_gaps)


def _known(parts: Mapping[date, Decimal | None], unsure: Collection[date]) -> Money:
    """Sum what is rounded already; `unsure` are the keys whose prices are preliminary, or missing."""
    known = [amount for amount in parts.values() if amount is not None]
    preliminary = frozenset(key for key in unsure if parts[key] is not None)
    return Money(parts, sum(known, Decimal(0)) if known else None, preliminary)
