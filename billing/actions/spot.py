"""Taking in spot prices: from a source or from a file. They are shared by all tenants."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import DataError, IntegrityError, transaction

from billing.clients import SOURCES
from billing.models import SpotPriceDay
from billing.models.spot import Put
from billing.rules.spot import AREAS, SpotDay
from billing.rules.spot_days import LOOKED_BACK, PriceProblem, days_to_fetch
from portal.clients.http import Unavailable

logger = logging.getLogger(__name__)


@dataclass
class SpotReport:
    """What came of it: days by outcome, what has gaps, what could not be had and why."""

    counts: Counter[Put] = field(default_factory=Counter)
    gaps: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    not_published: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        counts = {outcome.value: self.counts[outcome] for outcome in Put}
        return {**counts, "gaps": self.gaps, "problems": self.problems, "not_published": self.not_published}


def keep(*, days: Iterable[SpotDay], source: str, at: datetime, report: SpotReport, dry_run: bool = False) -> None:
    """Store days, each in a transaction of its own; what the database refuses is told in the report."""
    for day in days:
        if day.missing:
            report.gaps.append(f"{day.area} {day.day}: {day.missing} of {len(day.prices_nok_per_kwh)} prices missing")
        if dry_run:
            continue
        try:
            with transaction.atomic():
                report.counts[SpotPriceDay.objects.put(day, source=source, at=at)] += 1
        except (DataError, IntegrityError) as error:
            report.problems.append(f"{day.area} {day.day}: {str(error).splitlines()[0]}")


def fetch(
    *, source: str, area: str, days: Sequence[date], at: datetime, report: SpotReport, dry_run: bool = False
) -> None:
    """Ask a source for days of an area and store them. Nothing raises: what cannot be had is told in the report."""
    for day in days:
        try:
            found = SOURCES[source](area, day)
        except (Unavailable, PriceProblem) as problem:
            logger.warning("Spot prices of %s %s: %s", area, day, problem)
            report.problems.append(f"{area} {day}: {problem}")
            continue
        if not found:
            report.not_published.append(f"{area} {day}")
        keep(days=found, source=source, at=at, report=report, dry_run=dry_run)


def fetch_wanted(*, source: str, now: datetime) -> SpotReport:
    """Ask for what is missing, preliminary or has gaps: of the last days, from 13 o'clock of tomorrow, and a few
    at a time of the last two months.
    """
    report = SpotReport()
    since = now.date() - timedelta(days=LOOKED_BACK)
    for area in AREAS:
        stored = {row.day: row.spot_day for row in SpotPriceDay.objects.of(area).filter(day__gte=since)}

        def state(day: date, stored: dict[date, SpotDay] = stored) -> bool | None:
            known = stored.get(day)
            return None if known is None else not (known.preliminary or known.missing)

        fetch(source=source, area=area, days=days_to_fetch(now, state=state), at=now, report=report)
    return report
