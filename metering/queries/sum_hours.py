"""The hours of a day that a customer's installations have together: kept of those with very many, else added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection

from metering.days import Direction, slots_of_day
from metering.models import HOURS_A_DAY, HolderMonth
from metering.periods import Span, month_of
from metering.queries.installations import Holder
from metering.queries.readings import DayReadings, HourReading
from metering.queries.sums import given_to_sql
from portal.tenancy.models import current_tenant

# Of an hour: the energy, and how many installations have all of it. Of those with values by the hour, which may be very
# many, each hour is added up by itself: rows of single values would take twice as long.
HOURS = [f"values_wh[{place}]" for place in range(1, HOURS_A_DAY + 1)]
OF_HOURS = f"""
    SELECT day, place - 1 AS hour, wh, whole
      FROM (SELECT day, ARRAY[{", ".join(f"sum({hour})" for hour in HOURS)}] AS sums,
                   ARRAY[{", ".join(f"count({hour}) FILTER (WHERE counted)" for hour in HOURS)}] AS counts
              FROM reading WHERE resolution_minutes = 60 GROUP BY day) of_all
     CROSS JOIN LATERAL unnest(sums, counts) WITH ORDINALITY AS hours(wh, whole, place)
"""  # noqa: S608  (put together from the constants above, like the next)
# Of values by the quarter those have it of which none of its slots is missing, from the first on.
OF_QUARTERS = """
    SELECT day, (value.place - 1) * resolution_minutes / 60, sum(value.wh),
           count(*) FILTER (WHERE counted AND (value.place - 1) * resolution_minutes %% 60 = 0 AND array_position(
               values_wh[value.place::int : value.place::int + 60 / resolution_minutes - 1], NULL) IS NULL)
      FROM reading CROSS JOIN LATERAL unnest(values_wh) WITH ORDINALITY AS value(wh, place)
     WHERE resolution_minutes < 60 GROUP BY 1, 2
"""
SUM_OF_HOURS = f"""
    WITH held AS MATERIALIZED (
        SELECT point.id, point.has_production OR NOT %(is_production)s AS counted, holding.valid_from AS first,
               coalesce(holding.valid_to, %(last)s) AS last
          FROM metering_holding holding JOIN metering_meteringpoint point
            ON (point.tenant_id, point.id) = (holding.tenant_id, holding.metering_point_id)
         WHERE holding.tenant_id = %(tenant)s AND holding.customer_id = %(customer)s
           AND holding.valid_from <= %(last)s AND (holding.valid_to IS NULL OR holding.valid_to >= %(first)s)
           AND (%(points)s::bigint[] IS NULL OR point.id = ANY(%(points)s))),
    reading AS MATERIALIZED (
        SELECT day.day, resolution_minutes, values_wh, counted
          FROM held JOIN metering_readingday day
            ON day.metering_point_id = held.id AND day.day BETWEEN held.first AND held.last
         WHERE day.tenant_id = %(tenant)s AND day.direction = %(direction)s
           AND day.day BETWEEN %(first)s AND %(last)s),
    hours AS ({OF_HOURS} UNION ALL {OF_QUARTERS})
    SELECT each::date, (SELECT count(*) FROM held WHERE counted AND each BETWEEN held.first AND held.last),
           hour::integer, wh::bigint, whole::integer
      FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') each
      LEFT JOIN (SELECT day, hour, sum(wh) AS wh, sum(whole) AS whole FROM hours GROUP BY day, hour) added
        ON added.day = each
"""  # noqa: S608


class Hour(NamedTuple):
    """What installations have together of an hour: the energy, None without any value, and how many lack none."""

    wh: int | None = None
    whole: int = 0


@dataclass(frozen=True)
class DayTogether:
    """A day of HOURS_A_DAY hours, of which it may leave the last ones empty; `expected` is of how many installations
    there should be values.
    """

    expected: int
    hours: list[Hour] = field(default_factory=lambda: [Hour()] * HOURS_A_DAY)


def hours_together(holder: Holder, direction: Direction, span: Span) -> dict[date, DayTogether]:
    """Add up the hours of every day of a span from the days that are stored."""
    found: dict[date, DayTogether] = {}
    with connection.cursor() as cursor:
        given = {**given_to_sql(holder, direction), "first": span.first, "last": span.last}
        cursor.execute(SUM_OF_HOURS, given)
        for day, expected, hour, wh, whole in cursor.fetchall():
            together = found.setdefault(day, DayTogether(expected))
            if hour is not None:
                together.hours[hour] = Hour(wh, whole)
    return found


def sum_of_day(holder: Holder, direction: Direction, day: date) -> DayReadings:
    """Return the hours of a day; `missing` counts the installations that lack some or all of the hour."""
    together = _kept(holder, direction, day) or hours_together(holder, direction, Span(day, day))[day]
    hours = (
        HourReading(slot, hour.wh, missing=max(0, together.expected - hour.whole))
        for slot, hour in zip(slots_of_day(day, current_tenant().zone, 60), together.hours, strict=False)
    )
    return DayReadings(day, tuple(hours), was_corrected=False)


def _kept(holder: Holder, direction: Direction, day: date) -> DayTogether | None:
    """Return a day of a customer with many from what is kept; None where it is not, or is not for this reader."""
    if holder.customer.scope is not None:
        return None
    # Of the arrays only the day is read; their places count from 0.
    begin = (day.day - 1) * HOURS_A_DAY
    hours = f"{begin}_{begin + HOURS_A_DAY}"
    rows = HolderMonth.objects.true().filter(customer=holder.customer, direction=direction, month=month_of(day))
    kept: tuple[Sequence[int | None], Sequence[int], int] | None = rows.values_list(
        f"hours_wh__{hours}", f"hours_whole__{hours}", f"expected__{day.day - 1}"
    ).first()
    return DayTogether(kept[2], list(map(Hour, kept[0], kept[1]))) if kept else None
