"""Taking in what dispatch's own system says of jobs, line by line."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from orders.actions.changes import CannotChange
from orders.actions.progress import News, take_news
from orders.models import OrderLine
from orders.problems import OldNews
from orders.status_files import Line
from portal.documents.csv_files import Outcome, Rejection

CHUNK = 500


def take_in_status(lines: Sequence[Line]) -> Outcome:
    """Set what the lines say, as they stand. The same file again changes nothing; what is older than what is known is
    left alone and counted as unchanged; what cannot be is a rejection.

    Each line is a transaction of its own, so that no customer waits for a long file, nor two of them for each other.
    """
    outcome = Outcome()
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        with transaction.atomic():
            jobs = _jobs(chunk)
        for line in chunk:
            _take(line, jobs, outcome)
    return outcome


def _jobs(lines: Sequence[Line]) -> dict[tuple[int, int], OrderLine]:
    found = OrderLine.objects.filter(order__number__in={line.number for line in lines}).select_related("order")
    return {(job.order.number, job.position): job for job in found}


def _take(line: Line, jobs: dict[tuple[int, int], OrderLine], outcome: Outcome) -> None:
    job, problem = _job_of(line, jobs)
    if job is None:
        outcome.rejected.append(Rejection(line.line, problem, line.key))
        return
    try:
        with transaction.atomic():
            if _said_already(job, line):
                outcome.unchanged += 1
                return
            news = News(status=line.status, reason=line.reason, at=line.at, day=line.day)
            after = take_news(job=job, news=news, by=None)
    except CannotChange as refusal:
        if isinstance(refusal.problem, OldNews):
            outcome.unchanged += 1
        else:
            outcome.rejected.append(Rejection(line.line, refusal.problem.message, line.key))
        return
    if _state(after) == _state(job):
        outcome.unchanged += 1
    else:
        outcome.changed += 1
    jobs[line.number, after.position] = after


def _state(job: OrderLine) -> tuple[object, ...]:
    return job.status, job.status_reason, job.wanted_on


def _said_already(job: OrderLine, line: Line) -> bool:
    """Whether dispatch has said just this before; something newer may have come since."""
    if line.at is None:
        return False
    return job.steps.filter(status=line.status, at=line.at, reason=line.reason).exists()


def _job_of(line: Line, jobs: dict[tuple[int, int], OrderLine]) -> tuple[OrderLine | None, str]:
    if line.position:
        job = jobs.get((line.number, line.position))
        return job, "" if job else _("There is no such job.")
    of_order = [job for (number, _position), job in jobs.items() if number == line.number]
    if len(of_order) > 1:
        return None, _("The order has %(count)d jobs: say which, as 118204-1.") % {"count": len(of_order)}
    return (of_order[0], "") if of_order else (None, _("There is no such order."))
