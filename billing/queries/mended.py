"""Months that were settled, and whose readings or prices are others now."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from billing.models import BillingSettings, TariffVersion
from billing.rules.tariff_words import METHODS, name_of
from billing.rules.tariffs import Method
from billing.rules.terms import TierMonth
from metering.days import Direction
from metering.models import LONGEST_IMPORT, ImportSettings
from metering.periods import DAY, Span, add_months
from portal.tenancy.scope import current_tenant_id

# A value that was replaced is kept as it was, with when; one that was missing is only there now. An import says when it
# began: the settlement may have been made while it ran.
CHANGED = """
    SELECT s.month, s.metering_point_id
      FROM metering_readingdayrevision r
      JOIN billing_settledmonth s ON (s.tenant_id, s.metering_point_id, s.month)
           = (r.tenant_id, r.metering_point_id, date_trunc('month', r.day::timestamp)::date)
     WHERE s.tenant_id = %(tenant)s AND s.month >= %(since)s AND s.month < %(before)s
       AND r.direction = %(direction)s AND r.replaced_at > s.settled_at - %(slack)s
    UNION
    SELECT s.month, s.metering_point_id
      FROM billing_settledmonth s
     WHERE s.tenant_id = %(tenant)s AND s.month >= %(since)s AND s.month < %(before)s
       AND s.values_read IS NOT NULL
       AND s.values_read < (SELECT sum(cardinality(array_remove(d.values_wh, NULL)))
                              FROM metering_readingday d
                             WHERE (d.tenant_id, d.metering_point_id, d.direction)
                                   = (s.tenant_id, s.metering_point_id, %(direction)s)
                               AND d.day >= s.month AND d.day < s.month + interval '1 month')
    UNION
    SELECT s.month, s.metering_point_id
      FROM (SELECT area, date_trunc('month', day::timestamp)::date AS month, max(fetched_at) AS fetched_at
              FROM billing_spotpriceday WHERE day >= %(since)s AND day < %(before)s GROUP BY 1, 2) price
      JOIN metering_meteringpoint p ON (p.tenant_id, p.price_area) = (%(tenant)s, price.area)
      JOIN billing_settledmonth s
        ON (s.tenant_id, s.metering_point_id, s.month) = (p.tenant_id, p.id, price.month)
     WHERE price.fetched_at > s.settled_at
"""
MONTHS_OF_A_YEAR = 12
YEARLY = name_of(METHODS, Method.FIVE_WEIGHTED_YEARLY)


def mended(before: date, today: date) -> dict[date, set[int]]:
    """Return months before the month `before`, in order, with the keys of the metering points to settle again.

    Only months whose readings are kept: what was settled by readings that are deleted now stands.
    """
    kept_from = ImportSettings.current().first_day_kept(today)
    given: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "since": kept_from,
        "before": before,
        "direction": int(Direction.CONSUMPTION),
        "slack": LONGEST_IMPORT,
    }
    found: dict[date, set[int]] = defaultdict(set)
    reach = _reach()
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, given)
        for month, point in cursor.fetchall():
            for later in Span(month, min(before - DAY, add_months(month, reach))).months():
                found[later].add(point)
    return dict(sorted(found.items()))


def _reach() -> int:
    """Return how many months after its own an hour may still set the tier of."""
    yearly = TariffVersion.objects.in_force().filter(payload__fastledd__metode=YEARLY)
    if yearly.exists():
        return MONTHS_OF_A_YEAR
    return int(BillingSettings.current().habits.tier_month == TierMonth.PREVIOUS)
