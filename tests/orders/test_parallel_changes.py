"""The customer and dispatch at once, over two connections: who locks the job first decides."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from orders.actions import CannotChange, cancel_job, change_job, report_job, set_status
from orders.actions.dispatch import take_in_status
from orders.models import (
    JobReport,
    Order,
    OrderLine,
    OrderRevision,
    Status,
)
from orders.status_files import Line
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests.orders import makers


def one_after_the_other(tenant: Tenant, first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Run both at once: the second begins while the first holds its lock. Returns what was refused."""
    locked, refused = threading.Event(), []

    def slow() -> None:
        with tenant_transaction(tenant):
            first()
            locked.set()
            # The other one now waits for our lock, or does not; it may not get past it before we commit.
            waiting.wait(1)

    def quick() -> None:
        locked.wait(10)
        try:
            with tenant_transaction(tenant):
                second()
        except CannotChange as refusal:
            refused.append(type(refusal.problem).__name__)
        finally:
            waiting.set()

    waiting = threading.Event()

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (slow, quick)))
    return refused


def test_what_dispatch_sends_out_first_can_no_longer_be_cancelled(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        job = makers.sent(site).lines.get()
    refused = one_after_the_other(
        committed_tenant,
        lambda: set_status(job=job, status=Status.ON_THE_WAY, by=None),
        lambda: cancel_job(job=job, by=site.person),
    )
    with tenant_transaction(committed_tenant):
        assert (refused, OrderLine.objects.get().status) == (["OnTheWay"], Status.ON_THE_WAY)
        assert not OrderRevision.objects.exists()


def test_what_the_customer_cancels_first_is_not_sent_out(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        job = makers.sent(site).lines.get()
    refused = one_after_the_other(
        committed_tenant,
        lambda: cancel_job(job=job, by=site.person),
        lambda: set_status(job=job, status=Status.ON_THE_WAY, by=None),
    )
    with tenant_transaction(committed_tenant):
        assert (refused, OrderLine.objects.get().status) == (["CancelledAlready"], Status.CANCELLED)


def test_of_two_changes_at_once_the_second_is_asked_to_look_again(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        job = makers.sent(site).lines.get()

    def change(note: str) -> Callable[[], object]:
        wish = makers.wish(site.unit, driver_note=note)
        return lambda: change_job(job=job, by=site.person, wish=wish, revision=1)

    refused = one_after_the_other(committed_tenant, change("First"), change("Second"))
    with tenant_transaction(committed_tenant):
        assert (refused, OrderLine.objects.get().driver_note) == (["ChangedMeanwhile"], "First")
        assert Order.objects.get().revision == 2


def test_two_reports_of_one_job_at_once_are_one(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        job = makers.past_order(site, makers.FRIDAY - timedelta(days=3))

    def report() -> object:
        return report_job(job=job, kind=JobReport.Kind.MISSED, text="", by=site.person)

    assert one_after_the_other(committed_tenant, report, report) == []
    with tenant_transaction(committed_tenant):
        assert JobReport.objects.count() == 1


def test_a_file_of_statuses_keeps_nobody_waiting(committed_tenant: Tenant) -> None:
    """Each line is committed by itself: what comes after one that is refused is there, too."""
    with tenant_transaction(committed_tenant):
        site = makers.site()
        jobs = [makers.past_order(site, makers.FRIDAY) for _ in range(2)]
        cancel_job_of_past(jobs[0])
    lines = [Line(n, job.order.number, 1, Status.DONE, None) for n, job in enumerate(jobs, start=2)]
    with tenant_scope(committed_tenant):
        outcome = take_in_status(lines)
    assert (outcome.changed, [rejection.line for rejection in outcome.rejected]) == (1, [2])
    with tenant_transaction(committed_tenant):
        assert OrderLine.objects.get(pk=jobs[1].pk).status == Status.DONE


def cancel_job_of_past(job: OrderLine) -> None:
    OrderLine.objects.filter(pk=job.pk).update(status=Status.CANCELLED)
