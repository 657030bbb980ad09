"""What high load is for an installation: the hours that its own price list charges more for than for the cheapest."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.http import HttpRequest
from django.utils.translation import gettext

from billing import queries, wording
from billing.rules.tariffs import Energy
from billing.rules.terms import Terms
from billing.views.memo import company_of
from metering.extras import LoadHours, LoadOf
from metering.loads import HighHours, working_hours
from metering.periods import Span
from metering.queries import Installation


def load_hours(request: HttpRequest | None) -> LoadOf:
    """Return what tells the hours of an installation, with the company's lists read once."""
    found: list[queries.Company] = []

    def hours_of(installation: Installation, span: Span) -> LoadHours | None:
        if not found:
            found.append(company_of(request) if request else queries.company())
        of = found[0]
        day = min(span.last, max(span.first, of.today))
        terms = queries.case_of(installation.point, day, of=of).terms
        version = terms.version_on(day)
        if version is None or not version.tariff.energy.tells_apart:
            return None
        return LoadHours(_high(terms), _text(version.tariff.energy))

    return hours_of


def _high(terms: Terms) -> HighHours:
    """Return the dear hours of a day by the list that holds then, else those of working days."""

    @lru_cache(maxsize=512)
    def hours(day: date) -> frozenset[int]:
        version = terms.version_on(day)
        if version is None or not version.tariff.energy.tells_apart:
            return working_hours(day)
        is_holiday = terms.habits.calendar.is_holiday(day)
        return version.tariff.energy.dear_hours(day.month, day.weekday(), is_holiday=is_holiday)

    return hours


def _text(energy: Energy) -> str:
    period = energy.dear_period
    named = period is not None and (period.when is not None or period.code in ("day", "night"))
    return wording.period_text(period, energy) if period and named else gettext("the dearer hours of your price list")
