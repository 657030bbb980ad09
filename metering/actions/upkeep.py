"""What is done by the clock: looking for missing values in the morning, and letting go of what is too old at night."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Func

from metering import alerts, holder_months, parking, partitions
from metering.days import Direction
from metering.models import Holding, ImportSettings, MissingValuesCheck, ReadingDay
from metering.periods import Span, month_span
from portal.tenancy.models import current_tenant

# By the clock of the company: values are due at seven.
CHECKED_AT = time(9)
BATCH_ROWS = 5_000
THIN_REVISIONS = """
    DELETE FROM metering_readingdayrevision WHERE id IN (
        SELECT id FROM metering_readingdayrevision
         WHERE tenant_id = %(tenant)s AND day BETWEEN %(first)s AND %(last)s LIMIT %(rows)s)
"""
# The days of some metering points' month with what they add up to, so that no page finds one without the other. Of one
# month at a time, so that other months are not looked into.
THIN_MONTH = """
    WITH thinned AS (
        SELECT DISTINCT metering_point_id, direction FROM metering_readingday
         WHERE tenant_id = %(tenant)s AND day BETWEEN %(first)s AND %(last)s ORDER BY 1, 2 LIMIT %(series)s),
    sums AS (
        DELETE FROM metering_readingmonth m USING thinned
         WHERE (m.tenant_id, m.metering_point_id, m.direction, m.month)
               = (%(tenant)s, thinned.metering_point_id, thinned.direction, %(first)s))
    DELETE FROM metering_readingday d USING thinned
     WHERE (d.tenant_id, d.metering_point_id, d.direction)
           = (%(tenant)s, thinned.metering_point_id, thinned.direction) AND d.day BETWEEN %(first)s AND %(last)s
"""
OLDEST = "SELECT min(day) FROM {table} WHERE tenant_id = %s AND day < %s"


@transaction.atomic
def check_missing_values(*, now: datetime) -> MissingValuesCheck | None:
    """Count, once a day from nine on, the metering points without yesterday's values, and tell staff of too many.

    A point counts that somebody held yesterday; one lacks its values when fewer than half of them are there. None
    before nine, a second time on a day, or without any point.
    """
    local = now.astimezone(current_tenant().zone)
    day = local.date() - timedelta(days=1)
    if local.time() < CHECKED_AT or MissingValuesCheck.objects.filter(day=day).exists():
        return None
    held = Holding.objects.held_on(day).values("metering_point")
    points = held.distinct().count()
    if not points:
        return None
    half = Func(
        "values_wh",
        template="2 * cardinality(array_remove(%(expressions)s, NULL)) >= cardinality(%(expressions)s)",
        output_field=BooleanField(),
    )
    days = ReadingDay.objects.filter(day=day, direction=Direction.CONSUMPTION, metering_point__in=held)
    missing = points - days.annotate(is_there=half).filter(is_there=True).count()
    limit = ImportSettings.current().missing_share_percent
    check, is_new = MissingValuesCheck.objects.get_or_create(
        day=day,
        defaults={
            "points": points,
            "missing": missing,
            "is_alarming": missing * 100 > limit * points,
            "checked_at": now,
        },
    )
    if is_new and check.is_alarming:
        alerts.values_missing(check)
    return check


def thin(*, today: date) -> int:
    """Delete the current tenant's readings past its retention, in batches of their own; returns how many days."""
    with transaction.atomic():
        kept_from = ImportSettings.current().first_day_kept(today)
    deleted = _thin_readings(kept_from) + _thin_revisions(kept_from)
    with transaction.atomic():
        MissingValuesCheck.objects.filter(day__lt=kept_from).delete()
    return deleted


def _thin_readings(kept_from: date) -> int:
    """Years are kept, so whole months go."""
    deleted = 0
    while oldest := _oldest("metering_readingday", kept_from):
        month = month_span(oldest)
        given = {"tenant": current_tenant().pk, "first": month.first, "last": month.last}
        while gone := _thin_some(month, {**given, "series": max(1, BATCH_ROWS // 31)}):
            deleted += gone
    return deleted


@transaction.atomic
def _thin_some(month: Span, given: Mapping[str, Any]) -> int:
    deleted = _run(THIN_MONTH, given)
    holder_months.forget(month.first, month.last)
    return deleted


def _thin_revisions(kept_from: date) -> int:
    deleted = 0
    while oldest := _oldest("metering_readingdayrevision", kept_from):
        given = {"tenant": current_tenant().pk, "first": oldest, "last": month_span(oldest).last}
        deleted += _run(THIN_REVISIONS, {**given, "rows": BATCH_ROWS})
    return deleted


def _run(statement: str, given: Mapping[str, Any]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, dict(given))
        return int(cursor.rowcount)


def _oldest(table: str, kept_from: date) -> date | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OLDEST.format(table=table), [current_tenant().pk, kept_from])
        found: date | None = cursor.fetchone()[0]
    return found


@transaction.atomic
def forget_parked(*, now: datetime) -> int:
    """Delete parked values that were kept long enough; returns how many series."""
    return parking.forget_old(now)


def keep_months(*, today: date) -> tuple[list[date], list[date]]:
    """Make the months ahead, and drop those that no company keeps; returns both. For all tenants at once."""
    before = set(partitions.months())
    partitions.open_ahead(today)
    opened = sorted(set(partitions.months()) - before)
    return opened, partitions.drop_past(today)
