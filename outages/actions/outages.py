"""Publishing outages, and saying how they go on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from outages.actions import notices
from outages.models import Outage, OutageUpdate
from outages.queries import outdate_events
from outages.rules.affected import Affected
from outages.rules.problems import Problem, problems_of, update_problems
from portal.accounts.models import User
from portal.audit import actions as audit

FIELDS = (
    *("kind", "cause", "area_name", "message", "starts_at", "expected_at", "restored_at", "cancelled_at"),
    *("is_published", "postal_codes", "streets", "grid_stations", "gsrns", "external_id", "external_changed_at"),
)
UPDATE_FIELDS = ("at", "text", "expected_at")


class NotValid(Exception):
    """It cannot be kept as it is; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__([str(problem.message) for problem in problems])
        self.problems = problems


class Changed(Exception):
    """Somebody saved the outage after the version at hand was read."""


@transaction.atomic
def save_outage(
    *, outage: Outage | None, fields: Mapping[str, Any], by: User | None, version: int | None = None
) -> Outage:
    """Keep a new outage, or change one over the version that was read (None: whatever it is by now).

    Raises NotValid, and Changed when somebody was quicker.
    """
    is_new = outage is None or outage.pk is None
    kept = Outage() if is_new else Outage.objects.select_for_update().get(pk=outage.pk)  # type: ignore[union-attr]
    if not is_new and version not in (None, kept.version):
        raise Changed
    for name, value in fields.items():
        if name not in FIELDS:
            raise ValueError(f"{name} is no field of an outage")
        setattr(kept, name, value)
    if problems := problems_of(kept.times, kept.affected, now=timezone.now()):
        raise NotValid(problems)
    kept.reach = sorted(_reach(kept.affected))
    kept.version = 1 if is_new else kept.version + 1
    kept.save()
    audit.record(
        verb="outages.registered" if is_new else "outages.changed",
        by=by,
        obj=kept,
        data={"kind": kept.kind, "where": kept.area_name, "version": kept.version},
    )
    transaction.on_commit(outdate_events)
    return kept


def _reach(area: Affected) -> frozenset[str]:
    """Return the postal codes an area lies in. Stations and metering points are found by their installations."""
    if not (area.grid_stations or area.gsrns):
        return area.all_postal_codes
    return area.all_postal_codes | {place.postal_code for _, place in notices.touched(area) if place.postal_code}


@transaction.atomic
def add_update(
    *,
    outage: Outage,
    at: datetime,
    text: dict[str, str],
    expected_at: datetime | None,
    by: User | None,
    moves_end: bool = True,
) -> OutageUpdate:
    """Say something new; a new time when the power is expected back becomes the outage's, unless that is known better
    (`moves_end`). Raises NotValid.
    """
    kept = Outage.objects.select_for_update().get(pk=outage.pk)
    taken = list(kept.updates.values_list("at", flat=True))
    problems = update_problems(kept.times, at, expected=expected_at, taken=taken, now=timezone.now())
    if problems:
        raise NotValid(problems)
    if expected_at and moves_end and not kept.updates.filter(at__gt=at, expected_at__isnull=False).exists():
        kept = save_outage(outage=kept, fields={"expected_at": expected_at}, by=by)
    update = OutageUpdate.objects.create(outage=kept, at=at, text=text, expected_at=expected_at, by=by)
    audit.record(verb="outages.updated", by=by, obj=kept, data={"update": update.pk})
    transaction.on_commit(outdate_events)
    return update


@transaction.atomic
def change_update(*, update: OutageUpdate, by: User) -> None:
    """Keep an update that is put right; the outage's own times stay as they are. The log keeps what stood there."""
    stood = OutageUpdate.objects.select_for_update().get(pk=update.pk)
    before = {name: was for name in UPDATE_FIELDS if (was := getattr(stood, name)) != getattr(update, name)}
    update.save()
    data = {"update": update.pk, **{f"{name}_before": _as_logged(was) for name, was in before.items()}}
    audit.record(verb="outages.update_changed", by=by, obj=update.outage, data=data)
    transaction.on_commit(outdate_events)


def _as_logged(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@transaction.atomic
def delete_update(*, update: OutageUpdate, by: User) -> None:
    data = {"update": update.pk, "text": update.text}
    update.delete()
    audit.record(verb="outages.update_deleted", by=by, obj=update.outage, data=data)
    transaction.on_commit(outdate_events)


def restore(*, outage: Outage, at: datetime, by: User | None, tell: bool) -> Outage:
    """The power is back. Raises NotValid."""
    return _end(outage, {"restored_at": at}, by, tell)


def cancel(*, outage: Outage, at: datetime, by: User | None, tell: bool) -> Outage:
    """Planned work is called off. Raises NotValid."""
    return _end(outage, {"cancelled_at": at}, by, tell)


@transaction.atomic
def _end(outage: Outage, fields: dict[str, Any], by: User | None, tell: bool) -> Outage:  # noqa: FBT001  (our own)
    kept = save_outage(outage=outage, fields=fields, by=by)
    if tell:
        notices.tell(outage=kept, by=by)
    return kept
