"""The lines for electricity support and Norgespris in a settlement. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import NamedTuple

from billing.rules.calendar import Period
from billing.rules.lines import Because, Code, Sheet
from billing.rules.readings import DayHours, Readings, wh_before
from billing.rules.support import DayAmount, PriceBook, RatedDay, RatesOf, Scheme, amounts
from billing.rules.taxes import Kind, Rate
from billing.rules.terms import Terms
from billing.rules.unknowns import Unknown, What
from metering.days import DayValues
from metering.periods import Span, month_of

CODES = {Scheme.SUPPORT: Code.SUPPORT, Scheme.NORGESPRIS: Code.NORGESPRIS}


@dataclass(frozen=True)
class SchemeDays:
    """The days of a period that have a scheme, with their hours, rates and cap (Wh; None: there is none).

    `rated` begins with the hour the day begins with. `used` is what of the cap was used up before each day.
    """

    scheme: Scheme
    days: tuple[DayHours, ...]
    rated: Mapping[date, RatedDay]
    rates: tuple[Rate, ...]
    cap_wh: int | None
    used: Mapping[date, int]
    # Rates that should be there and are not.
    missing: tuple[Kind, ...]

    @property
    def span(self) -> tuple[date, date]:
        return self.days[0].day, self.days[-1].day

    @cached_property
    def amounts(self) -> list[DayAmount]:
        return amounts(((day.day, day.wh) for day in self.days), self.rated, cap_wh=self.cap_wh, used=self.used)


def used_before(terms: Terms, period: Period, days: Mapping[date, DayValues]) -> dict[date, int]:
    """Return for each day of a period (within one month) the Wh of the cap that were used up before its first hour.

    The cap is the metering point's, a month: whatever it used under either scheme since the 1st counts, whoever held
    it. `days` are all its readings since then.
    """
    found, total = {}, 0
    for day in Span(month_of(period.first_day), period.last_day).days():
        values = days.get(day) if terms.scheme_on(day) != Scheme.NONE else None
        if day >= period.first_day:
            # The period can begin within its first day.
            found[day] = total + (wh_before(period, day, values) if values and day == period.first_day else 0)
        total += values.total_wh if values else 0
    return found


def scheme_days(
    terms: Terms, days: tuple[DayHours, ...], prices: PriceBook, used: Mapping[date, int]
) -> Iterator[SchemeDays]:
    """Return the stretches of the period under each scheme; days before a scheme began have none.

    `used`: see used_before.
    """
    schemes = [terms.scheme_on(day.day) for day in days]
    for scheme, find in ((Scheme.SUPPORT, _support_rates), (Scheme.NORGESPRIS, _norgespris_rates)):
        own = [day for day, held in zip(days, schemes, strict=True) if held is scheme]
        within = list(_with_rates(terms, own, partial(find, terms, prices)))
        if not within:
            continue
        # Most days have the same.
        found = {id(one): one for _, one in within}.values()
        rated = ((day, one.rated(day.day)) for day, one in within if one.rated)
        yield SchemeDays(
            scheme=scheme,
            days=tuple(day for day, _ in within),
            rated={day.day: one.since(day.low) for day, one in rated if one},
            rates=tuple(dict.fromkeys(rate for one in found for rate in one.rates)),
            cap_wh=terms.cap_on(within[0][0].day),
            used=used,
            missing=tuple(dict.fromkeys(kind for one in found for kind in one.missing)),
        )


def _with_rates(
    terms: Terms, days: Sequence[DayHours], find: Callable[[date], _Found | None]
) -> Iterator[tuple[DayHours, _Found]]:
    """Yield the days that have rates, which are looked up anew where some begin or end."""
    found, until = None, date.min
    for day in days:
        if day.day >= until:
            found, until = find(day.day), terms.rates.steady_until(day.day)
        if found is not None:
            yield day, found


def add_lines(
    sheet: Sheet, terms: Terms, found: Readings, prices: PriceBook | None, used: Mapping[date, int]
) -> _Outcome:
    """Add the schemes' lines; returns their days' amounts and what is unknown."""
    outcome = _Outcome([], [])
    if found.last is None:
        return outcome
    for one in scheme_days(terms, found.days, prices or PriceBook({}), used):
        first, last = one.span
        vat = terms.vat_on(first)
        if vat is None or one.missing:
            outcome.unknown.append(Unknown(What.RATE, first, last, ", ".join(one.missing)))
            continue
        given = one.amounts
        unpriced = sum(day.unpriced for day in given)
        if unpriced:
            outcome.unknown.append(Unknown(What.PRICES, first, last, str(unpriced)))
        because = Because(
            price=Decimal(0), vat_percent=vat, rates=one.rates, hours=sum(len(day.wh) for day in one.days) - unpriced
        )
        covered, exact = sum(day.covered_wh for day in given), sum((day.nok for day in given), Decimal(0))
        preliminary = any(day.preliminary for day in given)
        if any(day.day in one.rated for day in given):
            sheet.credit(CODES[one.scheme], covered, exact, because, span=one.span, preliminary=preliminary)
        outcome.days.extend(given)
    return outcome


@dataclass(frozen=True)
class _Outcome:
    days: list[DayAmount]
    unknown: list[Unknown]


class _Found(NamedTuple):
    """The rates of a scheme on a day; `rated` is None where one of them is missing."""

    rated: RatesOf | None
    rates: tuple[Rate, ...]
    missing: tuple[Kind, ...] = ()


def _support_rates(terms: Terms, prices: PriceBook, day: date) -> _Found | None:
    by_hour = terms.rate_on(Kind.SUPPORT_SHARE_OF_HOUR, day)
    share = by_hour or terms.rate_on(Kind.SUPPORT_SHARE_OF_MONTH, day)
    if share is None:
        return None
    threshold = terms.rate_on(Kind.SUPPORT_THRESHOLD, day)
    if threshold is None:
        return _Found(None, (share,), (Kind.SUPPORT_THRESHOLD,))
    find = prices.support if by_hour else prices.support_by_month
    return _Found(find(threshold.amount, share.amount), (share, threshold))


def _norgespris_rates(terms: Terms, prices: PriceBook, day: date) -> _Found | None:
    fixed = terms.rate_on(Kind.NORGESPRIS, day)
    if fixed is None:
        # Before it began there was none; afterwards somebody has to enter the new price.
        began = any(rate.kind == Kind.NORGESPRIS and rate.valid_from <= day for rate in terms.rates.rates)
        return _Found(None, (), (Kind.NORGESPRIS,)) if began else None
    return _Found(prices.norgespris(fixed.amount), (fixed,))
