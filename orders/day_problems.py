"""Why a day does not do for a unit, and what should be known of it: what else happens to the unit. Pure."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orders.problems import DayProblem
from portal.ui import formatting


@dataclass(frozen=True)
class UnitLeaves(DayProblem):
    """The company takes the unit away that day, so nothing can be done with it from then on."""

    number: str

    @property
    def message(self) -> str:
        return _("Unit %(number)s leaves on %(day)s. Choose an earlier date.") % {
            "number": self.number,
            "day": formatting.long_day(self.day),
        }


@dataclass(frozen=True)
class CollectedBefore(DayProblem):
    """The unit is collected on `day`, which is before the job."""

    number: str

    @property
    def message(self) -> str:
        return _("Unit %(number)s is to be collected on %(day)s. Choose an earlier date, or cancel the collecting.") % {
            "number": self.number,
            "day": formatting.long_day(self.day),
        }


@dataclass(frozen=True)
class NeededLater(DayProblem):
    """The unit would be collected before another job for it, which is on `day`. `noun` is that job."""

    noun: str

    @property
    def message(self) -> str:
        return _("%(job)s is ordered for %(day)s, and by then the unit would be gone. Choose a later date.") % {
            "job": self.noun,
            "day": formatting.long_day(self.day),
        }


@dataclass(frozen=True)
class OrderedAlready(DayProblem):
    """The same is ordered for a day near: it may be meant, so it is said and nothing more."""

    noun: str

    @property
    def message(self) -> str:
        return _("%(job)s is already ordered for %(day)s.") % {"job": self.noun, "day": formatting.long_day(self.day)}


@dataclass(frozen=True)
class InBasketAlready(OrderedAlready):
    @property
    def message(self) -> str:
        return _("%(job)s for %(day)s is already in the basket.") % {
            "job": self.noun,
            "day": formatting.long_day(self.day),
        }


@dataclass(frozen=True)
class RoundThatDay(DayProblem):
    @property
    def message(self) -> str:
        return _("On %(day)s the unit is emptied on its fixed round anyway.") % {
            "day": capfirst(formatting.long_day(self.day))
        }


@dataclass(frozen=True)
class ClosedDay(DayProblem):
    """Staff choose a day on which the company does not drive: it may be meant."""

    @property
    def message(self) -> str:
        return _("%(day)s is a day on which you do not drive. Choose another, or say that it is meant.") % {
            "day": capfirst(self._day)
        }


@dataclass(frozen=True)
class DoneTooEarly(DayProblem):
    @property
    def message(self) -> str:
        return _("The job is not due before %(day)s. Choose another status, or say that it is meant.") % {
            "day": self._day
        }
