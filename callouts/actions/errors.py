"""Why a write of a call-off was refused."""

from callouts.models import CallOff
from callouts.rules.problems import Problem


class DraftChanged(Exception):
    """Somebody saved the draft after the version at hand was read. `call_off` is as they left it."""

    def __init__(self, call_off: CallOff) -> None:
        super().__init__(f"call-off {call_off.pk} is at version {call_off.version}")
        self.call_off = call_off


class AlreadySubmitted(Exception):
    """The call-off is sent in, and locked."""

    def __init__(self, call_off: CallOff) -> None:
        super().__init__(f"call-off {call_off.pk} is {call_off.shown_number}")
        self.call_off = call_off


class NotReady(Exception):
    """The call-off cannot be sent in; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__([problem.field for problem in problems])
        self.problems = problems


class StatusRefused(Exception):
    """The status may not follow the one the call-off has."""


class TooManyFiles(Exception):
    """A call-off has no room for so many files."""


class TooManyDrafts(Exception):
    """The customer has as many drafts as there is room for."""


class NameTaken(Exception):
    """The customer has one of that name already."""


class RevisedMeanwhile(Exception):
    """Somebody else has corrected the call-off since the version at hand was read."""


class NothingChanged(Exception):
    """What was to be corrected reads as it did."""


class RequestRefused(Exception):
    """The customer cannot ask for a change any more, or has asked already."""


class AlreadyAnswered(Exception):
    """Somebody else has answered, or the customer has withdrawn what was asked for."""
