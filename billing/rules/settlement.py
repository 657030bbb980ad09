"""What a metering point owes the grid company for a part of a month, line by line. Pure.

Energy and the taxes on it go by the hours of the price list, capacity by its tier and by the days, support and
Norgespris by the hour's spot price. Where something changes within the period (a new price list, another tax, another
scheme) the days on each side are reckoned by what held then; lines of the same price are one. What is not known has no
line and is named in `unknown`: the total is then not the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.rules import capacity, readings, scheme_lines, tariff_lines
from billing.rules.calendar import Period
from billing.rules.capacity import Basis, DayMax, Position, ToNext
from billing.rules.lines import Line, Sheet
from billing.rules.readings import Gap, Readings
from billing.rules.support import DayAmount, PriceBook
from billing.rules.tariff_lines import Charged
from billing.rules.tariffs import Version
from billing.rules.terms import ALL_DAYS, Held, Terms
from billing.rules.unknowns import NOT_YET, Unknown, What
from metering.days import DayValues


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """The lines, and what they rest on. `valid_from` and `valid_until` are where the readings begin and end (local).

    `version`, `basis`, `tier` and `to_next` are those of the last day; `maxima` the highest hour of each day of the
    period, and of the days before it that may count.
    """

    period: Period
    valid_from: datetime | None
    valid_until: datetime | None
    gaps: tuple[Gap, ...]
    energy_wh: int
    maxima: tuple[DayMax, ...]
    version: Version | None
    basis: Basis | None
    tier: Position | None
    to_next: ToNext | None
    lines: tuple[Line, ...]
    unknown: tuple[Unknown, ...]
    is_private: bool
    vat_percent: Decimal | None
    support_days: tuple[DayAmount, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines as they are shown, NOK."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def has_all_readings(self) -> bool:
        return not self.gaps and (self.valid_from, self.valid_until) == (self.period.start, self.period.end)

    @property
    def is_preliminary(self) -> bool:
        return any(line.preliminary for line in self.lines)


def settle(
    period: Period,
    terms: Terms,
    days: Mapping[date, DayValues],
    *,
    earlier: Sequence[DayMax] = (),
    prices: PriceBook | None = None,
    charged_to: date | None = None,
    held: Held = ALL_DAYS,
) -> Settlement:
    """Settle a period within one calendar month, for those of its days that are `held`.

    `days` are the metering point's readings (consumption), whoever held it, since the 1st of the month: what they used
    up of the monthly cap is gone. `earlier` are the highest hours of days before the period that count for the
    tier (see terms.tier_window). `charged_to` is the last day the holder is charged for in this month, by default its
    last: before it has passed, the company's habits say what is shown of the capacity charge; afterwards a part of the
    month has its share of it (see tariff_lines.charged_days).
    """
    found = readings.within(period, days, held)
    maxima = (*earlier, *found.maxima)
    version = terms.version_on(period.last_day)
    basis = tariff_lines.basis_for(terms, version, maxima, period.last_day) if version and found.last else None
    charge = version.tariff.capacity if version else None
    sheet = Sheet()
    charged = tariff_lines.charged_days(terms, found, charged_to, held)
    unknown = _fill(sheet, terms, found, period, maxima, charged)
    if found.last is None:
        unknown = [_without_readings(period, held.today)]
    used = scheme_lines.used_before(terms, period, days)
    schemes = scheme_lines.add_lines(sheet, terms, found, prices, used)
    return Settlement(
        period=period,
        valid_from=found.first,
        valid_until=found.last,
        gaps=found.gaps,
        energy_wh=sum(wh for day in found.days for wh in day.wh if wh),
        maxima=maxima,
        version=version,
        basis=basis,
        tier=capacity.position_of(charge, basis.value) if charge and basis else None,
        to_next=tariff_lines.to_next(terms, charge, basis, period.last_day) if charge and basis else None,
        lines=tuple(sheet.lines()),
        unknown=(*unknown, *schemes.unknown),
        is_private=terms.is_private,
        vat_percent=terms.vat_on(period.first_day),
        support_days=tuple(schemes.days),
    )


def _fill(
    sheet: Sheet,
    terms: Terms,
    found: Readings,
    period: Period,
    maxima: Sequence[DayMax],
    charged: Charged,
) -> list[Unknown]:
    if found.last is None:
        return []
    unknown = [charged.lacks] if charged.lacks else []
    segments = list(tariff_lines.segments(terms, found.days))
    for segment in segments:
        is_last = segment is segments[-1]
        unknown += tariff_lines.add_energy(sheet, terms, segment, period.zone)
        unknown += tariff_lines.add_by_days(sheet, terms, segment, maxima, charged, is_last=is_last)
    return unknown


def _without_readings(period: Period, today: date | None) -> Unknown:
    """Return which days' readings are missing: not those of today and later."""
    last = period.last_day if today is None else min(period.last_day, today - timedelta(days=1))
    if last < period.first_day:
        return Unknown(What.READINGS, period.first_day, period.last_day, NOT_YET)
    return Unknown(What.READINGS, period.first_day, last)
