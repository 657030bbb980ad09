"""Jobs that contradict each other: one unit cannot be emptied after it has left. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from orders.jobs import Service

# Two emptyings closer than this may be a slip; a week apart they are somebody's routine.
NEAR = timedelta(days=6)


@dataclass(frozen=True)
class Booked:
    """A job for a unit that is ordered or lies in the same basket."""

    service: Service
    day: date
    in_basket: bool = False


@dataclass(frozen=True)
class Schedule:
    """What is known of one unit: its jobs, the day it leaves in any case, and the days of its fixed round."""

    booked: Sequence[Booked] = ()
    leaves_on: date | None = None
    route_weekday: int | None = None

    def contradiction(self, service: Service, day: date) -> Booked | None:
        """Return the job that cannot be together with this one: nothing is done on or after the day a unit leaves."""
        for other in self.without_same(service, day)._by_day:
            is_after_leaving = other.service == Service.COLLECT and day >= other.day
            leaves_before = service == Service.COLLECT and other.day >= day
            if is_after_leaving or leaves_before:
                return other
        return None

    def without_same(self, service: Service, day: date) -> "Schedule":
        """Without the very same job in the basket, which adding it again only replaces."""
        same = Booked(service, day, in_basket=True)
        return replace(self, booked=[other for other in self.booked if other != same])

    def is_gone(self, day: date) -> bool:
        return self.leaves_on is not None and day >= self.leaves_on

    def double(self, service: Service, day: date) -> Booked | None:
        """Return the same job that is ordered for the same day or one near it: perhaps a slip, perhaps meant."""
        if service == Service.COLLECT:
            return None
        same = [other for other in self.booked if other.service == service and abs(other.day - day) <= NEAR]
        return min(same, key=lambda other: (abs(other.day - day), other.day), default=None)

    def is_round(self, service: Service, day: date) -> bool:
        """Whether the unit is emptied that day anyway, on its fixed round."""
        return service == Service.EMPTY and self.route_weekday is not None and day.weekday() == self.route_weekday

    def is_free(self, service: Service, day: date) -> bool:
        """Whether nothing at all speaks against a job that day."""
        double = self.double(service, day)
        is_double = double is not None and double.day == day
        return self.can_be(service, day) and not is_double and not self.is_round(service, day)

    def can_be(self, service: Service, day: date) -> bool:
        return not self.is_gone(day) and self.contradiction(service, day) is None

    def first_free(self, service: Service, days: Iterable[date]) -> date | None:
        """Return the first of the days against which nothing speaks, else the first that can be, else None."""
        possible = [day for day in days if self.can_be(service, day)]
        return next((day for day in possible if self.is_free(service, day)), possible[0] if possible else None)

    @property
    def _by_day(self) -> Sequence[Booked]:
        return sorted(self.booked, key=lambda other: other.day)
