"""Why something cannot be ordered: each reason says itself in words. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.ui import formatting


@dataclass(frozen=True)
class Problem:
    """A reason why not; `message` is for the person who tried, in the active language.

    `can_be_mended` tells that another date or waste type would do; else the job can only be left out.
    """

    @property
    def can_be_mended(self) -> bool:
        return True

    @property
    def message(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class DayProblem(Problem):
    day: date

    @property
    def _day(self) -> str:
        return f"{formatting.weekday(self.day)} {formatting.day(self.day)}"


@dataclass(frozen=True)
class DayPassed(DayProblem):
    @property
    def message(self) -> str:
        return _("%(day)s has passed. Choose a later date.") % {"day": capfirst(self._day)}


@dataclass(frozen=True)
class CutOffPassed(DayProblem):
    """`deadline` is when the day could last be ordered."""

    deadline: datetime
    now: datetime
    zone: tzinfo

    @property
    def message(self) -> str:
        deadline = formatting.moment(self.deadline, now=self.now, zone=self.zone)
        return _("It is too late to order for %(day)s: the deadline was %(deadline)s. Choose a later date.") % {
            "day": self._day,
            "deadline": deadline,
        }


@dataclass(frozen=True)
class WeeklyDayOff(DayProblem):
    @property
    def message(self) -> str:
        return _("%(day)s is not a working day for us. Choose another date.") % {"day": capfirst(self._day)}


@dataclass(frozen=True)
class PublicHoliday(DayProblem):
    @property
    def message(self) -> str:
        return _("%(day)s is a holiday, and we do not drive. Choose another date.") % {"day": capfirst(self._day)}


@dataclass(frozen=True)
class TooFarAhead(DayProblem):
    last: date

    @property
    def message(self) -> str:
        return _("You can order until %(last)s. Choose an earlier date.") % {"last": formatting.day(self.last)}


@dataclass(frozen=True)
class UnitGone(Problem):
    number: str

    @property
    def can_be_mended(self) -> bool:
        return False

    @property
    def message(self) -> str:
        return _("Unit %(number)s no longer stands at this address. Remove this job from the basket.") % {
            "number": self.number
        }


@dataclass(frozen=True)
class WasteTypeWithdrawn(Problem):
    name: str

    @property
    def message(self) -> str:
        return _("%(name)s can no longer be ordered. Choose another waste type.") % {"name": self.name}


@dataclass(frozen=True)
class WasteTypeFixed(Problem):
    """A periodic route collects one waste type, and its vehicle goes on with others' waste of that type."""

    @property
    def message(self) -> str:
        return _("The waste type cannot be changed on a fixed route.")


@dataclass(frozen=True)
class BasketEmpty(Problem):
    @property
    def message(self) -> str:
        return _("The basket is empty, so nothing was sent.")


@dataclass(frozen=True)
class BasketChanged(Problem):
    """What is being sent is not what the person looked at: another tab or device changed it."""

    @property
    def message(self) -> str:
        return _("The basket was changed in another window. Nothing was sent. Look it over, and send again.")
