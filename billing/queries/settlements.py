"""Settling metering points from what is stored: one for a page, or all of them in a stream."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from billing.queries import cases
from billing.queries.cases import Case, NotHeld
from billing.queries.company import Company, company
from billing.rules.calendar import Period, last_day, month_of
from billing.rules.capacity import DayMax
from billing.rules.settlement import Settlement, settle
from billing.rules.support import PriceBook
from metering.days import DayValues, Direction
from metering.models import Holding, MeteringPoint, ReadingDay
from portal.customers.models import Customer

CHUNK = 500


def settlement_of(
    point: MeteringPoint,
    month: date,
    until: date | None = None,
    *,
    since: date | None = None,
    customer: Customer | None = None,
    of: Company | None = None,
) -> Settlement:
    """Settle a metering point's month, or the part of it from `since` up to and including `until`.

    It is settled for `customer`, by default for whoever held it last in that time, and only for the days that were
    theirs. Raises NotHeld when none was. `of` saves reading the company's prices again.
    """
    first, last = month_bounds(month, since, until)
    case = cases.case_of(point, last, customer=customer, of=of)
    return settle_case(case, first, last)


def month_bounds(month: date, since: date | None = None, until: date | None = None) -> tuple[date, date]:
    """Return the first and last day asked for, both within the month."""
    first, end = month.replace(day=1), last_day(month)
    return max(first, since or first), min(end, until or end)


def settle_case(case: Case, first: date, last: date) -> Settlement:
    """Settle days of one month for the case's holder. Raises NotHeld."""
    first, last = case.clip(first, last)
    wants_prices = cases.needs_prices(case.terms, first, last)
    return settle(
        Period.of_days(first, last, case.company.clock),
        case.terms,
        cases.point_readings(case, month_of(first), last),
        earlier=cases.earlier_maxima(case, first, last),
        prices=cases.prices_of(case.company, case.point.price_area, first, last) if wants_prices else None,
        charged_to=charged_to(case, last),
        held=case.held,
    )


def charged_to(case: Case, last: date) -> date:
    """Return the last day of the month that this holder is charged for: its end, or the day they leave."""
    return case.clip(last, last_day(last))[1]


# All of them --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """One of a batch; `settlement` is None where nobody held the metering point in that time."""

    point: MeteringPoint
    settlement: Settlement | None


@dataclass
class Batch:
    """What all metering points of a month share."""

    of: Company
    first: date
    last: date
    books: dict[str, PriceBook | None] = field(default_factory=dict)

    def prices(self, area: str) -> PriceBook | None:
        if area not in self.books:
            self.books[area] = cases.prices_of(self.of, area, self.first, self.last)
        return self.books[area]


def settle_all(month: date, until: date | None = None) -> Iterator[Settled]:
    """Settle a month of every metering point of the current tenant, some hundred at a time; the order is stable.

    It streams: memory does not grow with the number of points. Runs in the caller's transaction.
    """
    batch, after = begin_batch(month, until), 0
    while points := points_after(after):
        yield from settle_chunk(batch, points)
        after = points[-1].pk


def begin_batch(month: date, until: date | None = None) -> Batch:
    return Batch(company(), *month_bounds(month, None, until))


def points_after(pk: int) -> list[MeteringPoint]:
    """Return the next some hundred metering points."""
    return list(MeteringPoint.objects.filter(pk__gt=pk).order_by("pk")[:CHUNK])


def settle_chunk(batch: Batch, points: Sequence[MeteringPoint]) -> Iterator[Settled]:
    """Settle some metering points, with a handful of queries for all of them."""
    holdings = _holdings_of(points)
    found = [cases.case_from(point, holdings[point.pk], batch.last, batch.of) for point in points]
    days = _days_of(points, batch)
    earlier = _earlier_of(found, batch)
    for case in found:
        yield Settled(case.point, _settle_one(case, batch, days[case.point.pk], earlier[case.point.pk]))


def _settle_one(
    case: Case, batch: Batch, days: Mapping[date, DayValues], earlier: Sequence[DayMax]
) -> Settlement | None:
    try:
        first, last = case.clip(batch.first, batch.last)
    except NotHeld:
        return None
    return settle(
        Period.of_days(first, last, batch.of.clock),
        case.terms,
        days,
        earlier=[one for one in earlier if case.window(first, last) <= one.day < first and case.is_held(one.day)],
        prices=batch.prices(case.point.price_area) if cases.needs_prices(case.terms, first, last) else None,
        charged_to=charged_to(case, last),
        held=case.held,
    )


def _holdings_of(points: Sequence[MeteringPoint]) -> Mapping[int, list[Holding]]:
    found: dict[int, list[Holding]] = defaultdict(list)
    for holding in Holding.objects.filter(metering_point__in=points).order_by("valid_from"):
        found[holding.metering_point_id].append(holding)
    return found


def _days_of(points: Sequence[MeteringPoint], batch: Batch) -> Mapping[int, dict[date, DayValues]]:
    rows = ReadingDay.objects.filter(
        metering_point__in=points, direction=Direction.CONSUMPTION, day__range=(batch.first, batch.last)
    ).values_list("metering_point_id", "day", "resolution_minutes", "values_wh")
    found: dict[int, dict[date, DayValues]] = defaultdict(dict)
    for point, day, minutes, values in rows:
        found[point][day] = DayValues(day, minutes, values)
    return found


def _earlier_of(found: Sequence[Case], batch: Batch) -> Mapping[int, list[DayMax]]:
    """Read the highest hours of days before the month, for those whose tier depends on them."""
    begins = {case.point.pk: case.window(batch.first, batch.last) for case in found}
    wanted = [point for point, begin in begins.items() if begin < batch.first]
    earlier: dict[int, list[DayMax]] = defaultdict(list)
    if not wanted:
        return earlier
    rows = ReadingDay.objects.filter(
        metering_point__in=wanted,
        direction=Direction.CONSUMPTION,
        day__range=(min(begins.values()), batch.first - timedelta(days=1)),
        peak_wh__isnull=False,
    ).values_list("metering_point_id", "day", "peak_wh", "peak_hour")
    for point, day, wh, hour in rows:
        earlier[point].append(DayMax(day, wh or 0, hour or 0))
    return earlier
