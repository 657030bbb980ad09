"""A customer reports a job that was missed or went wrong; staff answer."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from orders.actions.changes import CannotChange, locked_job
from orders.actions.progress import News, take_news
from orders.actions.telling import order_url
from orders.models import JobReport, OrderLine, Status
from orders.problems import AnsweredAlready, NotToReport
from orders.rules.progress import Situation
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.queries import still_acts
from portal.customers.queries import today as local_today
from portal.notifications.actions import notify


def situation_of(job: OrderLine) -> Situation:
    """Return a job as somebody who misses it finds it today."""
    today = local_today()
    return Situation(job.status, job.wanted_on, today, JobReport.objects.waiting().filter(line=job).exists())


@transaction.atomic
def report_job(*, job: OrderLine, kind: JobReport.Kind, text: str, by: User, on_behalf: bool = False) -> JobReport:
    """Put a missed or failed job into the staff's queue; while one waits, a second is the first.

    Raises CannotChange when there is nothing to report (any more).
    """
    job = locked_job(job)
    if waiting := JobReport.objects.waiting().filter(line=job).first():
        return waiting
    if not situation_of(job).can_be_reported:
        raise CannotChange(NotToReport())
    report = JobReport.objects.create(
        line=job, customer_id=job.customer_id, kind=kind, text=text, reported_by=by, on_behalf=on_behalf
    )
    data = {"number": job.order.number, "job": job.position, "kind": str(kind), "on_behalf": on_behalf}
    audit.record(verb="orders.reported", by=by, obj=job.order, customer=job.customer, data=data)
    return report


@transaction.atomic
def answer_report(*, report: JobReport, answer: str, by: User, new_day: date | None = None) -> JobReport:
    """Answer a report, and perhaps plan the job anew for `new_day`. Who reported it gets the answer, while they
    act for the customer; else the customer.

    Raises CannotChange when a colleague has answered already, or the job is cancelled.
    """
    report = (
        JobReport.objects.select_for_update(of=("self",)).select_related("line__order", "customer").get(pk=report.pk)
    )
    if not report.is_waiting:
        raise CannotChange(AnsweredAlready())
    report.answer, report.answered_at, report.answered_by = answer, timezone.now(), by
    report.save(update_fields=["answer", "answered_at", "answered_by"])
    job = report.line
    if new_day:
        job = take_news(job=job, news=News(status=Status.SCHEDULED, day=new_day), by=by, tells_customer=False)
    data = {"number": job.order.number, "job": job.position, "new_day": new_day.isoformat() if new_day else None}
    audit.record(verb="orders.report_answered", by=by, obj=job.order, customer=report.customer, data=data)
    notify(
        event="orders.report_answered",
        key=f"report:{report.pk}:answered",
        user=still_acts(report.reported_by, report.customer, app="orders", on_behalf=report.on_behalf),
        customer=report.customer,
        context={"report": report, "job": job, "order": job.order, "new_day": new_day, "url": order_url(job.order)},
    )
    return report
