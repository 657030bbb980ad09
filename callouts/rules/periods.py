"""For which days somebody may act, after several periods were given one after the other. Pure."""

from collections.abc import Iterable
from datetime import date

# Both days included; None for no end.
Period = tuple[date, date | None]


def reckoned(given: Iterable[Period]) -> list[Period]:
    """Return the periods that hold, by date. One that meets or overlaps an earlier one prolongs it, and its end counts;
    one with a gap between stands beside it.
    """
    periods: list[Period] = []
    for first, last in given:
        begins, apart = first, []
        for one in periods:
            if _is_before(one, first) or _is_before((first, last), one[0]):
                apart.append(one)
            else:
                begins = min(begins, one[0])
        periods = sorted([*apart, (begins, last)], key=lambda period: period[0])
    return periods


def current(periods: list[Period], on: date) -> Period | None:
    """Return the one that holds on a day, else the next one, else the last."""
    return next((one for one in periods if one[1] is None or on <= one[1]), periods[-1] if periods else None)


def _is_before(period: Period, day: date) -> bool:
    """Whether a period ends with at least a day between."""
    return period[1] is not None and (day - period[1]).days > 1
