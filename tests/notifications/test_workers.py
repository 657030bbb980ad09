"""Several workers at once, and wake-ups that got lost."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from portal.celery import app
from portal.notifications import channels, delivery, tasks
from portal.notifications.actions import notify
from portal.notifications.models import Message, SmsGateway, State
from portal.runtime.testing import TestDatabase
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests.notifications.gateway import running_gateway


def work(tenant: Tenant, barrier: threading.Barrier, tried: list[int]) -> None:
    barrier.wait()
    try:
        with tenant_scope(tenant):
            tried.append(delivery.deliver_due())
    finally:
        connection.close()


def test_parallel_workers_deliver_each_message_once(committed_tenant: Tenant) -> None:
    with running_gateway() as gateway:
        gateway.seconds = 0.005
        with tenant_transaction(committed_tenant):
            SmsGateway.objects.create(url=gateway.url, token="t", sender="Outbox", webhook_secret="s")
            for number in range(40):
                notify(event="test_event", key=f"k:{number}", context={"number": number}, phone="91234567")
        barrier = threading.Barrier(4)
        tried: list[int] = []
        threads = [threading.Thread(target=work, args=(committed_tenant, barrier, tried)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    texts = [request["body"]["text"] for request in gateway.requests]
    assert sorted(texts) == sorted(f"Order {number} for Outbox" for number in range(40))
    assert sum(tried) == 40
    assert sum(count > 0 for count in tried) > 1
    with tenant_transaction(committed_tenant):
        assert Message.objects.filter(state=State.SENT).count() == 40


def test_no_transaction_is_open_while_the_gateway_is_asked(committed_tenant: Tenant, monkeypatch: Any) -> None:
    open_while_sending = []

    def send(message: Message) -> Any:
        open_while_sending.append(connection.in_atomic_block)
        return channels.keep_in_message_box(message)

    monkeypatch.setattr(channels, "sender_for", lambda _: send)
    with tenant_transaction(committed_tenant):
        notify(event="test_event", key="k", context={}, phone="91234567")
    with tenant_scope(committed_tenant):
        delivery.deliver_due()
    assert open_while_sending == [False]


def test_a_lost_broker_costs_no_message_and_the_sweep_wakes_the_tenants_that_wait(
    committed_tenant: Tenant, other_tenant: Tenant, monkeypatch: Any
) -> None:
    def broker_is_gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    woken: list[str] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", broker_is_gone)
    with tenant_transaction(committed_tenant):
        notify(event="test_event", key="k", context={}, phone="91234567")
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda: woken.append(current_tenant().slug))
    tasks.sweep_all_tenants()
    # Other tests may have left tenants of their own.
    assert [slug for slug in woken if slug in {committed_tenant.slug, other_tenant.slug}] == ["outbox"]


def test_the_clock_runs_both() -> None:
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.sweep_all_tenants.name, tasks.forget_all_tenants.name} <= planned


@pytest.mark.usefixtures("at_once")
def test_messages_are_forgotten_after_two_years_but_never_one_that_waits_to_be_sent(tenant: Tenant) -> None:
    for state in State:
        for days in (729, 731):
            [row] = notify(event="test_event", key=f"{state}:{days}", context={}, phone="91234567")
            at = timezone.now() - timedelta(days=days)
            Message.objects.filter(pk=row.pk).update(state=state, created_at=at, next_attempt_at=at, sending_since=at)
    tasks.forget_all_tenants()
    old = Message.objects.filter(key__endswith=":731")
    assert set(old.values_list("state", flat=True)) == {State.QUEUED, State.SENDING, State.FAILED}
    assert Message.objects.filter(key__endswith=":729").count() == len(State)


def test_a_worker_does_not_wait_for_a_message_that_another_is_taking(
    committed_tenant: Tenant, test_database: TestDatabase
) -> None:
    with tenant_transaction(committed_tenant):
        for key in ("first", "second"):
            notify(event="test_event", key=key, context={}, phone="91234567")
    with psycopg.connect(test_database.app_url) as other:
        other.execute("SELECT set_config('app.tenant_id', %s, true)", [str(committed_tenant.pk)])
        other.execute("SELECT id FROM notifications_message WHERE key = 'first' FOR UPDATE")
        with tenant_transaction(committed_tenant):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            claimed = delivery.claim([])
    assert claimed is not None
    assert claimed[0].key == "second"
