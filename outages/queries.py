"""What is out and what is planned, as pages show it: read every few seconds, not for each visitor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from outages.models import Outage, OutageUpdate
from outages.remembered import outdate, remembered
from outages.rules import wording
from outages.rules.affected import Affected, shown
from outages.rules.phase import Kind, Phase, Times
from outages.rules.wording import Update
from portal.customers.places import Place
from portal.tenancy.models import current_tenant

CURRENT = "outages:current"
# Every page asks, for the number in the navigation; whatever is written outdates it at once.
FRESH_SECONDS = 60
# How long an answer may still serve while the next is worked out.
KEPT_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Event:
    """An outage with all that pages show of it. `updates` has the newest first."""

    pk: int
    kind: Kind
    cause: str
    area_name: str
    message: dict[str, str]
    times: Times
    affected: Affected
    streets: tuple[str, ...]
    postal_codes: tuple[str, ...]
    reach: frozenset[str]
    updates: tuple[Update, ...]

    @property
    def cause_text(self) -> str:
        return str(Outage.Cause(self.cause).label)

    @property
    def message_text(self) -> str:
        return current_tenant().text(self.message)

    @property
    def phase(self) -> Phase:
        return self.times.phase(timezone.now())

    @property
    def is_late(self) -> bool:
        return self.times.is_late(timezone.now())

    @property
    def is_planned(self) -> bool:
        return self.kind is Kind.PLANNED

    @property
    def status(self) -> wording.Status:
        return wording.status_of(self.kind, self.phase)

    @property
    def when(self) -> str:
        return wording.when(self.times, timezone.now())

    @property
    def latest(self) -> Update | None:
        return next(iter(self.updates), None)

    @property
    def timeline(self) -> list[Update]:
        """Everything that happened, the newest first; what has no text of its own is told in ours."""
        return wording.timeline(self.times, self.updates, timezone.now())


@dataclass(frozen=True)
class Touched:
    """An event with the places of the customer that it touches."""

    event: Event
    places: Sequence[Place]

    @property
    def others(self) -> int:
        """How many places there are besides the first."""
        return len(self.places) - 1


@dataclass(frozen=True)
class Board:
    """What a page shows: `ongoing` without power now, `coming` planned work, `over` ended or called off lately."""

    ongoing: list[Event]
    coming: list[Event]
    over: list[Event]


def events() -> tuple[Event, ...]:
    """Return what is of interest now, soonest first."""
    return remembered(CURRENT, _read, fresh=FRESH_SECONDS, kept=KEPT_SECONDS)


def outdate_events() -> None:
    """Let the pages see what was just written. Call it on commit."""
    outdate(CURRENT)


def _read() -> tuple[Event, ...]:
    rows = Outage.objects.of_interest(timezone.now()).first_first().prefetch_related("updates")
    return tuple(event_of(row, row.updates.all()) for row in rows)


def event_of(outage: Outage, updates: Iterable[OutageUpdate]) -> Event:
    newest_first = sorted(updates, key=lambda update: update.at, reverse=True)
    return Event(
        pk=outage.pk,
        kind=Kind(outage.kind),
        cause=outage.cause,
        area_name=outage.area_name,
        message=outage.message,
        times=outage.times,
        affected=outage.affected,
        streets=tuple(map(shown, outage.streets)),
        postal_codes=tuple(outage.postal_codes),
        reach=frozenset(outage.reach),
        updates=tuple(Update(update.at, update.text, update.expected_at) for update in newest_first),
    )


def event(pk: int) -> Event | None:
    """Return a published outage, old ones too; None when there is none."""
    found = next((event for event in events() if event.pk == pk), None)
    if found:
        return found
    row = Outage.objects.published().filter(pk=pk).first()
    return event_of(row, row.updates.all()) if row else None


def board_of(found: Iterable[Event], now: datetime) -> Board:
    """Sort events into what a page shows; those over last, the latest first."""
    shown = [event for event in found if event.times.is_shown(now)]
    by_phase: dict[Phase, list[Event]] = {phase: [] for phase in Phase}
    for event in shown:
        by_phase[event.times.phase(now)].append(event)
    over = by_phase[Phase.OVER] + by_phase[Phase.CANCELLED]
    over.sort(key=lambda event: event.times.ends_at or event.times.starts_at, reverse=True)
    return Board(by_phase[Phase.ONGOING], by_phase[Phase.COMING], over)


def in_area(found: Iterable[Event], covers: Callable[[str], bool]) -> list[Event]:
    """Return the events that reach into an area; of which nobody knows where they reach, they may lie anywhere."""
    return [event for event in found if not event.reach or any(map(covers, event.reach))]


def touched_by(found: Iterable[Event], places: Sequence[Place]) -> list[Touched]:
    """Return the events that touch one of the places, each with those places."""
    pairs = ((event, [place for place in places if event.affected.touches(place)]) for event in found)
    return [Touched(event, touched) for event, touched in pairs if touched]


def overlapping(outage: Outage) -> list[Outage]:
    """Return other published outages that last at the same time in a place both name."""
    others = Outage.objects.published().not_over(timezone.now()).exclude(pk=outage.pk)
    return [other for other in others if other.times.overlaps(outage.times) and other.affected.meets(outage.affected)]
