"""Readings of all that a customer holds, added up in the database: a firm's or a cooperative's use as one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum, Value

from metering.days import Direction, Slot, slots_of_day
from metering.models import ReadingDay
from metering.periods import DAY, Span, month_of
from metering.queries.installations import Holder, has_values, held_by, points_in_scope
from metering.queries.readings import DayReadings, DaysReadings, DayTotal, HourReading, MonthsReadings, MonthTotal
from portal.tenancy.models import current_tenant


def _days(holder: Holder, direction: Direction, span: Span) -> QuerySet[ReadingDay]:
    rows = ReadingDay.objects.filter(held_by(holder.customer), direction=direction, day__range=(span.first, span.last))
    points = points_in_scope(holder.customer)
    return rows if points is None else rows.filter(metering_point__in=points)


def _first_gap() -> Func:
    """Return the place of the first missing value, NULL where none is missing."""
    return Func(F("values_wh"), Value(None), function="array_position", output_field=IntegerField())


def _held_days(holder: Holder, direction: Direction, span: Span) -> dict[date, int]:
    """Return how many installations, of production those that have it, the customer held on each day of the span."""
    held = holder.holdings().filter(Q(valid_to=None) | Q(valid_to__gte=span.first))
    if direction == Direction.PRODUCTION:
        held = held.filter(metering_point__has_production=True)
    changes: Counter[date] = Counter()
    for first, last in held.order_by().values_list("valid_from", "valid_to"):
        changes[max(first, span.first)] += 1
        if last is not None:
            changes[last + DAY] -= 1
    days = span.days()
    return dict(zip(days, accumulate(changes[day] for day in days), strict=True))


def sum_of_days(holder: Holder, direction: Direction, span: Span) -> DaysReadings:
    """Return every day of a span; `missing` counts the installations without a whole set of values."""
    whole = Count("pk", filter=Q(gap=None))
    found = (
        _days(holder, direction, span)
        .annotate(gap=_first_gap())
        .values("day")
        .annotate(wh=Sum("total_wh", filter=has_values()), whole=whole)
    )
    rows: dict[date, Any] = {row["day"]: row for row in found.order_by("day")}
    held = _held_days(holder, direction, span)
    return DaysReadings(span, tuple(_day_total(day, rows.get(day), held[day]) for day in span.days()))


def _day_total(day: date, row: Any, held: int) -> DayTotal:
    wh = row["wh"] if row else None
    missing = held - (row["whole"] if row else 0)
    return DayTotal(day, wh, max(0, missing), None, was_corrected=False, is_held=held > 0)


def sum_of_months(holder: Holder, direction: Direction, span: Span) -> MonthsReadings:
    """Return every month of a span; `missing_days` counts those on which an installation lacks values."""
    by_month: dict[date, list[DayTotal]] = {first: [] for first in span.months()}
    for day in sum_of_days(holder, direction, span).days:
        by_month[month_of(day.day)].append(day)
    return MonthsReadings(span, tuple(_month_total(first, days, holder.today) for first, days in by_month.items()))


def _month_total(first: date, days: list[DayTotal], today: date) -> MonthTotal:
    known = {day.day: day.wh for day in days if day.wh is not None}
    missing = sum(1 for day in days if day.missing and day.day < today)
    used = sum(known.values()) if known else None
    return MonthTotal(first, used, missing, is_held=any(day.is_held for day in days), days=known)


# Of an hour: the energy, how many installations have all of it, and how many should have. A day of quarters has all of
# an hour where none of its slots from the first on is missing.
SUM_OF_HOURS = """
    SELECT (value.place - 1) * reading.resolution_minutes / 60, sum(value.wh),
        count(*) FILTER (WHERE CASE WHEN reading.resolution_minutes = 60 THEN value.wh IS NOT NULL
            ELSE (value.place - 1) * reading.resolution_minutes %% 60 = 0 AND array_position(
                reading.values_wh[value.place::int : value.place::int + 60 / reading.resolution_minutes - 1], NULL
            ) IS NULL END),
        (SELECT count(*) FROM metering_holding held JOIN metering_meteringpoint point
            ON point.id = held.metering_point_id AND point.tenant_id = held.tenant_id
          WHERE held.tenant_id = %(tenant)s AND held.customer_id = %(customer)s
            AND held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to >= %(day)s)
            AND (%(points)s::bigint[] IS NULL OR point.id = ANY(%(points)s))
            AND (point.has_production OR NOT %(is_production)s))
    FROM metering_readingday reading
    JOIN metering_holding holding ON holding.metering_point_id = reading.metering_point_id
        AND holding.tenant_id = reading.tenant_id AND holding.customer_id = %(customer)s
        AND holding.valid_from <= reading.day AND (holding.valid_to IS NULL OR holding.valid_to >= reading.day)
    CROSS JOIN LATERAL unnest(reading.values_wh) WITH ORDINALITY AS value(wh, place)
    WHERE reading.tenant_id = %(tenant)s AND reading.direction = %(direction)s AND reading.day = %(day)s
        AND (%(points)s::bigint[] IS NULL OR reading.metering_point_id = ANY(%(points)s))
    GROUP BY 1
"""


def sum_of_day(holder: Holder, direction: Direction, day: date) -> DayReadings:
    """Return the hours of a day, in one query; `missing` counts the installations that lack some or all of the hour."""
    tenant = current_tenant()
    values: dict[str, Any] = {
        "customer": holder.customer.pk,
        "tenant": tenant.pk,
        "direction": int(direction),
        "is_production": direction == Direction.PRODUCTION,
        "day": day,
        "points": points_in_scope(holder.customer),
    }
    with connection.cursor() as cursor:
        cursor.execute(SUM_OF_HOURS, values)
        hours = {int(hour): (wh, held - whole) for hour, wh, whole, held in cursor.fetchall()}
    slots = slots_of_day(day, tenant.zone, 60)
    return DayReadings(
        day, tuple(_hour(slot, *hours.get(slot.index, (None, 0))) for slot in slots), was_corrected=False
    )


def _hour(slot: Slot, wh: Decimal | None, missing: int) -> HourReading:
    return HourReading(slot, None if wh is None else int(wh), missing=max(0, missing))
