"""The peaks that set a metering point's capacity tier, a month or twelve at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.queries import cases
from billing.queries.cases import Case, case_of
from billing.queries.company import Company
from billing.rules import capacity
from billing.rules.calendar import twelve_months
from billing.rules.capacity import Basis, DayMax, Position, ToNext
from billing.rules.money import kwh
from billing.rules.tariff_lines import basis_for, to_next
from billing.rules.tariffs import Method, Version
from billing.rules.terms import Held
from metering.days import slots_of_day
from metering.models import MeteringPoint
from metering.periods import month_span
from portal.customers.models import Customer


@dataclass(frozen=True)
class Peak:
    """A clock hour; `kw` is its mean power, start and end are local, `weight` is percent where a method weighs."""

    day: date
    kw: Decimal
    start: datetime
    end: datetime
    weight: int | None = None


@dataclass(frozen=True)
class MonthPeaks:
    """What sets a month's tier: the mean of `counted`. `days` are the highest hours of all days with readings.

    `value` is exact (kW, or ampere where the fuse sets the tier); `tier` is None where nobody can tell; `held` are the
    days that are the holder's.
    """

    month: date
    counted: tuple[Peak, ...]
    days: tuple[Peak, ...]
    value: Decimal | None
    tier: Position | None
    to_next: ToNext | None
    version: Version | None
    held: Held

    @property
    def method(self) -> Method | None:
        return self.version.tariff.capacity.method if self.version else None


def peaks_of(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> MonthPeaks:
    """Return a month's peaks, as far as there are readings. Raises NotHeld when the month is not the holder's."""
    case = case_of(point, month_span(month).last, customer=customer, of=of)
    return peaks_in(case, [month])[0]


def peaks_of_year(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> list[MonthPeaks]:
    """Return the peaks of twelve months up to and including `month`, the latest first; not those held by others."""
    case = case_of(point, month_span(month).last, customer=customer, of=of)
    return peaks_in(case, twelve_months(month))


def peaks_in(case: Case, months: Sequence[date]) -> list[MonthPeaks]:
    """Return the peaks of some months, in one query; months that are not the holder's are left out. Raises NotHeld."""
    held = cases.held_months(case, months)
    begin = min(case.window(first, last) for first, last in held)
    maxima = cases.maxima_of(case, begin, max(last for _, last in held))
    return [_month(case, first, last, maxima) for first, last in held]


def _month(case: Case, first: date, last: date, maxima: Sequence[DayMax]) -> MonthPeaks:
    version, clock, begin = case.terms.version_on(last), case.company.clock, case.window(first, last)
    window = [one for one in maxima if begin <= one.day <= last]
    basis = basis_for(case.terms, version, window, last) if version else None
    charge = version.tariff.capacity if version else None
    return MonthPeaks(
        month=first.replace(day=1),
        counted=counted_peaks(basis, clock) if basis else (),
        days=tuple(peak(one, clock) for one in sorted(window, key=lambda each: each.day) if first <= one.day),
        value=basis.value if basis else None,
        tier=capacity.position_of(charge, basis.value) if charge and basis else None,
        to_next=to_next(case.terms, charge, basis, last) if charge and basis else None,
        version=version,
        held=case.held,
    )


def counted_peaks(basis: Basis, clock: ZoneInfo) -> tuple[Peak, ...]:
    weights: Sequence[int | None] = basis.weights or (None,) * len(basis.counted)
    return tuple(peak(one, clock, weight) for one, weight in zip(basis.counted, weights, strict=True))


def peak(one: DayMax, clock: ZoneInfo, weight: int | None = None) -> Peak:
    """Return a day's highest hour with its times: of the two hours at 02 in autumn, each has its own offset."""
    slot = slots_of_day(one.day, clock, 60)[one.hour]
    return Peak(one.day, kwh(one.wh), slot.start, slot.end, weight)
