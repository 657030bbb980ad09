"""Settling metering points from what is stored: one for a page, or all of them in a stream."""

import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import DatabaseError

from billing.queries import cases
from billing.queries.cases import Case, NotHeld
from billing.queries.company import Company, company
from billing.rules.calendar import Period
from billing.rules.capacity import DayMax
from billing.rules.settlement import Settlement, settle
from billing.rules.support import PriceBook
from metering.days import DayValues, Direction
from metering.models import Holding, MeteringPoint, ReadingDay
from metering.periods import month_of, month_span
from portal.customers.models import Customer

CHUNK = 500
FAILED = "Metering point %s cannot be settled"
logger = logging.getLogger(__name__)


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
    first, end = month.replace(day=1), month_span(month).last
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
    return case.clip(last, month_span(last).last)[1]


# All of them --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """One of a batch: the part of a month that one customer held a metering point; None: nobody is registered for it.

    `settlement` is None where nobody held the point in that time, and where it could not be settled: then `error` says
    why. `values` is how many values were read of the point's month.
    """

    point: MeteringPoint
    settlement: Settlement | None
    customer: int | None = None
    values: int = 0
    error: str = ""


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

    Where a point changed hands, each holder's part comes by itself. It streams: memory does not grow with the number
    of points. Runs in the caller's transaction.
    """
    batch, after = begin_batch(month, until), 0
    while points := points_after(after):
        yield from settle_chunk(batch, points)
        after = points[-1].pk


def begin_batch(month: date, until: date | None = None) -> Batch:
    return Batch(company(), *month_bounds(month, None, until))


def points_after(pk: int, only: Sequence[int] | None = None) -> list[MeteringPoint]:
    """Return the next some hundred metering points, of all or `only` of those with these keys, in order."""
    rows = MeteringPoint.objects.filter(pk__gt=pk).order_by("pk")
    if only is not None:
        rows = rows.filter(pk__in=only[bisect_right(only, pk) :][:CHUNK])
    return list(rows[:CHUNK])


@dataclass(frozen=True, slots=True)
class _Part:
    """What is to be settled; without a case it cannot be, or nobody held the point."""

    point: MeteringPoint
    customer: int | None = None
    case: Case | None = None
    error: str = ""


def settle_chunk(batch: Batch, points: Sequence[MeteringPoint]) -> Iterator[Settled]:
    """Settle some metering points, with a handful of queries for all of them. One that cannot be stops no other."""
    holdings = _holdings_of(points)
    parts = [part for point in points for part in _parts(point, holdings[point.pk], batch)]
    days = _days_of(points, batch)
    earlier = _earlier_of([part.case for part in parts if part.case], batch)
    for part in parts:
        yield _settled(part, batch, days[part.point.pk], earlier[part.point.pk])


def _parts(point: MeteringPoint, holdings: Sequence[Holding], batch: Batch) -> Iterator[_Part]:
    customers = cases.holders(holdings, batch.first, batch.last)
    if not customers:
        yield _Part(point)
    for customer in customers:
        try:
            case = cases.holders_case(point, holdings, customer, batch.last, batch.of)
            # Whatever is wrong with its terms is found here already.
            case.window(batch.first, batch.last)
        except Exception as error:
            logger.exception(FAILED, point.pk)
            yield _Part(point, customer, error=_told(error))
        else:
            yield _Part(point, customer, case)


def _settled(part: _Part, batch: Batch, days: Mapping[date, DayValues], earlier: Sequence[DayMax]) -> Settled:
    if part.case is None:
        return Settled(part.point, None, part.customer, error=part.error)
    try:
        settlement = _settle_one(part.case, batch, days, earlier)
        values = sum(len(day.values_wh) - day.missing for day in days.values())
    except NotHeld:
        return Settled(part.point, None, part.customer)
    except DatabaseError:
        # Not the point's fault, and the transaction is over.
        raise
    except Exception as error:
        logger.exception(FAILED, part.point.pk)
        return Settled(part.point, None, part.customer, error=_told(error))
    return Settled(part.point, settlement, part.customer, values)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _settle_one(case: Case, batch: Batch, days: Mapping[date, DayValues], earlier: Sequence[DayMax]) -> Settlement:
    first, last = case.clip(batch.first, batch.last)
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
    begins: dict[int, date] = {}
    for case in found:
        begin = case.window(batch.first, batch.last)
        begins[case.point.pk] = min(begin, begins.get(case.point.pk, begin))
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
