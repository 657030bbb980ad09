"""Readings of all that a customer holds, added up in the database: a firm's or a cooperative's use as one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from metering.days import Direction, slots_of_day
from metering.models import ReadingDay
from metering.periods import Span, month_of
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


def _held_days(holder: Holder, span: Span) -> dict[date, int]:
    """Return how many installations the customer held on each day of the span."""
    held = list(holder.holdings().values_list("valid_from", "valid_to"))
    return {
        day: sum(1 for first, last in held if first <= day and (last is None or day <= last)) for day in span.days()
    }


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
    held = _held_days(holder, span)
    return DaysReadings(span, tuple(_day_total(day, rows.get(day), held[day]) for day in span.days()))


def _day_total(day: date, row: Any, held: int) -> DayTotal:
    wh = row["wh"] if row else None
    missing = held - (row["whole"] if row else 0)
    return DayTotal(day, wh, max(0, missing), None, was_corrected=False, is_held=held > 0)


def sum_of_months(holder: Holder, direction: Direction, span: Span) -> MonthsReadings:
    """Return every month of a span."""
    found = (
        _days(holder, direction, span)
        .annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(wh=Sum("total_wh", filter=has_values()))
    )
    rows = {row["month"]: row["wh"] for row in found.order_by("month")}
    held = _held_days(holder, span)
    held_months = {month_of(day) for day, count in held.items() if count}
    months = tuple(MonthTotal(first, rows.get(first), 0, is_held=first in held_months) for first in span.months())
    return MonthsReadings(span, months)


SUM_OF_HOURS = """
    SELECT (value.place - 1) * reading.resolution_minutes / 60, sum(value.wh), count(*) FILTER (WHERE value.wh IS NULL)
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
    """Return the hours of a day, in one query."""
    tenant = current_tenant()
    values: dict[str, Any] = {
        "customer": holder.customer.pk,
        "tenant": tenant.pk,
        "direction": int(direction),
        "day": day,
        "points": points_in_scope(holder.customer),
    }
    with connection.cursor() as cursor:
        cursor.execute(SUM_OF_HOURS, values)
        hours = {int(hour): wh for hour, wh, _ in cursor.fetchall()}
    slots = slots_of_day(day, tenant.zone, 60)
    found = tuple(HourReading(slot, None if (wh := hours.get(slot.index)) is None else int(wh)) for slot in slots)
    return DayReadings(day, found, was_corrected=False)
