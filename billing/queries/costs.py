"""What using electricity cost, hour by hour: an estimate to stand beside the readings.

An hour costs its energy times the spot price and the grid's energy price with the taxes on it, less support (or plus
what Norgespris takes back). The supplier's surcharge and the capacity charge are no hour's: they are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal

from billing.queries import cases, prices
from billing.queries.cases import Case, NotHeld
from billing.queries.company import Company
from billing.queries.support import DaySupport, support_in, support_of_day
from billing.rules import readings
from billing.rules.calendar import Period
from billing.rules.money import apportion, kwh, to_ore, with_vat
from billing.rules.money import nok as nok_of
from billing.rules.readings import DayHours
from billing.rules.spot import Price
from billing.rules.support import PriceBook, Scheme
from metering.days import Slot, slots_of_day
from metering.models import MeteringPoint
from metering.periods import Span
from portal.customers.models import Customer


@dataclass(frozen=True)
class Money:
    """NOK by some key, rounded to øre so that the parts add up to `total`; None is not known (yet).

    `has_gaps`: the readings or prices of some of it are missing, and what they would cost is not in the total.
    """

    # By the day, or by the moment an hour begins.
    parts: Mapping[date, Decimal | None] = field(default_factory=dict)
    total: Decimal | None = None
    has_gaps: bool = False


@dataclass(frozen=True)
class Costs:
    """What a stretch of days cost and what the scheme gave; both by the hour (start, UTC) or by the day."""

    cost: Money
    support: Money
    schemes: tuple[Scheme, ...]


def costs_of_day(
    point: MeteringPoint, day: date, *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return one day by the hour. Raises NotHeld when the day is not the holder's."""
    case = cases.case_of(point, day, customer=customer, of=of)
    if not case.is_held(day):
        raise NotHeld(f"{point.gsrn} is not held on {day}")
    hours = support_of_day(point, day, customer=customer, of=case.company)
    given: dict[date, Decimal | None] = {one.start.astimezone(UTC): one.nok for one in hours}
    exact: dict[date, Decimal | None] = {}
    for slot, nok in _gross(case, case.clip(day.replace(day=1), day)[0], day, since=day)[day]:
        start = slot.start.astimezone(UTC)
        exact[start] = _net(nok, given.get(start)) if given else nok
    return Costs(_money(exact), _known(given), (case.terms.scheme_on(day),) if given else ())


def costs_of_days(
    point: MeteringPoint, span: Span, *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return some days, one by one. Raises NotHeld when none of them is the holder's."""
    case = cases.case_of(point, span.last, customer=customer, of=of)
    first, last = case.clip(span.first, span.last)
    months = support_in(case, [month for month in span.months() if month <= last])
    given = {day.day: day for month in months for day in month.days if first <= day.day <= last}
    exact: dict[date, Decimal | None] = {
        day: _net_day(slots, given.get(day)) for day, slots in _gross(case, first, last).items()
    }
    return Costs(
        _money(exact),
        _known({day: one.nok for day, one in given.items()}),
        tuple(dict.fromkeys(one.scheme for one in given.values())),
    )


def support_of_months(
    point: MeteringPoint, months: Sequence[date], *, customer: Customer | None = None, of: Company | None = None
) -> Costs:
    """Return what the scheme gave, by month; what a whole month cost is the settlement's. Raises NotHeld."""
    found = support_in(cases.case_of(point, months[-1], customer=customer, of=of), months)
    schemes = tuple(dict.fromkeys(scheme for month in found for scheme in month.schemes))
    return Costs(Money(), _known({month.month: month.nok for month in found}), schemes)


# One hour after the other --------------------------------------------------------------------------


def _gross(
    case: Case, first: date, last: date, since: date = date.min
) -> dict[date, list[tuple[Slot, Decimal | None]]]:
    """Return what each hour of the holder's days costs before support; None where something is not known.

    All from `first` is read, as for the support, and answered from `since`.
    """
    book = cases.prices_of(case.company, case.point.price_area, first, last) or PriceBook({})
    within = readings.within(Period.of_days(first, last, case.company.clock), cases.readings_of(case, first, last))
    return {
        hours.day: _gross_day(case, hours, book)
        for hours in within.days
        if hours.day >= since and case.is_held(hours.day)
    }


def _gross_day(case: Case, hours: DayHours, book: PriceBook) -> list[tuple[Slot, Decimal | None]]:
    slots = slots_of_day(hours.day, case.company.clock, 60)
    spot: Sequence[Price] = book.spots[hours.day].hourly if hours.day in book.spots else ()
    if len(spot) != len(slots):
        spot = (None,) * len(slots)
    grid = _grid_prices(case, hours.day, slots)
    vat = case.terms.vat_on(hours.day)
    rows = zip(slots, hours.wh, spot, grid, strict=True)
    return [(slot, _hour(wh, price, ore, vat)) for slot, wh, price, ore in rows]


def _hour(wh: int | None, price: Price, ore: Decimal | None, vat: Decimal | None) -> Decimal | None:
    if wh is None or price is None or ore is None or vat is None:
        return None
    return kwh(wh) * (with_vat(price, vat) + nok_of(ore))


def _grid_prices(case: Case, day: date, slots: Sequence[Slot]) -> list[Decimal | None]:
    """Return the grid's energy price of each hour with the taxes on it, øre/kWh; None where it is not known."""
    found = prices.price_list_in(case.terms, day)
    if found is None:
        return [None] * len(slots)
    energy, habits = found.version.tariff.energy, case.terms.habits
    plan = energy.plan(day.month, day.weekday(), is_holiday=habits.calendar.is_holiday(day))
    return [found.energy[plan[slot.start.hour]].with_taxes for slot in slots]


def _net(gross: Decimal | None, support: Decimal | None) -> Decimal | None:
    return None if gross is None or support is None else gross - support


def _net_day(hours: Sequence[tuple[Slot, Decimal | None]], support: DaySupport | None) -> Decimal | None:
    known = [nok for _, nok in hours if nok is not None]
    gross = sum(known, Decimal(0)) if known else None
    return _net(gross, support.nok) if support else gross


def _money(exact: Mapping[date, Decimal | None]) -> Money:
    """Round what is known so that it adds up."""
    known = {key: nok for key, nok in exact.items() if nok is not None}
    if not known:
        return Money(dict.fromkeys(exact), None, has_gaps=True)
    total = to_ore(sum(known.values(), Decimal(0)))
    shown = dict(zip(known, apportion(list(known.values()), total), strict=True))
    return Money({key: shown.get(key) for key in exact}, total, has_gaps=len(known) < len(exact))


def _known(parts: Mapping[date, Decimal | None]) -> Money:
    """Sum what is rounded already."""
    known = [nok for nok in parts.values() if nok is not None]
    return Money(parts, sum(known, Decimal(0)) if known else None, has_gaps=len(known) < len(parts))
