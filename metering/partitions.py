"""The months of the readings table. The runtime role may not change the schema: a function of the owner's does."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction


class Partitioned:
    """Marks a model whose table is partitioned by month: its migration writes the table, keys and protection."""

    is_partitioned = True


def open_months(days: Iterable[date]) -> None:
    """Make sure that the months of these days exist. In a transaction of its own, so that its locks are short.

    Raises DatabaseError for a day before 2000 or more than some months ahead.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for month in sorted({day.replace(day=1) for day in days}):
            cursor.execute("SELECT metering_open_month(%s)", [month])
