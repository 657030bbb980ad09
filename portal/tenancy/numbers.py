"""Numbers without gaps: orders, call-offs, invoices."""

from django.db import connection

from portal.tenancy.scope import current_tenant_id


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
