"""A firm with three installations, which counts as very many with `few_are_many`."""

from datetime import date

from metering.days import Direction
from metering.models import HolderMonth, MeteringPoint
from portal.customers.models import Customer
from tests import factories as core
from tests.metering import factories

TODAY = date(2026, 3, 15)
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
# The clock is turned back.
CHANGE = date(2026, 10, 25)
USE, MAKE = Direction.CONSUMPTION, Direction.PRODUCTION
Held = tuple[Customer, list[MeteringPoint]]


def held_by_one() -> Held:
    firm = core.customer()
    points = [factories.point(serial) for serial in range(3)]
    for point in points:
        factories.holding(firm, point, since=FEBRUARY)
        for day in (date(2026, 2, 27), date(2026, 3, 2)):
            factories.readings(point, day, 10)
    return firm, points


def kept() -> set[tuple[date, int]]:
    return set(HolderMonth.objects.true().values_list("month", "direction"))


ALL = {(FEBRUARY, 1), (FEBRUARY, 2), (MARCH, 1), (MARCH, 2)}
