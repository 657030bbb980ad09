"""Why something cannot be ordered: each reason says itself in words. Pure."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orders.rules.wording import in_sentence
from portal.ui import formatting


@dataclass(frozen=True)
class Problem(ABC):
    """A reason why not; `message` is for the person who tried, in the active language.

    `can_be_mended` tells of a line in the basket that another date or waste type would do; else it can only leave it.
    """

    @property
    def can_be_mended(self) -> bool:
        return True

    @property
    @abstractmethod
    def message(self) -> str:
        """Say it."""


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


@dataclass(frozen=True)
class WasteNotInUnit(Problem):
    """The company does not take this waste in this kind of unit: plasterboard in a compactor."""

    waste: str
    equipment: str

    @property
    def message(self) -> str:
        return _("%(waste)s cannot go into %(equipment)s. Choose another waste type.") % {
            "waste": self.waste,
            "equipment": in_sentence(self.equipment),
        }


@dataclass(frozen=True)
class EquipmentWithdrawn(Problem):
    name: str

    @property
    def message(self) -> str:
        return _("%(name)s can no longer be ordered. Choose another equipment type.") % {"name": self.name}


@dataclass(frozen=True)
class PlaceGone(Problem):
    """The address a job leads to is no longer one of the customer's."""

    address: str

    @property
    def message(self) -> str:
        return _("%(address)s is no longer among your addresses. Choose another.") % {"address": self.address}


@dataclass(frozen=True)
class NewPlaceMissing(Problem):
    """A move whose photo was not marked, and that is not described either."""

    @property
    def message(self) -> str:
        return _("Mark the new spot on the photo, or describe where the unit shall stand.")


@dataclass(frozen=True)
class ReferenceProblem(Problem):
    masks: tuple[str, ...]

    @property
    def _forms(self) -> str:
        return _(" or ").join(_("“%(text)s”") % {"text": mask} for mask in self.masks)

    @property
    def _key(self) -> str:
        has_signs = any(set(mask) & set("#@*") for mask in self.masks)
        return _("# is a digit, @ a letter and * any text.") if has_signs else ""


@dataclass(frozen=True)
class ReferenceMissing(ReferenceProblem):
    @property
    def message(self) -> str:
        if not self.masks:
            return _("Write the order reference. Without it we cannot send the invoice.")
        said = _("Write the order reference as %(forms)s.") % {"forms": self._forms}
        return f"{said} {self._key}".strip()


@dataclass(frozen=True)
class ReferenceWrong(ReferenceProblem):
    @property
    def message(self) -> str:
        said = _("The order reference must look like %(forms)s.") % {"forms": self._forms}
        return f"{said} {self._key}".strip()


# Why an order that is sent can no longer be changed or cancelled -------------------------------------


@dataclass(frozen=True)
class Settled(Problem):
    """Nothing is left to change: the job is done or tried."""

    @property
    def message(self) -> str:
        return _("The job is settled, so it can no longer be changed or cancelled.")


@dataclass(frozen=True)
class CancelledAlready(Problem):
    @property
    def message(self) -> str:
        return _("The job is cancelled already.")


@dataclass(frozen=True)
class OnTheWay(Problem):
    @property
    def message(self) -> str:
        return _("The vehicle is on its way, so the job can no longer be changed or cancelled.")


@dataclass(frozen=True)
class ChangeDeadlinePassed(Problem):
    deadline: datetime
    now: datetime
    zone: tzinfo

    @property
    def message(self) -> str:
        deadline = formatting.moment(self.deadline, now=self.now, zone=self.zone)
        return _("Can no longer be changed or cancelled. The deadline was %(deadline)s.") % {"deadline": deadline}


@dataclass(frozen=True)
class ChangedMeanwhile(Problem):
    """Somebody else changed the job between our reading and writing it."""

    @property
    def message(self) -> str:
        return _("The order was changed in another window. Look at it again before you change it.")


# Why dispatch cannot say something of a job ----------------------------------------------------------


@dataclass(frozen=True)
class FinishedAlready(Problem):
    """A job that is done stays done, whatever comes in late."""

    @property
    def message(self) -> str:
        return _("The job is done already.")


@dataclass(frozen=True)
class OldNews(Problem):
    """Something newer is known; `known` is since when."""

    known: datetime
    zone: tzinfo

    @property
    def message(self) -> str:
        return _("Something newer is known, from %(when)s.") % {
            "when": formatting.moment(self.known, now=self.known, zone=self.zone)
        }


@dataclass(frozen=True)
class ReasonMissing(Problem):
    @property
    def message(self) -> str:
        return _("Say why the job was not done. The customer reads it.")


@dataclass(frozen=True)
class NotToReport(Problem):
    @property
    def message(self) -> str:
        return _("There is nothing to report of this job now. Look at its status.")


@dataclass(frozen=True)
class AnsweredAlready(Problem):
    @property
    def message(self) -> str:
        return _("A colleague has answered already.")


@dataclass(frozen=True)
class NoPossibleDay(Problem):
    """The company has closed every day that can be ordered."""

    @property
    def message(self) -> str:
        return _("There is no day to order for. Contact customer service.")
