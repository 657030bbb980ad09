"""The months of the readings table. The runtime role may not change the schema: functions of the owner's do."""

import re
from collections.abc import Iterable
from datetime import date

from django.db import OperationalError, ProgrammingError, connection, transaction
from psycopg.errors import DuplicateTable

from metering.periods import add_months, month_of
from portal.tenancy.protection import HandWritten

# So many months are made before they are needed.
MONTHS_AHEAD = 2
MONTHS = """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'public.metering_readingday'::regclass ORDER BY c.relname
"""
_NAME = re.compile(r"metering_readingday_([0-9]{4})_([0-9]{2})")


class Partitioned(HandWritten):
    """Marks a model whose table is partitioned by month."""


def open_months(days: Iterable[date]) -> None:
    """Make sure that the months of these days exist. In a transaction of its own, so that its locks are short.

    Raises DatabaseError for a day before 2000 or more than some months ahead.
    """
    for month in sorted({month_of(day) for day in days}):
        try:
            _open(month)
        except ProgrammingError as error:
            # Who waits for another that makes the same month may not see at once that it has been made.
            if not isinstance(error.__cause__, DuplicateTable):
                raise
            _open(month)


def months() -> list[date]:
    """Return the first day of every month there is room for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MONTHS)
        matches = [_NAME.fullmatch(name) for (name,) in cursor.fetchall()]
    return [date(int(match[1]), int(match[2]), 1) for match in matches if match]


def open_ahead(today: date) -> None:
    """Make this month and the next few."""
    open_months(add_months(month_of(today), number) for number in range(MONTHS_AHEAD + 1))


def drop_past(today: date) -> list[date]:
    """Drop the months that no company keeps any longer; returns them.

    The database decides. A month that is being read for long is left for the next time.
    """
    dropped = [month for month in months() if month.year < today.year and _drop(month)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT metering_forget_sums()")
    return dropped


def know_points() -> None:
    """Let the planner know the metering points, where nobody has told it yet. Transaction of its own: short locks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT metering_know_points()")


def _open(month: date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT metering_open_month(%s)", [month])


def _drop(month: date) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT metering_drop_month(%s)", [month])
            return bool(cursor.fetchone()[0])
    except OperationalError:
        return False
