"""The lines of a price list in a settlement: energy and the taxes on it by the hours, capacity by the days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from billing.rules import capacity
from billing.rules.calendar import hours_of_day
from billing.rules.capacity import Basis, DayMax, ToNext
from billing.rules.lines import Because, Code, Sheet
from billing.rules.readings import DayHours, Readings
from billing.rules.tariffs import CapacityCharge, Energy, Method, PricePeriod, Version, When
from billing.rules.taxes import Kind, Rate
from billing.rules.terms import Held, SoFar, Terms, TierMonth
from billing.rules.unknowns import Unknown, What
from metering.periods import Span, add_months, month_of, month_span

UNKNOWN_LIST = Energy(Decimal(0))


@dataclass(frozen=True, slots=True)
class Prices:
    """What holds on a day; None is not known, or does not concern these customers."""

    version: Version | None
    consumption_tax: Rate | None
    enova: Rate | None
    enova_fixed: Rate | None
    vat_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row on which the same prices hold."""

    prices: Prices
    days: tuple[DayHours, ...]

    @property
    def span(self) -> tuple[date, date]:
        return self.days[0].day, self.days[-1].day

    def unknown(self, what: What, detail: str = "") -> Unknown:
        return Unknown(what, *self.span, detail)


@dataclass(frozen=True, slots=True)
class Charged:
    """What goes by the days is charged for days up to `last`; `extra` are days after the period's own.

    `without_capacity`: the capacity charge comes when the month is over. `lacks`: it is over, and readings are missing
    at its end.
    """

    last: date
    extra: int = 0
    without_capacity: bool = False
    lacks: Unknown | None = None


def segments(terms: Terms, days: Sequence[DayHours]) -> Iterator[Segment]:
    """Cut the days where a price begins or ends."""
    for prices, same in groupby(days, key=lambda day: _prices_on(terms, day.day)):
        yield Segment(prices, tuple(same))


def _prices_on(terms: Terms, day: date) -> Prices:
    return Prices(
        terms.version_on(day),
        terms.rate_on(Kind.CONSUMPTION_TAX, day),
        terms.rate_on(Kind.ENOVA, day),
        terms.rate_on(Kind.ENOVA_FIXED, day),
        terms.vat_on(day),
    )


# By the kWh ----------------------------------------------------------------------------------------


def add_energy(sheet: Sheet, terms: Terms, segment: Segment, zone: ZoneInfo) -> list[Unknown]:
    """Add energy, the energy fund and the electricity tax by price period; returns what has no line."""
    prices = segment.prices
    unknown = _unknown_prices(terms, segment)
    if not terms.group or prices.vat_percent is None:
        return unknown
    energy = prices.version.tariff.energy if prices.version else UNKNOWN_LIST
    for period, wh, hours in _by_period(terms, energy, segment.days, zone):
        because = Because(
            price=period.ore_per_kwh,
            vat_percent=prices.vat_percent,
            version=prices.version,
            when=period.when,
            hours=hours,
        )
        _add_period(sheet, terms, segment, period, wh, because, tuple(one.when for one in energy.periods))
    return unknown


def _add_period(
    sheet: Sheet,
    terms: Terms,
    segment: Segment,
    period: PricePeriod,
    wh: int,
    because: Because,
    others: tuple[When | None, ...],
) -> None:
    prices, add = segment.prices, partial(sheet.by_kwh, span=segment.span, period=period, others=others)
    within: tuple[Rate, ...] = ()
    shared: list[tuple[Code, Rate]] = []
    if prices.enova and terms.habits.enova_in_energy and prices.version:
        within = (prices.enova,)
    elif prices.enova:
        shared.append((Code.ENOVA, prices.enova))
    if prices.consumption_tax and prices.consumption_tax.amount:
        shared.append((Code.CONSUMPTION_TAX, prices.consumption_tax))
    if prices.version:
        price = because.price + sum((rate.amount for rate in within), Decimal(0))
        add(Code.ENERGY, wh, replace(because, price=price, rates=within))
    for code, rate in shared:
        add(code, wh, replace(because, price=rate.amount, rates=(rate,)))


def _unknown_prices(terms: Terms, segment: Segment) -> list[Unknown]:
    prices = segment.prices
    if not terms.group:
        return [segment.unknown(What.GROUP)]
    missing = []
    if prices.version is None:
        missing.append(segment.unknown(What.TARIFF))
    if prices.consumption_tax is None:
        missing.append(segment.unknown(What.RATE, Kind.CONSUMPTION_TAX))
    if prices.enova is None and prices.enova_fixed is None:
        missing.append(segment.unknown(What.RATE, Kind.ENOVA if terms.is_private else Kind.ENOVA_FIXED))
    if prices.vat_percent is None:
        missing.append(segment.unknown(What.RATE, Kind.VAT))
    return missing


def _by_period(
    terms: Terms, energy: Energy, days: Iterable[DayHours], zone: ZoneInfo
) -> Iterator[tuple[PricePeriod, int, int]]:
    """Yield each price period that some hour falls into, with its Wh and how many hours have a reading.

    The exceptions come in their order, what is left at the base price last.
    """
    periods = energy.periods
    wh, hours, met = [0] * len(periods), [0] * len(periods), set[int]()
    is_holiday = terms.habits.calendar.is_holiday
    for day in days:
        plan = energy.plan(day.day.month, day.day.weekday(), is_holiday=is_holiday(day.day))
        clock = hours_of_day(day.day, zone)
        for number, value in enumerate(day.wh, day.low):
            at = plan[clock[number]]
            met.add(at)
            if value is not None:
                wh[at] += value
                hours[at] += 1
    for at in [*range(1, len(periods)), 0]:
        if at in met:
            yield periods[at], wh[at], hours[at]


# By the days ---------------------------------------------------------------------------------------


def charged_days(terms: Terms, found: Readings, charged_to: date | None, held: Held) -> Charged:
    """Return which days are charged for.

    `charged_to` is the last day the holder is charged for in the month, by default the month's last. Once it has
    passed, every day of the period is charged for, a part of the month by its share of the days: the parts of a month
    make up the whole, be they of one holder or of several. Readings that are missing at the end take nothing off; they
    are named in `lacks`.

    Before that the month is not over, and what is shown of it is the company's habit (SoFar). Without a day of settling
    (`held.today`) the period is taken to reach up to now.
    """
    end = found.days[-1].day
    ends = charged_to or month_span(end).last
    reached = end if found.last is None else min(end, (found.last - timedelta(seconds=1)).date())
    is_over = end >= ends if held.today is None else held.today > ends
    if is_over and reached < end:
        return Charged(end, lacks=Unknown(What.READINGS, _first_lacking(found), end))
    if is_over or reached >= ends:
        return Charged(end)
    match terms.habits.so_far:
        case SoFar.WHOLE:
            return Charged(end, sum(held.includes(day) for day in Span(end + timedelta(days=1), ends).days()))
        case SoFar.LATER:
            return Charged(reached, without_capacity=True)
    return Charged(reached)


def _first_lacking(found: Readings) -> date:
    """Return the day on which the readings end before the period does."""
    return next(day.day for day in found.days if found.last and day.day >= found.last.date())


def add_by_days(
    sheet: Sheet, terms: Terms, segment: Segment, maxima: Sequence[DayMax], charged: Charged, *, is_last: bool
) -> list[Unknown]:
    """Add capacity, and the energy fund where it is a fixed amount; returns what has no line."""
    prices = segment.prices
    days = sum(day.day <= charged.last for day in segment.days) + (charged.extra if is_last else 0)
    if not days or prices.vat_percent is None or not terms.group:
        return []
    because = Because(
        price=Decimal(0),
        vat_percent=prices.vat_percent,
        version=prices.version,
        days=days,
        of_days=month_span(segment.days[0].day).last.day,
    )
    if prices.enova_fixed:
        fixed = replace(because, price=prices.enova_fixed.amount, rates=(prices.enova_fixed,), version=None)
        sheet.by_year(Code.ENOVA, fixed, span=segment.span)
    if prices.version is None or charged.without_capacity:
        return []
    return _add_capacity(sheet, terms, segment, maxima, replace(because, version=prices.version))


def _add_capacity(
    sheet: Sheet, terms: Terms, segment: Segment, maxima: Sequence[DayMax], because: Because
) -> list[Unknown]:
    version = because.version
    if version is None:
        return []
    basis = basis_for(terms, version, maxima, segment.days[-1].day)
    position = capacity.position_of(version.tariff.capacity, basis.value)
    if position is None:
        reasons = {Method.UNKNOWN: What.METHOD, Method.FUSE: What.FUSE}
        return [segment.unknown(reasons.get(basis.method, What.TIER) if basis.value is None else What.TIER)]
    because = replace(because, price=position.nok_per_year, basis=basis, position=position)
    sheet.by_year(Code.CAPACITY, because, span=segment.span)
    return []


def basis_for(terms: Terms, version: Version, maxima: Sequence[DayMax], day: date) -> Basis:
    """Return what sets the tier in `day`'s month by a price list's method. Hours after the month do not count.

    Where last month's hours set the tier and there are none (somebody has just moved in), this month's do.
    """
    method = version.tariff.capacity.method
    month, last = month_of(day), month_span(day).last
    own = [one for one in maxima if month <= one.day <= last]
    before = [one for one in maxima if one.day < month]
    if method != Method.FIVE_WEIGHTED_YEARLY:
        month_before = add_months(month, -1)
        before = [one for one in before if one.day >= month_before]
    counted = before or own
    if terms.habits.tier_month == TierMonth.SAME:
        counted = [*before, *own] if method == Method.FIVE_WEIGHTED_YEARLY else own
    weights = terms.habits.season_weights
    return capacity.basis_of(method, counted, fuse_ampere=terms.fuse_ampere, season_weights=weights)


def to_next(terms: Terms, charge: CapacityCharge, basis: Basis, day: date) -> ToNext | None:
    """Return how far the tier above is in `day`'s month; None too where hours of the month before have settled it."""
    is_settled = terms.habits.tier_month == TierMonth.PREVIOUS and any(one.day < month_of(day) for one in basis.counted)
    return None if is_settled else capacity.to_next(charge, basis)
