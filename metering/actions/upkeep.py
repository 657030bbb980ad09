"""What is done by the clock: looking for missing values in the morning, and letting go of what is too old at night."""

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import BooleanField, Func

from metering import alerts, parking, partitions
from metering.days import Direction
from metering.models import Holding, ImportSettings, MissingValuesCheck, ReadingDay
from portal.tenancy.models import current_tenant

# By the clock of the company: values are due at seven.
CHECKED_AT = time(9)
BATCH_ROWS = 5_000
# Rows of one month at a time, so that other months are not looked into. Each with the tenant's rows only.
THIN = """
    DELETE FROM {table} WHERE tenant_id = %s AND day BETWEEN %s AND %s AND id IN (
        SELECT id FROM {table} WHERE tenant_id = %s AND day BETWEEN %s AND %s LIMIT %s)
"""
OLDEST = "SELECT min(day) FROM {table} WHERE tenant_id = %s"
THINNED = ("metering_readingday", "metering_readingdayrevision")


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
    deleted = sum(_thin(table, kept_from) for table in THINNED)
    with transaction.atomic():
        MissingValuesCheck.objects.filter(day__lt=kept_from).delete()
    return deleted


def _thin(table: str, kept_from: date) -> int:
    tenant, deleted = current_tenant().pk, 0
    while (oldest := _oldest(table)) is not None and oldest < kept_from:
        first = oldest.replace(day=1)
        last = min((first + timedelta(days=31)).replace(day=1), kept_from) - timedelta(days=1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(THIN.format(table=table), [tenant, first, last, tenant, first, last, BATCH_ROWS])
            deleted += cursor.rowcount
    return deleted


def _oldest(table: str) -> date | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OLDEST.format(table=table), [current_tenant().pk])
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
