"""Proving the sums that are kept beside the days, and mending them: nothing should ever be found.

What writes days keeps their months' sums, and may be doing so meanwhile. A month's sums are locked before its days are
added up: who has written days by then has changed the sums too, and who has not adds to what is mended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from metering import holder_months, partitions
from metering.models import MeteringPoint
from metering.periods import Span, month_span
from portal.tenancy.scope import current_tenant_id

# So many are locked at a time.
BATCH_POINTS = 2_000

# In the order in which writers of days take the same rows, so that neither can hold up the other for good.
LOCK = """
    SELECT FROM metering_readingmonth
     WHERE tenant_id = %(tenant)s AND month = %(first)s AND metering_point_id BETWEEN %(low)s AND %(high)s
     ORDER BY metering_point_id, direction FOR UPDATE
"""
ADDED_UP = """
    SELECT metering_point_id, direction, sum(total_wh) AS total_wh,
           bit_or((array_remove(values_wh, NULL) <> '{}')::integer << day - %(first)s::date) AS known_days,
           bit_or((array_position(values_wh, NULL) IS NULL)::integer << day - %(first)s::date) AS whole_days
      FROM metering_readingday
     WHERE tenant_id = %(tenant)s AND day BETWEEN %(first)s AND %(last)s
       AND metering_point_id BETWEEN %(low)s AND %(high)s
     GROUP BY metering_point_id, direction
"""
KEPT = """
    SELECT metering_point_id, direction, total_wh, known_days, whole_days FROM metering_readingmonth
     WHERE tenant_id = %(tenant)s AND month = %(first)s AND metering_point_id BETWEEN %(low)s AND %(high)s
"""
MISSING = f"({ADDED_UP}) EXCEPT ({KEPT})"
TOO_MUCH = f"({KEPT}) EXCEPT ({ADDED_UP})"
COUNT = f"""
    SELECT count(*) FROM (SELECT metering_point_id, direction FROM ({MISSING}) missing
                           UNION SELECT metering_point_id, direction FROM ({TOO_MUCH}) too_much) wrong
"""  # noqa: S608  (put together from the constants above, like the next)
REMOVE = f"""
    DELETE FROM metering_readingmonth month USING ({TOO_MUCH}) wrong
     WHERE (month.tenant_id, month.metering_point_id, month.direction, month.month)
           = (%(tenant)s, wrong.metering_point_id, wrong.direction, %(first)s)
"""  # noqa: S608
# A month that somebody has just begun is theirs.
ADD = f"""
    INSERT INTO metering_readingmonth
           (tenant_id, metering_point_id, direction, month, total_wh, known_days, whole_days)
    SELECT %(tenant)s, metering_point_id, direction, %(first)s, total_wh, known_days, whole_days
      FROM ({MISSING}) missing ORDER BY metering_point_id, direction
    ON CONFLICT (tenant_id, metering_point_id, direction, month) DO NOTHING
"""  # noqa: S608


@dataclass(frozen=True)
class MonthProof:
    """How many series of a month (a metering point's, in a direction) had sums that were not those of their days."""

    month: date
    wrong: int


def prove_sums(*, is_trial: bool = False) -> Iterator[MonthProof]:
    """Compare the sums of each month that is stored with its days, and mend them unless it is a trial.

    What large holders had together is made anew by the clock.
    """
    with transaction.atomic():
        points = list(MeteringPoint.objects.order_by("pk").values_list("pk", flat=True))
    batches = [points[at : at + BATCH_POINTS] for at in range(0, len(points), BATCH_POINTS)]
    for month in partitions.months():
        span = month_span(month)
        wrong = sum(_prove(span, batch[0], batch[-1], is_trial=is_trial) for batch in batches)
        if not is_trial:
            with transaction.atomic():
                holder_months.forget(span.first, span.last)
        yield MonthProof(month, wrong)


@transaction.atomic
def _prove(month: Span, low: int, high: int, *, is_trial: bool) -> int:
    given: dict[str, Any] = {"tenant": current_tenant_id(), "first": month.first, "last": month.last}
    given |= {"low": low, "high": high}
    with connection.cursor() as cursor:
        if not is_trial:
            cursor.execute(LOCK, given)
        cursor.execute(COUNT, given)
        wrong = int(cursor.fetchone()[0])
        if wrong and not is_trial:
            cursor.execute(REMOVE, given)
            cursor.execute(ADD, given)
    return wrong
