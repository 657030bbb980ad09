"""What dispatch says of jobs. The job's row decides between the customer and dispatch: who locks it first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from orders.actions.changes import Actor, CannotChange, locked_job, revise
from orders.actions.telling import STATUS_SET, tell_customer, tell_dispatch
from orders.models import Order, OrderLine, OrderRevision, Status, StatusChange
from orders.problems import CancelledAlready, FinishedAlready, OldNews, Problem, ReasonMissing
from orders.queries import current_terms
from orders.rules.progress import Refusal, refusal
from portal.audit import actions as audit
from portal.tenancy.models import current_tenant

PROBLEMS: dict[Refusal, type[Problem]] = {
    Refusal.CANCELLED: CancelledAlready,
    Refusal.FINISHED: FinishedAlready,
    Refusal.NO_REASON: ReasonMissing,
}


@dataclass(frozen=True, kw_only=True)
class News:
    """What dispatch says: the status, why, when it happened (None: now), and the day it is moved to, if it is."""

    status: Status
    reason: str = ""
    at: datetime | None = None
    day: date | None = None


def set_status(
    *, job: OrderLine, status: Status, by: models.Model | None, reason: str = "", at: datetime | None = None
) -> OrderLine:
    """Say what has become of a job (`by` None: another system). See `take_news`."""
    return take_news(job=job, news=News(status=status, reason=reason, at=at), by=by)


@transaction.atomic
def take_news(*, job: OrderLine, news: News, by: models.Model | None, tells_customer: bool = True) -> OrderLine:
    """Take in what dispatch says of a job, and tell the customer, as they have chosen, and other systems.

    The same again changes nothing and tells nobody. Raises CannotChange when the customer has cancelled it meanwhile,
    when a reason is missing, and, for other systems, when something newer is known or the job is done.
    """
    job = locked_job(job)
    now = timezone.now()
    if _is_known(job, news):
        return job
    if problem := _problem(job, news, is_staff=by is not None):
        raise CannotChange(problem)
    before = job.status
    at = min(news.at or now, now)
    job.status, job.status_reason, job.status_at = news.status, news.reason, at
    is_moved = news.day is not None and news.day != job.wanted_on
    if news.day and is_moved:
        _move(job, news.day, by)
    job.save(update_fields=["status", "status_reason", "status_at", "wanted_on", "cancellable_until", "changed_at"])
    step = StatusChange.objects.create(
        line=job, status=news.status, reason=news.reason, at=at, said_by_id=by.pk if by else None
    )
    data = {"number": job.order.number, "job": job.position, "from": before, "status": str(news.status)}
    audit.record(verb="orders.status_set", by=by, obj=job.order, customer=job.customer, data=data)
    tell_dispatch(STATUS_SET, job.order, [job], key=f"job:{job.pk}:step:{step.pk}")
    if tells_customer:
        tell_customer(job, step, is_moved=is_moved)
    return job


def _is_known(job: OrderLine, news: News) -> bool:
    said = (news.status, news.reason, news.day or job.wanted_on)
    return said == (job.status, job.status_reason, job.wanted_on)


def _problem(job: OrderLine, news: News, *, is_staff: bool) -> Problem | None:
    if found := refusal(news.status, job.status, reason=news.reason, by_staff=is_staff):
        return PROBLEMS[found]()
    if not is_staff and news.at and (known := _known_since(job)) and news.at < known:
        return OldNews(known, current_tenant().zone)
    return None


def _known_since(job: OrderLine) -> datetime | None:
    """Return when the job last became what it is: by dispatch's word, or by a change of the customer's, which leaves
    no word of dispatch's standing. What dispatch itself moved is as old as its word, not as our reading of it.
    """
    by_dispatch = models.Q(made_by=None, on_behalf=True)
    changed_at = job.revisions.exclude(by_dispatch).aggregate(last=models.Max("made_at"))["last"]
    return max(filter(None, [job.status_at, changed_at]), default=None)


def _move(job: OrderLine, day: date, by: models.Model | None) -> None:
    """Give the job another day: a new revision, which the customer sees."""
    before: dict[str, Any] = {"wanted_on": job.wanted_on.isoformat()}
    job.wanted_on, job.cancellable_until = day, current_terms().deadline(day)
    job.order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=job.order_id)
    changed = (before, {"wanted_on": day.isoformat()})
    revise(job, OrderRevision.Kind.CHANGED, changed, Actor(by, on_behalf=True))
