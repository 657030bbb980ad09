"""What outages are called on pages and in messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from outages.rules.phase import Kind, Phase, Times
from portal.tenancy.models import current_tenant
from portal.ui import formatting


@dataclass(frozen=True)
class Status:
    """A word, its colour, and the icon that stands with it."""

    text: str
    color: str
    icon: str


@dataclass(frozen=True)
class Update:
    """An entry of the timeline; `text` by language, or in the page's own under ""."""

    at: datetime
    text: dict[str, str]
    expected_at: datetime | None = None

    @property
    def shown(self) -> str:
        return self.text.get("") or current_tenant().text(self.text)


def status_of(kind: Kind, phase: Phase) -> Status:
    """Return how it stands, as a word."""
    if phase is Phase.CANCELLED:
        return Status(_("Called off"), "neutral", "CircleSlash")
    if phase is Phase.OVER:
        return Status(_("Finished") if kind is Kind.PLANNED else _("Power is back"), "success", "CheckmarkCircle")
    if phase is Phase.COMING:
        return Status(_("Planned"), "info", "Wrench")
    if kind is Kind.PLANNED:
        return Status(_("Work is going on"), "warning", "Wrench")
    return Status(_("Power cut"), "danger", "Lightning")


def when(times: Times, now: datetime) -> str:
    """Return "ons. 18. nov. kl. 09.00–11.00", or from and to with their days; without an end only from when."""
    start, end = times.starts_at, times.ends_at
    if end is None:
        return formatting.moment(start, now=now)
    day = formatting.local_day(start)
    if formatting.local_day(end) == day:
        return f"{formatting.near_day(day, formatting.local_day(now))} {formatting.time_range(start, end)}"
    return f"{formatting.moment(start, now=now)} – {formatting.moment(end, now=now)}"


def timeline(times: Times, updates: Sequence[Update], now: datetime) -> list[Update]:
    """Return what has happened, the newest first, with what the times themselves tell."""
    own: list[tuple[datetime | None, str]] = []
    if times.kind is Kind.PLANNED:
        own += [(times.starts_at, _("The work begins.")), (times.cancelled_at, _("The work is called off."))]
    else:
        own += [(times.starts_at, _("The power went.")), (times.cancelled_at, _("It was no power cut after all."))]
    own += [(times.restored_at, _("The power is back."))]
    told = [Update(at, {"": text}) for at, text in own if at and at <= now]
    return sorted([*updates, *told], key=lambda entry: entry.at, reverse=True)
