"""Electricity support and Norgespris as customers see them: by month, opened to days, opened to hours.

Amounts have VAT where the customer pays it; what is above zero is money to the customer. Days are rounded so that they
add up to their month, hours so that they add up to their day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.queries import cases
from billing.queries.cases import Case, NotHeld, case_of
from billing.queries.company import Company
from billing.rules import readings
from billing.rules.calendar import Period, last_day, month_of, twelve_months
from billing.rules.money import apportion, kwh, to_ore, with_vat
from billing.rules.scheme_lines import SchemeDays, scheme_days, used_before
from billing.rules.support import DayAmount, PriceBook, Scheme, hours_of
from billing.rules.taxes import Rate
from metering.days import DayValues, slots_of_day
from metering.models import MeteringPoint
from portal.customers.models import Customer


@dataclass(frozen=True)
class DaySupport:
    """`nok` is None on a day without readings or prices; `kwh` is what of its energy is covered by the scheme."""

    day: date
    scheme: Scheme
    kwh: Decimal
    nok: Decimal | None
    preliminary: bool


@dataclass(frozen=True)
class MonthSupport:
    """`nok` is None where no scheme held, or nothing is known yet. `preliminary`: some price is, or is missing."""

    month: date
    schemes: tuple[Scheme, ...]
    kwh: Decimal
    nok: Decimal | None
    preliminary: bool
    days: tuple[DaySupport, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class HourSupport:
    """One hour: `spot_ore` and `rate_ore` are øre/kWh with VAT where the customer pays it; None is not known (yet)."""

    start: datetime
    end: datetime
    kwh: Decimal | None
    covered_kwh: Decimal
    spot_ore: Decimal | None
    rate_ore: Decimal | None
    nok: Decimal | None


def support_of(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> MonthSupport:
    """Return a month with its days. Raises NotHeld when the month is not the holder's."""
    case = case_of(point, last_day(month), customer=customer, of=of)
    return support_in(case, [month])[0]


def support_of_year(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> list[MonthSupport]:
    """Return twelve months up to and including `month`, the latest first; not those held by others."""
    case = case_of(point, last_day(month), customer=customer, of=of)
    return support_in(case, twelve_months(month))


def support_in(case: Case, months: Sequence[date]) -> list[MonthSupport]:
    """Return some months, the latest first; readings and prices are read once for all of them."""
    held = cases.held_months(case, months)
    begin, end = min(first for first, _ in held), max(last for _, last in held)
    stored = cases.point_readings(case, month_of(begin), end)
    prices = cases.prices_of(case.company, case.point.price_area, begin, end) or PriceBook({})
    found = []
    for first, last in held:
        parts = _scheme_days(case, Period.of_days(first, last, case.company.clock), stored, prices)
        found.append(_month(case, first, parts))
    return found


def support_of_day(
    point: MeteringPoint, day: date, *, customer: Customer | None = None, of: Company | None = None
) -> list[HourSupport]:
    """Return a day's hours; empty where no scheme holds. The month up to the day has used up the cap first."""
    case = case_of(point, last_day(day), customer=customer, of=of)
    first, last = case.clip(day.replace(day=1), last_day(day))
    if not first <= day <= last or not case.is_held(day):
        raise NotHeld(f"{point.gsrn} is not held on {day}")
    stored = cases.point_readings(case, month_of(day), day)
    prices = cases.prices_of(case.company, point.price_area, first, last) or PriceBook({})
    for one in _scheme_days(case, Period.of_days(day, day, case.company.clock), stored, prices):
        if one.days[-1].day == day:
            return list(_hours(case, one, prices))
    return []


def _scheme_days(case: Case, period: Period, stored: Mapping[date, DayValues], prices: PriceBook) -> list[SchemeDays]:
    within = readings.within(period, stored, case.held)
    return list(scheme_days(case.terms, within.days, prices, used_before(case.terms, period, stored)))


def _month(case: Case, first: date, parts: Sequence[SchemeDays]) -> MonthSupport:
    vat = case.terms.vat_on(first) or Decimal(0)
    given = [(part, amount) for part in parts for amount in part.amounts]
    exact = [with_vat(amount.nok, vat) for _, amount in given]
    known = [part for part in parts if part.rated]
    total = to_ore(sum(exact, Decimal(0)))
    shown = apportion(exact, total)
    days = [_day(part, amount, nok) for (part, amount), nok in zip(given, shown, strict=True)]
    return MonthSupport(
        month=first.replace(day=1),
        schemes=tuple(part.scheme for part in parts),
        kwh=kwh(sum(amount.covered_wh for _, amount in given)),
        nok=total if known else None,
        preliminary=any(day.preliminary for day in days),
        days=tuple(sorted(days, key=lambda day: day.day)),
        rates=tuple(dict.fromkeys(rate for part in parts for rate in part.rates)),
    )


def _day(part: SchemeDays, amount: DayAmount, nok: Decimal) -> DaySupport:
    hours = next(day for day in part.days if day.day == amount.day)
    is_known = amount.day in part.rated and any(wh is not None for wh in hours.wh)
    return DaySupport(amount.day, part.scheme, kwh(amount.covered_wh), nok if is_known else None, amount.preliminary)


def _hours(case: Case, part: SchemeDays, prices: PriceBook) -> Iterator[HourSupport]:
    today = part.days[-1]
    left = None if part.cap_wh is None else max(0, part.cap_wh - part.used[today.day])
    vat = case.terms.vat_on(today.day) or Decimal(0)
    found = hours_of(today.wh, part.rated.get(today.day), left_wh=left)
    exact = [with_vat(one.nok or Decimal(0), vat) for one in found]
    shown = apportion(exact, to_ore(sum(exact, Decimal(0))))
    spot = prices.spots[today.day].hourly if today.day in prices.spots else ()
    slots = slots_of_day(today.day, case.company.clock, 60)
    for number, (one, nok) in enumerate(zip(found, shown, strict=True)):
        slot, price = slots[today.low + number], spot[number] if number < len(spot) else None
        yield HourSupport(
            start=slot.start,
            end=slot.end,
            kwh=None if one.wh is None else kwh(one.wh),
            covered_kwh=kwh(one.covered_wh),
            spot_ore=None if price is None else with_vat(price, vat) * 100,
            rate_ore=None if one.nok_per_kwh is None else with_vat(one.nok_per_kwh, vat) * 100,
            nok=None if one.nok is None else nok,
        )
