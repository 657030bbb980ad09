"""Several workers at once, wake-ups that got lost, and what is forgotten."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.celery import app
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from portal.webhooks import delivery, tasks
from portal.webhooks.actions import tell
from portal.webhooks.models import State, WebhookDelivery, WebhookEndpoint
from tests.clients.service import Says, running_service


def work(tenant: Tenant, barrier: threading.Barrier, tried: list[int]) -> None:
    barrier.wait()
    try:
        with tenant_scope(tenant):
            tried.append(delivery.deliver_due())
    finally:
        connection.close()


def test_parallel_workers_deliver_each_once(committed_tenant: Tenant) -> None:
    with running_service(Says(seconds=0.005)) as receiver:
        with tenant_transaction(committed_tenant):
            WebhookEndpoint.objects.create(url=receiver.url)
            for number in range(40):
                tell(event="orders.sent", key=f"k:{number}", data={"number": number})
        barrier, tried = threading.Barrier(4), []  # type: ignore[var-annotated]
        threads = [threading.Thread(target=work, args=(committed_tenant, barrier, tried)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    references = [asked.headers["Skranke-Delivery"] for asked in receiver.asked]
    assert len(references) == len(set(references)) == 40
    assert sum(tried) == 40
    assert sum(count > 0 for count in tried) > 1
    with tenant_transaction(committed_tenant):
        assert WebhookDelivery.objects.filter(state=State.DELIVERED, attempts=1).count() == 40


def test_no_transaction_is_open_while_a_receiver_is_asked(committed_tenant: Tenant) -> None:
    open_while_asked = []
    with running_service() as receiver:
        with tenant_transaction(committed_tenant):
            WebhookEndpoint.objects.create(url=receiver.url)
            [row] = tell(event="orders.sent", key="k", data={})

        def look(_: Any) -> None:
            with tenant_transaction(committed_tenant):
                open_while_asked.append(WebhookDelivery.objects.select_for_update(nowait=True).get(pk=row.pk).state)
            connection.close()

        # Asked in the receiver's own thread, over another connection: the row is held by its state, not by a lock.
        receiver.look = look
        with tenant_scope(committed_tenant):
            delivery.deliver_due()
    assert open_while_asked == [State.SENDING]


def test_a_lost_broker_costs_nothing_and_the_sweep_wakes_the_tenants_that_wait(
    committed_tenant: Tenant, other_tenant: Tenant, monkeypatch: Any
) -> None:
    def broker_is_gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    woken: list[str] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", broker_is_gone)
    with tenant_transaction(committed_tenant):
        WebhookEndpoint.objects.create(url="https://dispatch.example/")
        tell(event="orders.sent", key="k", data={})
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda: woken.append(current_tenant().slug))
    tasks.sweep_all_tenants()
    # Other tests may have left tenants of their own.
    assert [slug for slug in woken if slug in {committed_tenant.slug, other_tenant.slug}] == ["hooks"]


@pytest.mark.usefixtures("at_once")
def test_what_was_delivered_is_forgotten_after_a_month_what_was_not_after_three(tenant: Tenant) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/")
    for days, state in [(31, "delivered"), (29, "delivered"), (31, "given_up"), (91, "given_up"), (400, "failed")]:
        [row] = tell(event="orders.sent", key=f"{state}:{days}", data={})
        at = timezone.now() - timedelta(days=days)
        WebhookDelivery.objects.filter(pk=row.pk).update(state=state, created_at=at)
    tasks.forget_all_tenants()
    assert set(WebhookDelivery.objects.values_list("key", flat=True)) == {"delivered:29", "given_up:31", "failed:400"}


def test_webhooks_have_a_queue_of_their_own() -> None:
    """A receiver that takes its time must not hold up messages, files or tables."""
    assert app.conf.task_routes[tasks.deliver.name] == {"queue": "webhooks"}
    assert (tasks.deliver.soft_time_limit or 0) > delivery.RUN_SECONDS + delivery.ATTEMPT_SECONDS


def test_the_clock_runs_both() -> None:
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.sweep_all_tenants.name, tasks.forget_all_tenants.name} <= planned
