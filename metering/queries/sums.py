"""Readings of all that a customer holds, added up in the database: a firm's or a cooperative's use as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import accumulate
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from metering import holder_months
from metering.days import Direction
from metering.models import HolderMonth, ReadingDay
from metering.periods import DAY, Span, month_of, month_span
from metering.queries.installations import Holder, has_values, held_by, points_in_scope
from metering.queries.readings import DaysReadings, DayTotal, MonthsReadings, MonthTotal
from portal.tenancy.models import current_tenant


def _days(holder: Holder, direction: Direction, span: Span) -> QuerySet[ReadingDay]:
    rows = ReadingDay.objects.filter(held_by(holder.customer), direction=direction, day__range=(span.first, span.last))
    points = points_in_scope(holder.customer)
    return rows if points is None else rows.filter(metering_point__in=points)


def _first_gap() -> Func:
    """Return the place of the first missing value, NULL where none is missing."""
    return Func(F("values_wh"), Value(None), function="array_position", output_field=IntegerField())


class _Stretch(NamedTuple):
    """How many installations are held from a day to a day of the span, and of how many of them values are expected."""

    first: date
    last: date
    held: int
    expected: int


@dataclass(frozen=True)
class _Held:
    """What is held in a span. One whose production was taken away may still have some, but nobody misses it."""

    span: Span
    stretches: tuple[_Stretch, ...]

    @cached_property
    def by_day(self) -> dict[date, int]:
        """Of how many installations values are expected on each day."""
        changes: Counter[date] = Counter()
        for first, last, _, expected in self.stretches:
            changes[first] += expected
            changes[last + DAY] -= expected
        days = self.span.days()
        return dict(zip(days, accumulate(changes[day] for day in days), strict=True))

    @cached_property
    def installations(self) -> int:
        return sum(stretch.held for stretch in self.stretches)

    def months(self, until: date) -> set[date]:
        """Return the first days of the months up to a day in which anything is held."""
        parts = (Span(one.first, min(one.last, until)) for one in self.stretches if one.first <= until)
        return {month for part in parts for month in part.months()}

    def whole(self, month: Span) -> int:
        """Return of how many that are held on all days of the month values are expected."""
        return sum(one.expected for one in self.stretches if one.first <= month.first and month.last <= one.last)

    @cached_property
    def parts(self) -> Span | None:
        """Return the days between which a month is held in part; None where only whole months are."""
        starts = {one.first for one in self.stretches if one.first != month_of(one.first)}
        ends = {one.last for one in self.stretches if one.last != month_span(one.last).last}
        days = [*starts, *(month_of(last) for last in ends), *ends, *(month_span(first).last for first in starts)]
        return Span(max(min(days), self.span.first), min(max(days), self.span.last)) if days else None


def _expected(direction: Direction) -> Q:
    return Q(metering_point__has_production=True) if direction == Direction.PRODUCTION else Q()


def _held(holder: Holder, direction: Direction, span: Span) -> _Held:
    """Count the installations that the customer held in the span."""
    held = holder.holdings().filter(Q(valid_to=None) | Q(valid_to__gte=span.first), valid_from__lte=span.last)
    first, last = Greatest("valid_from", Value(span.first)), Least(Coalesce("valid_to", Value(span.last)), span.last)
    counted = held.order_by().values_list(first, last).annotate(Count("pk"), e=Count("pk", filter=_expected(direction)))
    return _Held(span, tuple(map(_Stretch._make, counted)))


class _Day(NamedTuple):
    """What installations have together of a day: the energy, None without any value, and how many lack none."""

    wh: int | None = None
    whole: int = 0


def sum_of_days(holder: Holder, direction: Direction, span: Span) -> DaysReadings:
    """Return every day of a span; `missing` counts the installations without a whole set of values."""
    held = _held(holder, direction, span)
    days = _kept(holder, direction, held)
    if days is None:
        days = days_together(holder, direction, span)
    totals = (_day_total(day, days.get(day, _Day()), held.by_day[day]) for day in span.days())
    return DaysReadings(span, tuple(totals))


def days_together(holder: Holder, direction: Direction, span: Span) -> dict[date, _Day]:
    """Add up the days of a span from those that are stored; a day without any is not there."""
    found = (
        _days(holder, direction, span)
        .annotate(gap=_first_gap())
        .values("day")
        .annotate(wh=Sum("total_wh", filter=has_values()), whole=Count("day", filter=Q(_expected(direction), gap=None)))
    )
    return {row["day"]: _Day(row["wh"], row["whole"]) for row in found.order_by()}


def known_together(holder: Holder, direction: Direction, span: Span) -> int:
    """Return how many installations have a value on a day of the span."""
    days = _days(holder, direction, span).filter(has_values())
    return int(days.aggregate(known=Count("metering_point", distinct=True))["known"])


def used_together(holder: Holder, month: date) -> tuple[int | None, int] | None:
    """Return what all installations used in a month (Wh, None without any value), and how many have values; None where
    it is not kept. See `used_by` for some of them.
    """
    if holder.customer.scope is not None:
        return None
    kept = (
        HolderMonth.objects.true()
        .filter(customer=holder.customer, direction=Direction.CONSUMPTION, month=month)
        .values_list("days_wh", "known")
        .first()
    )
    if kept is None:
        return None
    known = [wh for wh in kept[0] if wh is not None]
    return sum(known) if known else None, kept[1]


def _day_total(day: date, of_day: _Day, held: int) -> DayTotal:
    missing = max(0, held - of_day.whole)
    return DayTotal(day, of_day.wh, missing, None, was_corrected=False, is_held=held > 0)


def _kept(holder: Holder, direction: Direction, held: _Held) -> dict[date, _Day] | None:
    """Return the days of the span from what is kept of a customer with many; None where not all of it is.

    Months without any installation, and those to come, need not be.
    """
    if holder.customer.scope is not None or held.installations < holder_months.MANY:
        return None
    rows = (
        HolderMonth.objects.true()
        .filter(customer=holder.customer, direction=direction, month__range=(month_of(held.span.first), held.span.last))
        .values_list("month", "days_wh", "whole")
    )
    kept = {month: map(_Day, days_wh, whole) for month, days_wh, whole in rows}
    if not kept.keys() >= held.months(holder.today):
        return None
    return {
        day: of_day for month, days in kept.items() for day, of_day in zip(month_span(month).days(), days, strict=True)
    }


# Of the months that an installation is held in whole, what was added up when its days were stored.
SUM_OF_MONTHS = """
    SELECT month.month, sum(month.total_wh), bit_or(month.known_days),
           coalesce(bit_and(month.whole_days) FILTER (WHERE point.has_production OR NOT %(is_production)s), 0),
           count(*) FILTER (WHERE point.has_production OR NOT %(is_production)s)
      FROM metering_holding held
      JOIN metering_meteringpoint point ON (point.tenant_id, point.id) = (held.tenant_id, held.metering_point_id)
      JOIN metering_readingmonth month ON month.tenant_id = held.tenant_id
           AND month.metering_point_id = held.metering_point_id AND month.direction = %(direction)s
           AND month.month BETWEEN %(first)s AND %(last)s AND held.valid_from <= month.month
           AND (month.month + interval '1 month' - interval '1 day')::date
               <= least(coalesce(held.valid_to, %(last)s), %(last)s)
     WHERE held.tenant_id = %(tenant)s AND held.customer_id = %(customer)s
           AND (%(points)s::bigint[] IS NULL OR held.metering_point_id = ANY(%(points)s))
     GROUP BY month.month
"""
# Of the others the days, at the beginning and the end of the time they are held in the span.
SUM_OF_PARTS = """
    WITH held AS (
        SELECT metering_point_id AS point, greatest(valid_from, %(first)s) AS first,
               least(coalesce(valid_to, %(last)s), %(last)s) AS last
          FROM metering_holding
         WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
           AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to >= %(first)s)
           AND (%(points)s::bigint[] IS NULL OR metering_point_id = ANY(%(points)s))),
    months AS (
        SELECT point, first, last, date_trunc('month', first::timestamp)::date AS first_month,
               date_trunc('month', last::timestamp)::date AS last_month FROM held),
    part AS (
        SELECT point, first, least(last, (first_month + interval '1 month' - interval '1 day')::date) AS last
          FROM months WHERE first > first_month
         UNION
        SELECT point, greatest(first, last_month), last
          FROM months WHERE last < (last_month + interval '1 month' - interval '1 day')::date)
    SELECT reading.day, sum(reading.total_wh) FILTER (WHERE array_remove(reading.values_wh, NULL) <> '{}'),
           count(*) FILTER (WHERE array_position(reading.values_wh, NULL) IS NULL
                              AND (point.has_production OR NOT %(is_production)s))
      FROM part JOIN metering_readingday reading ON reading.metering_point_id = part.point
           AND reading.day BETWEEN part.first AND part.last
      JOIN metering_meteringpoint point ON (point.tenant_id, point.id) = (reading.tenant_id, part.point)
     WHERE reading.tenant_id = %(tenant)s AND reading.direction = %(direction)s
           AND reading.day BETWEEN %(first_part)s AND %(last_part)s
     GROUP BY reading.day
"""


class _Month(NamedTuple):
    """What the installations have together that are held all of a month; days are bits, the first day's the lowest."""

    wh: int = 0
    known_days: int = 0
    whole_days: int = 0
    series: int = 0


def sum_of_months(holder: Holder, direction: Direction, span: Span) -> MonthsReadings:
    """Return every month of a span; `missing_days` counts those on which an installation lacks values."""
    held = _held(holder, direction, span)
    if (days := _kept(holder, direction, held)) is not None:
        totals = tuple(_month_of_days(_within(span, first), held, days, holder.today) for first in span.months())
        return MonthsReadings(span, totals, partial(_used_of, days))
    months, parts = _sums(holder, direction, held)
    totals = tuple(
        _month_total(_within(span, first), held, months.get(first, _Month()), parts, holder.today)
        for first in span.months()
    )
    return MonthsReadings(span, totals, partial(_used_on, holder, direction, totals))


def _month_of_days(month: Span, held: _Held, together: Mapping[date, _Day], today: date) -> MonthTotal:
    days = {day: together.get(day, _Day()) for day in month.days()}
    known = {day: of_day.wh for day, of_day in days.items() if of_day.wh is not None}
    return MonthTotal(
        month_of(month.first),
        sum(known.values()) if known else None,
        sum(day < today and of_day.whole < held.by_day[day] for day, of_day in days.items()),
        is_held=any(held.by_day[day] for day in days),
        known_days=frozenset(known),
    )


def _used_of(together: Mapping[date, _Day], days: Collection[date]) -> int:
    return sum(together[day].wh or 0 for day in days if day in together)


def _used_on(holder: Holder, direction: Direction, months: Sequence[MonthTotal], days: Collection[date]) -> int:
    """Ask for days only where a month does not say it: where not all that is known of it is wanted."""
    wanted = set(days)
    whole = [month for month in months if wanted.issuperset(month.known_days)]
    rest = wanted.difference(*(month.known_days for month in whole))
    used = sum(month.wh or 0 for month in whole)
    if not rest:
        return used
    rows = _days(holder, direction, Span(min(rest), max(rest))).filter(day__in=rest)
    return used + (rows.aggregate(wh=Sum("total_wh"))["wh"] or 0)


def _within(span: Span, month: date) -> Span:
    return Span(max(month, span.first), min(month_span(month).last, span.last))


def _sums(holder: Holder, direction: Direction, held: _Held) -> tuple[dict[date, _Month], dict[date, _Day]]:
    given = {**given_to_sql(holder, direction), "first": held.span.first, "last": held.span.last}
    with connection.cursor() as cursor:
        cursor.execute(SUM_OF_MONTHS, given)
        months = {month: _Month(int(wh), *rest) for month, wh, *rest in cursor.fetchall()}
        if held.parts is None:
            return months, {}
        cursor.execute(SUM_OF_PARTS, {**given, "first_part": held.parts.first, "last_part": held.parts.last})
        return months, {day: _Day(None if wh is None else int(wh), whole) for day, wh, whole in cursor.fetchall()}


def _month_total(month: Span, held: _Held, whole: _Month, parts: Mapping[date, _Day], today: date) -> MonthTotal:
    held_whole = held.whole(month_span(month.first))
    known, missing, part_wh = [], 0, 0
    for day in month.days():
        part = parts.get(day, _Day())
        part_wh += part.wh or 0
        if part.wh is not None or _has(whole.known_days, day):
            known.append(day)
        if day < today:
            lacks = held_whole and (whole.series < held_whole or not _has(whole.whole_days, day))
            missing += bool(lacks or part.whole < held.by_day[day] - held_whole)
    return MonthTotal(
        month_of(month.first),
        whole.wh + part_wh if known else None,
        missing,
        is_held=any(held.by_day[day] for day in month.days()),
        known_days=frozenset(known),
    )


def _has(days: int, day: date) -> bool:
    return bool(days >> (day.day - 1) & 1)


def given_to_sql(holder: Holder, direction: Direction) -> dict[str, Any]:
    return {
        "customer": holder.customer.pk,
        "tenant": current_tenant().pk,
        "direction": int(direction),
        "is_production": direction == Direction.PRODUCTION,
        "points": points_in_scope(holder.customer),
    }
