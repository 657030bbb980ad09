"""How complete the spot prices are that a company's customers are billed by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.models import SpotPriceDay
from metering.models import MeteringPoint
from metering.periods import Span


@dataclass(frozen=True)
class Lack:
    """A day of an area with prices missing: all of them (`slots` is None), or so many of its slots."""

    area: str
    day: date
    slots: int | None = None


def areas() -> list[str]:
    """Return the price areas of the company's metering points."""
    return sorted(set(MeteringPoint.objects.exclude(price_area="").values_list("price_area", flat=True).distinct()))


def lacks(of: Sequence[str], first: date, last: date) -> list[Lack]:
    """Return the days from first to last, both included, that lack prices; the latest first."""
    stored = SpotPriceDay.objects.filter(area__in=of, day__range=(first, last))
    there = {(row.area, row.day): row.spot_day.missing for row in stored}
    return [
        Lack(area, day, there.get((area, day)))
        for day in reversed(Span(first, last).days())
        for area in of
        if there.get((area, day)) != 0
    ]
