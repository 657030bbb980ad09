"""Electricity support and Norgespris as customers see them: by month, opened to days, opened to hours.

Amounts have VAT where the customer pays it; what is above zero is money to the customer. A scheme's month is rounded,
as the line of the settlement is; its days are shown so that they add up to it, and a day's hours so that they add up to
the day: whatever is opened shows the øre of what it was opened from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.queries import cases
from billing.queries.cases import Case, NotHeld, case_of
from billing.queries.company import Company
from billing.rules import readings
from billing.rules.calendar import Period, twelve_months
from billing.rules.money import apportion, kwh, to_ore, with_vat
from billing.rules.readings import DayHours
from billing.rules.scheme_lines import SchemeDays, scheme_days, used_before
from billing.rules.support import DayAmount, PriceBook, Scheme, hours_of
from billing.rules.taxes import Rate
from metering.days import DayValues, slots_of_day
from metering.models import MeteringPoint
from metering.periods import month_of, month_span
from portal.customers.models import Customer


@dataclass(frozen=True)
class DaySupport:
    """`nok` is None on a day without readings or prices; `kwh` is what of its energy is covered by the scheme.

    `missing` of its `hours` have no (whole) reading, `unpriced` have one and no price.
    """

    day: date
    scheme: Scheme
    kwh: Decimal
    nok: Decimal | None
    preliminary: bool
    hours: int
    missing: int
    unpriced: int


@dataclass(frozen=True)
class MonthSupport:
    """`nok` is None where no scheme held, or nothing is known yet. `preliminary`: some price is, or is missing.

    `rates` are as they are set, without VAT; `vat_percent` is what amounts have.
    """

    month: date
    schemes: tuple[Scheme, ...]
    kwh: Decimal
    nok: Decimal | None
    preliminary: bool
    days: tuple[DaySupport, ...]
    rates: tuple[Rate, ...]
    vat_percent: Decimal


@dataclass(frozen=True)
class MonthSum:
    """What a month came to; as of MonthSupport."""

    month: date
    schemes: tuple[Scheme, ...]
    kwh: Decimal
    nok: Decimal | None
    preliminary: bool


@dataclass(frozen=True)
class HourSupport:
    """One hour: `spot_ore` and `rate_ore` are øre/kWh with VAT where the customer pays it; None is not known (yet).

    `preliminary`: the price is, or is missing.
    """

    start: datetime
    end: datetime
    kwh: Decimal | None
    covered_kwh: Decimal
    spot_ore: Decimal | None
    rate_ore: Decimal | None
    nok: Decimal | None
    preliminary: bool


def support_of(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> MonthSupport:
    """Return a month with its days. Raises NotHeld when the month is not the holder's."""
    case = case_of(point, month_span(month).last, customer=customer, of=of)
    return support_in(case, [month])[0]


def support_of_year(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> list[MonthSum]:
    """Return twelve months up to and including `month`, the latest first; not those held by others."""
    case = case_of(point, month_span(month).last, customer=customer, of=of)
    return sums_in(case, twelve_months(month))


def support_in(case: Case, months: Sequence[date]) -> list[MonthSupport]:
    """Return some months, the latest first; readings and prices are read once for all of them."""
    return [_month(case, first, parts) for first, parts in _parts_by_month(case, months)]


def sums_in(case: Case, months: Sequence[date]) -> list[MonthSum]:
    """Return what some months came to, without their days. Raises NotHeld when none is the holder's."""
    return [
        MonthSum(
            month=first.replace(day=1),
            schemes=tuple(part.scheme for part in parts),
            kwh=kwh(sum(amount.covered_wh for part in parts for amount in part.amounts)),
            nok=_sum_of_month(case, parts),
            preliminary=any(amount.preliminary for part in parts for amount in part.amounts),
        )
        for first, parts in _parts_by_month(case, months)
    ]


def _parts_by_month(case: Case, months: Sequence[date]) -> Iterator[tuple[date, list[SchemeDays]]]:
    """Yield the first day of each month that is the holder's, with its days by scheme."""
    held = cases.held_months(case, months)
    begin, end = min(first for first, _ in held), max(last for _, last in held)
    stored = cases.point_readings(case, month_of(begin), end)
    prices = cases.prices_of(case.company, case.point.price_area, begin, end) or PriceBook({})
    for first, last in held:
        yield first, _scheme_days(case, Period.of_days(first, last, case.company.clock), stored, prices)


def support_of_day(
    point: MeteringPoint, day: date, *, customer: Customer | None = None, of: Company | None = None
) -> list[HourSupport]:
    """Return a day's hours; empty where no scheme holds. The month up to the day has used up the cap first."""
    case = case_of(point, month_span(day).last, customer=customer, of=of)
    first, last = case.clip(day.replace(day=1), month_span(day).last)
    if not first <= day <= last or not case.is_held(day):
        raise NotHeld(f"{point.gsrn} is not held on {day}")
    # All of the month: what is shown of a day depends on what it is a part of.
    stored = cases.point_readings(case, month_of(day), last)
    prices = cases.prices_of(case.company, point.price_area, first, last) or PriceBook({})
    for part in _scheme_days(case, Period.of_days(first, last, case.company.clock), stored, prices):
        if any(one.day == day for one in part.days):
            shown = next((one.nok for one in _days(case, part) if one.day == day), None)
            return list(_hours(case, part, day, shown, prices))
    return []


def _scheme_days(case: Case, period: Period, stored: Mapping[date, DayValues], prices: PriceBook) -> list[SchemeDays]:
    within = readings.within(period, stored, case.held)
    return list(scheme_days(case.terms, within.days, prices, used_before(case.terms, period, stored)))


def _month(case: Case, first: date, parts: Sequence[SchemeDays]) -> MonthSupport:
    days = [day for part in parts for day in _days(case, part)]
    return MonthSupport(
        month=first.replace(day=1),
        schemes=tuple(part.scheme for part in parts),
        kwh=sum((day.kwh for day in days), Decimal(0)),
        nok=_sum_of_month(case, parts),
        preliminary=any(day.preliminary for day in days),
        days=tuple(sorted(days, key=lambda day: day.day)),
        rates=tuple(dict.fromkeys(rate for part in parts for rate in part.rates)),
        vat_percent=case.terms.vat_on(first) or Decimal(0),
    )


def _sum_of_month(case: Case, parts: Sequence[SchemeDays]) -> Decimal | None:
    """Add up the schemes' lines in the settlement, which is what their days add up to; None without one."""
    known = [part for part in parts if _is_known(case, part)]
    return sum((_line_of(case, part) for part in known), Decimal(0)) if known else None


def _line_of(case: Case, part: SchemeDays) -> Decimal:
    exact = sum((amount.nok for amount in part.amounts), Decimal(0))
    return to_ore(with_vat(exact, case.terms.vat_on(part.span[0]) or Decimal(0)))


def _is_known(case: Case, part: SchemeDays) -> bool:
    """Tell whether the settlement has a line for it."""
    return bool(part.rated) and not part.missing and case.terms.vat_on(part.span[0]) is not None


def _days(case: Case, part: SchemeDays) -> list[DaySupport]:
    """Return a scheme's days in a month, shown so that they add up to its line in the settlement."""
    vat, amounts, is_known = case.terms.vat_on(part.span[0]) or Decimal(0), part.amounts, _is_known(case, part)
    exact = [with_vat(amount.nok, vat) for amount in amounts]
    shown = apportion(exact, _line_of(case, part))
    return [
        _day(part, hours, amount, nok if is_known else None)
        for hours, amount, nok in zip(part.days, amounts, shown, strict=True)
    ]


def _day(part: SchemeDays, hours: DayHours, amount: DayAmount, nok: Decimal | None) -> DaySupport:
    is_known = amount.day in part.rated and any(wh is not None for wh in hours.wh)
    return DaySupport(
        day=amount.day,
        scheme=part.scheme,
        kwh=kwh(amount.covered_wh),
        nok=nok if is_known else None,
        preliminary=amount.preliminary,
        hours=len(hours.full),
        missing=sum(wh is None for wh in hours.full),
        unpriced=amount.unpriced,
    )


def _hours(case: Case, part: SchemeDays, day: date, total: Decimal | None, prices: PriceBook) -> Iterator[HourSupport]:
    """Yield a day's hours, shown so that they add up to `total`, what is shown of the day (NOK)."""
    today = next(one for one in part.days if one.day == day)
    rated = part.rated.get(day)
    left = None if part.cap_wh is None else max(0, part.cap_wh - part.used[day])
    vat = case.terms.vat_on(part.span[0]) or Decimal(0)
    found = hours_of(today.wh, rated, left_wh=left)
    exact = [with_vat(one.nok or Decimal(0), vat) for one in found]
    shown = apportion(exact, total) if total is not None else [None] * len(exact)
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
            preliminary=one.nok_per_kwh is None or rated is None or rated.preliminary,
        )
