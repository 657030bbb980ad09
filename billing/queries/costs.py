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
from functools import lru_cache
from operator import mul

from billing.queries import cases, prices
from billing.queries.cases import Case, NotHeld
from billing.queries.company import Company
from billing.queries.support import sums_in, support_in, support_of_day
from billing.rules import readings
from billing.rules.calendar import Period, hours_of_day
from billing.rules.money import apportion, nok, to_ore, with_vat
from billing.rules.readings import DayHours
from billing.rules.spot import SpotDay
from billing.rules.support import PriceBook, Scheme, exact_nok, scaled
from billing.rules.taxes import Kind
from metering.days import DayValues, slots_of_day
from metering.models import MeteringPoint
from metering.periods import Span, month_of, month_span
from portal.customers.models import Customer

# What stands on the grid's energy price.
TAXES = (Kind.VAT, Kind.CONSUMPTION_TAX, Kind.ENOVA, Kind.ENOVA_FIXED)


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
    stored = cases.readings_of(case, month_of(day), case.clip(day.replace(day=1), month_span(day).last)[1])
    cost = _cost_by_the_hour(_hours(case, day, day, stored)[day], case)
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
    found = sums_in(cases.case_of(point, months[-1], customer=customer, of=of), months)
    schemes = tuple(dict.fromkeys(scheme for month in found for scheme in month.schemes))
    unsure = {month.month for month in found if month.preliminary}
    return Costs(Cost(), _known({month.month: month.nok for month in found}, unsure), schemes)


# One hour after the other --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Day:
    """The hours of a day: their energy, and what a kWh cost in them (exact: rules.support.SCALE); None is missing."""

    day: date
    wh: Sequence[int | None]
    grid: Sequence[int | None]
    power: Sequence[int | None]
    preliminary: bool

    @property
    def has_gaps(self) -> bool:
        return None in self.wh or None in self.grid or None in self.power

    def parts(self) -> _Parts | None:
        """Round what is known of the day; None where nothing is."""
        wh, grid, power = self.wh, self.grid, self.power
        if self.has_gaps:
            known = [one for one in zip(wh, grid, power, strict=True) if None not in one]
            if not known:
                return None
            wh, grid, power = zip(*known, strict=True)
        return _Parts(_rounded(wh, grid), _rounded(wh, power))

    def hours(self) -> list[Decimal | None]:
        """Return what each hour cost, exact; None: its reading or one of its prices is missing."""
        return [
            None if wh is None or grid is None or power is None else exact_nok(wh * (grid + power))
            for wh, grid, power in zip(self.wh, self.grid, self.power, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the known hours of a day cost, in øre."""

    grid: Decimal
    power: Decimal

    @property
    def total(self) -> Decimal:
        return self.grid + self.power


def _rounded(wh: Sequence[int | None], points: Sequence[int | None]) -> Decimal:
    """Add up hours of which nothing is missing."""
    return to_ore(exact_nok(sum(map(mul, wh, points))))


def _hours(case: Case, first: date, last: date, stored: Mapping[date, DayValues]) -> dict[date, _Day]:
    """Return the hours of the holder's days, both ends included; `stored` are their readings."""
    book = cases.prices_of(case.company, case.point.price_area, first, last) or PriceBook({})
    within = readings.within(Period.of_days(first, last, case.company.clock), stored, case.held)
    lists: dict[object, Sequence[int | None]] = {}
    return {hours.day: _day(case, hours, book, lists) for hours in within.days}


def _day(case: Case, hours: DayHours, book: PriceBook, lists: dict[object, Sequence[int | None]]) -> _Day:
    day, vat, spot = hours.day, case.terms.vat_on(hours.day), book.spots.get(hours.day)
    nothing = (None,) * len(hours.wh)
    power = nothing if spot is None or vat is None else _power_prices(spot, vat)
    return _Day(
        day=day,
        wh=hours.wh,
        grid=_grid_prices(case, day, lists),
        power=power if len(power) == len(hours.wh) else nothing,
        preliminary=spot is not None and spot.preliminary,
    )


# Years of days in a few areas, the same for everybody.
@lru_cache(maxsize=4096)
def _power_prices(spot: SpotDay, vat: Decimal) -> tuple[int | None, ...]:
    return tuple(None if price is None else scaled(with_vat(price, vat)) for price in spot.hourly)


def _grid_prices(case: Case, day: date, lists: dict[object, Sequence[int | None]]) -> list[int | None]:
    """Return the grid's energy price of each hour with the taxes on it; None where it is not known.

    `lists` are those of the days before: days with one price list and the same taxes share theirs.
    """
    terms, hours = case.terms, hours_of_day(day, case.company.clock)
    version = terms.version_on(day)
    if version is None:
        return [None] * len(hours)
    key = (version.pk, version.reference, *(terms.rate_on(kind, day) for kind in TAXES))
    if key not in lists:
        found = prices.price_list_from(terms, version, day)
        energy = [one.with_taxes for one in found.energy] if found else [None] * len(version.tariff.energy.periods)
        lists[key] = [None if ore is None else scaled(nok(ore)) for ore in energy]
    points, is_holiday = lists[key], terms.habits.calendar.is_holiday(day)
    plan = version.tariff.energy.plan(day.month, day.weekday(), is_holiday=is_holiday)
    return [points[plan[hour]] for hour in hours]


def _cost_by_the_day(days: Mapping[date, _Day], today: date) -> Cost:
    found = {day: hours.parts() for day, hours in days.items()}
    parts = {day: one.total if one else None for day, one in found.items()}
    unsure = {day for day, hours in days.items() if hours.preliminary}
    # The readings of today are not missing yet.
    has_gaps = any(hours.has_gaps for day, hours in days.items() if day < today)
    return _sum(_known(parts, unsure), [one for one in found.values() if one], has_gaps=has_gaps)


def _cost_by_the_hour(day: _Day, case: Case) -> Cost:
    """Return a day's hours; `parts` has their beginning in UTC."""
    found, hours = day.parts(), day.hours()
    shown = iter(apportion([one for one in hours if one is not None], found.total) if found else ())
    starts = [slot.start.astimezone(UTC) for slot in slots_of_day(day.day, case.company.clock, 60)]
    parts: dict[date, Decimal | None] = {
        start: None if one is None else next(shown) for start, one in zip(starts, hours, strict=True)
    }
    unsure: set[date] = {*starts} if day.preliminary else set()
    has_gaps = day.has_gaps and day.day < case.company.today
    return _sum(_known(parts, unsure), [found] if found else [], has_gaps=has_gaps)


def _sum(money: Money, known: Sequence[_Parts], *, has_gaps: bool) -> Cost:
    grid, power = sum((one.grid for one in known), Decimal(0)), sum((one.power for one in known), Decimal(0))
    return Cost(money.parts, money.total, money.preliminary, grid=grid, power=power, has_gaps=has_gaps)


def _known(parts: Mapping[date, Decimal | None], unsure: Collection[date]) -> Money:
    """Sum what is rounded already; `unsure` are the keys whose prices are preliminary, or missing."""
    known = [amount for amount in parts.values() if amount is not None]
    preliminary = frozenset(key for key in unsure if parts[key] is not None)
    return Money(parts, sum(known, Decimal(0)) if known else None, preliminary)
