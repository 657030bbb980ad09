"""Why an outage cannot be kept as it was written, and what staff should know before they publish it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from outages.rules.affected import Affected
from outages.rules.phase import Kind, Times


@dataclass(frozen=True)
class Problem:
    """`field` is the one to look at, "" for all of them."""

    field: str
    message: Any


ENDS_BEFORE_START = Problem("expected_at", _("The power cannot be back before it went: choose a later time."))
RESTORED_BEFORE_START = Problem("restored_at", _("The power cannot be back before it went: choose a later time."))
RESTORED_IN_FUTURE = Problem(
    "restored_at", _("This is when the power came back. For what you expect, use “expected back”.")
)
PLANNED_NEEDS_END = Problem("expected_at", _("Planned work needs an end."))
NO_AREA = Problem("", _("Say who is affected: a postal code, a street, a grid station or metering points."))
STARTS_LATER = Problem("starts_at", _("A power cut has begun. For what is to come, choose planned work."))
UPDATE_BEFORE_START = Problem("at", _("An update cannot be older than the outage itself."))
UPDATE_AFTER_END = Problem("at", _("The outage was over before this: correct the time, or when it ended."))
UPDATE_IN_FUTURE = Problem("at", _("An update tells what is known: its time cannot be in the future."))
TOO_FAR = _("That is not within ten years of today: check the year.")
SAME_TIME = Problem("at", _("There is an update at this time already."))


# What nobody means; and the calendar ends soon after the year 9999 where a page counts days.
FARTHEST = timedelta(days=3653)


def is_too_far(at: datetime, now: datetime) -> bool:
    return abs(at - now) > FARTHEST


def problems_of(times: Times, area: Affected, *, now: datetime) -> list[Problem]:
    """Return what is wrong with an outage as written."""
    found = _too_far(times, now)
    if times.expected_at and times.expected_at <= times.starts_at:
        found.append(ENDS_BEFORE_START)
    if times.restored_at and times.restored_at < times.starts_at:
        found.append(RESTORED_BEFORE_START)
    elif times.restored_at and times.restored_at > now + timedelta(minutes=5):
        found.append(RESTORED_IN_FUTURE)
    if times.kind == Kind.PLANNED and not times.expected_at:
        found.append(PLANNED_NEEDS_END)
    if times.kind == Kind.OUTAGE and times.starts_at > now + timedelta(minutes=5):
        found.append(STARTS_LATER)
    if not area:
        found.append(NO_AREA)
    return found


def _too_far(times: Times, now: datetime) -> list[Problem]:
    given = {"starts_at": times.starts_at, "expected_at": times.expected_at, "restored_at": times.restored_at}
    return [Problem(field, TOO_FAR) for field, at in given.items() if at and is_too_far(at, now)]


def update_problems(
    times: Times, at: datetime, *, expected: datetime | None = None, taken: list[datetime], now: datetime
) -> list[Problem]:
    """Return what is wrong with an update at a time, after which the power is `expected` back; `taken` are the times
    of the others.
    """
    found = []
    if is_too_far(at, now):
        found.append(Problem("at", TOO_FAR))
    if expected and is_too_far(expected, now):
        found.append(Problem("expected_at", TOO_FAR))
    elif expected and expected <= times.starts_at:
        found.append(ENDS_BEFORE_START)
    # Planned work is spoken of before it begins.
    if times.kind == Kind.OUTAGE and at < times.starts_at:
        found.append(UPDATE_BEFORE_START)
    if times.restored_at and at > times.restored_at + timedelta(hours=24):
        found.append(UPDATE_AFTER_END)
    if at > now + timedelta(minutes=5):
        found.append(UPDATE_IN_FUTURE)
    if at in taken:
        found.append(SAME_TIME)
    return found


def is_short_notice(times: Times, *, hours: int, now: datetime) -> bool:
    """Whether planned work comes sooner than people must be told of it."""
    return times.kind == Kind.PLANNED and times.starts_at < now + timedelta(hours=hours)
