"""Windows of time over what is written: they neither overlap nor leave anything out."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

# Our own transaction writes nothing. Only sessions of our own role tell when they began, and only they write rows.
OLDEST = """
    SELECT min(xact_start) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""


def settled_until() -> datetime:
    """Return the moment before which everything that was written can be seen.

    A row says when it was written, which is before its transaction commits: who asks meanwhile does not see it, and
    would miss it for good if the next window began later. So a window ends no later than the oldest transaction under
    way began.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        oldest: datetime | None = cursor.fetchone()[0]
    now = timezone.now()
    return min(now, oldest) if oldest else now
