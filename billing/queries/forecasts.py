"""What a month will come to, as far as can be told."""

from dataclasses import dataclass, replace
from datetime import date

from billing.queries import cases
from billing.queries.cases import case_of
from billing.queries.company import Company
from billing.queries.settlements import charged_to, month_bounds
from billing.rules.calendar import Period
from billing.rules.forecast import forecast, looked_back
from billing.rules.settlement import Settlement, settle
from metering.models import MeteringPoint
from portal.customers.models import Customer


@dataclass(frozen=True)
class MonthForecast:
    """`settlement` is the whole month's, without support and Norgespris: nobody knows the prices to come."""

    settlement: Settlement
    estimated_days: int
    based_on_first: date
    based_on_last: date


def forecast_of(
    point: MeteringPoint, month: date, *, customer: Customer | None = None, of: Company | None = None
) -> MonthForecast | None:
    """Settle a whole month with the readings there are, and the rest as the latest weeks were.

    None when nothing is missing, or less than a week of readings is there to tell from. Raises NotHeld.
    """
    first, last = month_bounds(month)
    case = case_of(point, last, customer=customer, of=of)
    first, last = case.clip(first, last)
    period = Period.of_days(first, last, case.company.clock)
    measured = cases.readings_of(case, looked_back(first), last)
    # Between two stints of one holder there are days that are another's: nothing is estimated there.
    theirs = [day for day in period.days if case.is_held(day)]
    found = forecast(theirs, measured, case.company.clock, case.terms.habits.calendar)
    if found is None:
        return None
    settled = settle(
        period,
        replace(case.terms, schemes=()),
        found.days,
        earlier=cases.earlier_maxima(case, first, last),
        charged_to=charged_to(case, last),
        held=case.held,
    )
    return MonthForecast(settled, len(found.estimated), found.based_on[0], found.based_on[-1])
