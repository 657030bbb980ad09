"""What customers see of their readings. Charts, tables and exports all read here, so they cannot disagree."""

from metering.queries.installations import (
    Holder,
    Installation,
    Portfolio,
    first_day_read,
    has_held,
    installation_of,
    installations_of,
    portfolio_of,
    preferred_point,
    table_of,
    used_by,
)
from metering.queries.readings import (
    DayReadings,
    DaysReadings,
    DayTotal,
    HourReading,
    MonthsReadings,
    MonthTotal,
    day_of,
    days_of,
    month_of_installation,
    months_of,
    rows_of,
)
from metering.queries.revisions import Before
from metering.queries.stored import StoredDay, stored_days
from metering.queries.sums import sum_of_day, sum_of_days, sum_of_months

__all__ = [
    "Before",
    "DayReadings",
    "DayTotal",
    "DaysReadings",
    "Holder",
    "HourReading",
    "Installation",
    "MonthTotal",
    "MonthsReadings",
    "Portfolio",
    "StoredDay",
    "day_of",
    "days_of",
    "first_day_read",
    "has_held",
    "installation_of",
    "installations_of",
    "month_of_installation",
    "months_of",
    "portfolio_of",
    "preferred_point",
    "rows_of",
    "stored_days",
    "sum_of_day",
    "sum_of_days",
    "sum_of_months",
    "table_of",
    "used_by",
]
