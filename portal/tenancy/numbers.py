"""Numbers without gaps: orders, call-offs, invoices."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction

from portal.tenancy.scope import current_tenant_id

T = TypeVar("T")


def next_number(series: str, *, first: int = 1) -> int:
    """Return the next number of the current tenant's series.

    The series' row stays locked until the transaction ends, so the next caller waits and a rollback gives the number
    back. Take it as the last thing before commit. `first` is used once, when the series is new.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tenancy_numberseries AS s (tenant_id, series, last) VALUES (%s, %s, %s)
                ON CONFLICT (tenant_id, series) DO UPDATE SET last = s.last + 1 RETURNING last""",
            [current_tenant_id(), series, first],
        )
        row = cursor.fetchone()
    return int(row[0])


def numbered_once(
    series: str, *, first: int, sent_before: Callable[[], T | None], create: Callable[[int], T]
) -> tuple[T, bool]:
    """Create what has a number of the series, unless it has been sent before. Returns it, and whether it is new.

    Of those who press at the same moment, all but the first find what that one sent, and their numbers go back.
    """
    found = sent_before()
    if found is not None:
        return found, False
    with transaction.atomic():
        # The series' row is locked from here on: whoever came first has committed, and is seen below.
        number = next_number(series, first=first)
        found = sent_before()
        if found is None:
            return create(number), True
        transaction.set_rollback(True)
    return found, False
