"""Days of spot prices, kept in the process once they have been read.

A day of prices is a hundred numbers, the same for everybody, and a page with a year of them asks for all of them anew.
A row's `revision` rises with each change of it, and both are asked for each time: a day kept is a day as it is.
"""

from datetime import date

from billing.models import SpotPriceDay
from billing.rules.spot import SpotDay

# Two years of one area; a day of quarters takes 10 kB.
MOST_KEPT = 800
_kept: dict[tuple[int, int], SpotDay] = {}


def spot_days(area: str, first: date, last: date) -> list[SpotDay]:
    """Return an area's days from first to last that have prices. One query, and one more for those not read before."""
    stored = SpotPriceDay.objects.of(area).filter(day__range=(first, last))
    keys = list(stored.values_list("pk", "revision"))
    found = {key[0]: _kept[key] for key in keys if key in _kept}
    missing = [pk for pk, _ in keys if pk not in found]
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            _kept.clear()
        for row in SpotPriceDay.objects.filter(pk__in=missing):
            found[row.pk] = _kept[row.pk, row.revision] = row.spot_day
    return list(found.values())
