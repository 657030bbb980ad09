"""Changing and cancelling what is sent. The job's row decides between the customer and dispatch: who locks it first."""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from orders.actions.photos import set_photos
from orders.actions.sending import copied_waste, locked_units
from orders.actions.telling import CANCELLED, CHANGED, tell_dispatch
from orders.actions.wishes import Wish
from orders.models import Order, OrderLine, OrderRevision, Status
from orders.problems import ChangedMeanwhile, Problem
from orders.queries import current_terms, schedule_of, schedule_problem
from portal.accounts.models import User
from portal.audit import actions as audit

Kind = OrderRevision.Kind
# Fields whose values go to the revision as they are; the others have a plain form of their own.
WORDS = ("destination", "destination_address", "driver_note", "invoice_reference", "contact_name", "contact_phone")


class CannotChange(Exception):
    """Nothing was written; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(type(problem).__name__)
        self.problem = problem


@dataclass(frozen=True)
class Actor:
    """Who changes an order, and whether it is staff for the customer."""

    user: models.Model | None
    on_behalf: bool = False


def locked_job(job: OrderLine) -> OrderLine:
    """Return the job as it is now, its row locked until the transaction ends."""
    return OrderLine.objects.select_for_update(of=("self",)).select_related("order", "location").get(pk=job.pk)


def _changeable(job: OrderLine, revision: int | None) -> OrderLine:
    """Return the job, locked. Raises CannotChange when it is too late, or the order is another than was looked at."""
    job = locked_job(job)
    if problem := job.change_problem(timezone.now()):
        raise CannotChange(problem)
    # Read behind the lock of the job, and locked itself: two jobs of one order may be changed at once.
    job.order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=job.order_id)
    if revision is not None and job.order.revision != revision:
        raise CannotChange(ChangedMeanwhile())
    return job


@transaction.atomic
def cancel_job(*, job: OrderLine, by: User, on_behalf: bool = False) -> OrderLine:
    """Cancel a job while it can be; dispatch is told. Raises CannotChange."""
    job = _changeable(job, None)
    before = {"status": job.status}
    job.status, job.status_reason, job.status_at = Status.CANCELLED, "", timezone.now()
    job.save(update_fields=["status", "status_reason", "status_at", "changed_at"])
    revise(job, Kind.CANCELLED, (before, {"status": job.status}), Actor(by, on_behalf))
    return job


@transaction.atomic
def change_job(*, job: OrderLine, by: User, wish: Wish, revision: int, on_behalf: bool = False) -> OrderLine:
    """Change a job before its deadline: the number stays, the order gets a new revision, and dispatch is told.

    Date, waste type, words, contact, photos and number of units can be changed; unit, service and address cannot, which
    would be another order. `revision` is the one the person looked at. A changed job is planned anew.
    Raises CannotChange.
    """
    job = _changeable(job, revision)
    before = snapshot(job)
    to = wish.destination_location
    # Names as they were ordered: what the catalogue says today is none of this order's.
    waste = {} if wish.keeps_waste or wish.waste_type.code == job.waste_code else copied_waste(wish.waste_type)
    values = {**wish.changeable, **waste, "destination_address": to.full_address if to else ""}
    for name, value in values.items():
        setattr(job, name, value)
    if wish.wanted_on != job.wanted_on:
        _check_unit(job, wish)
        job.wanted_on, job.cancellable_until = wish.wanted_on, current_terms().deadline(wish.wanted_on)
    set_photos(job, kept=wish.kept_photos, added=wish.photos, by=by)
    after = snapshot(job)
    different = [name for name in after if after[name] != before[name]]
    if different:
        job.status, job.status_reason, job.status_at = Status.RECEIVED, "", None
        job.save()
        changed = ({name: before[name] for name in different}, {name: after[name] for name in different})
        revise(job, Kind.CHANGED, changed, Actor(by, on_behalf))
    return job


def _check_unit(job: OrderLine, wish: Wish) -> None:
    """Raise CannotChange when the unit has left by the new day, or is to."""
    if wish.placement is None:
        return
    placement = locked_units([wish.placement.pk])[0]
    schedule = schedule_of(placement, without=job)
    if problem := schedule_problem(schedule, wish.service, wish.wanted_on, placement.number):
        raise CannotChange(problem)


def snapshot(job: OrderLine) -> dict[str, Any]:
    """Return what a customer can change of a job, as plain values."""
    return {
        "wanted_on": job.wanted_on.isoformat(),
        "waste": job.waste_names,
        "quantity": job.quantity,
        "photos": sorted(job.photos.values_list("pk", flat=True)),
        **{name: getattr(job, name) for name in WORDS},
    }


def revise(job: OrderLine, kind: Kind, changed: tuple[dict[str, Any], dict[str, Any]], actor: Actor) -> None:
    """Write what was changed in a job as a new revision of its order, both locked; dispatch is told."""
    order = job.order
    order.revision += 1
    order.save(update_fields=["revision"])
    OrderRevision.objects.create(
        order=order,
        line=job,
        number=order.revision,
        kind=kind,
        made_by_id=actor.user.pk if actor.user else None,
        on_behalf=actor.on_behalf,
        before=changed[0],
        after=changed[1],
    )
    # Which fields, not what was in them: names and phones do not belong in the log.
    data = {"number": order.number, "job": job.position, "revision": order.revision, "on_behalf": actor.on_behalf}
    verb = CANCELLED if kind == Kind.CANCELLED else CHANGED
    audit.record(verb=verb, by=actor.user, obj=order, customer=order.customer, data=data | {"fields": [*changed[1]]})
    tell_dispatch(verb, order, [job])
