"""What the pages, commands and other apps ask of billing. A tenant's scope must be open; dates are local days.

    settlement_of(point, month, until=None, *, since, customer, of) -> Settlement
        lines with amounts and reasons, tier and how far the next is, what is missing (rules.settlement)
    price_list_of(point, on, *, customer, of) -> PriceList | None
        tiers by the month, energy by its periods, taxes, with VAT for private customers
    versions_of(point, on) -> the same over time
    energy_price_now(point, now) -> EnergyPrice | None
    peaks_of(point, month, *, customer, of), peaks_of_year(point, month, …) -> MonthPeaks
        the peaks that count, every day's highest hour, mean, tier
    support_of(point, month, …) -> MonthSupport with days, support_of_year(point, month, …) -> MonthSums
    support_of_day(point, day, …) -> hours
    forecast_of(point, month, …) -> MonthForecast | None
        the whole month by the latest weeks, with what it rests on
    settle_all(month, until=None) -> a stream of all metering points

`customer` limits an answer to the days on which that customer held the metering point (default: whoever held it last in
that time); NotHeld is raised when there are none. `of` is `company()`, read once where a page asks more than one thing.
"""

from billing.queries.cases import Case, NotHeld, case_of, prices_of
from billing.queries.company import Company, company, rate_table
from billing.queries.forecasts import MonthForecast, forecast_of
from billing.queries.peaks import MonthPeaks, Peak, peaks_of, peaks_of_year
from billing.queries.prices import (
    EnergyPrice,
    PriceList,
    TierPrice,
    energy_price_at,
    energy_price_now,
    price_list_from,
    price_list_of,
    versions_of,
)
from billing.queries.settlements import Settled, settle_all, settle_case, settlement_of
from billing.queries.support import (
    DaySupport,
    HourSupport,
    MonthSum,
    MonthSupport,
    support_of,
    support_of_day,
    support_of_year,
)
from billing.rules.settlement import Settlement

__all__ = [
    "Case",
    "Company",
    "DaySupport",
    "EnergyPrice",
    "HourSupport",
    "MonthForecast",
    "MonthPeaks",
    "MonthSum",
    "MonthSupport",
    "NotHeld",
    "Peak",
    "PriceList",
    "Settled",
    "Settlement",
    "TierPrice",
    "case_of",
    "company",
    "energy_price_at",
    "energy_price_now",
    "forecast_of",
    "peaks_of",
    "peaks_of_year",
    "price_list_from",
    "price_list_of",
    "prices_of",
    "rate_table",
    "settle_all",
    "settle_case",
    "settlement_of",
    "support_of",
    "support_of_day",
    "support_of_year",
    "versions_of",
]
