"""Background work runs for exactly one tenant, or not at all."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from django.db import connection, transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from pytest_django import DjangoDbBlocker

from portal.customers.models import Customer
from portal.notifications import tasks
from portal.notifications.models import Message, State
from portal.runtime.testing import TestDatabase
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import NoTenantScope, tenant_scope, tenant_transaction
from portal.tenancy.tasks import HEADER, TenantTask, send_for_each_tenant
from tests import factories

CHECKOUT = Path(__file__).parents[2]
seen: list[tuple[str, int, bool]] = []


@shared_task(base=TenantTask)
def count_customers() -> None:
    seen.append((current_tenant().slug, Customer.objects.count(), connection.in_atomic_block))


@shared_task(base=TenantTask)
def touch_nothing() -> None:
    """Would run anywhere: only the base class can refuse it."""
    seen.append(("ran", 0, False))


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


def run(task: Any, headers: dict[str, str] | None) -> None:
    """Run a task as a worker does for a message with these headers."""
    task.push_request(headers=headers)
    try:
        task()
    finally:
        task.pop_request()


def test_a_task_sees_only_its_tenants_rows(tenant: Tenant, other_tenant: Tenant) -> None:
    factories.customer()
    with tenant_scope(other_tenant):
        factories.customer()
        factories.customer()
    with tenant_scope(None):
        run(count_customers, {HEADER: "fjord"})
    assert seen == [("fjord", 1, True)]


@pytest.mark.parametrize("headers", [None, {}, {HEADER: ""}, {HEADER: "no-such-tenant"}])
def test_a_task_without_a_tenant_refuses_to_run(tenant: Tenant, headers: dict[str, str] | None) -> None:
    with pytest.raises(NoTenantScope), tenant_scope(None):
        run(touch_nothing, headers)
    assert seen == []


def test_a_task_is_not_sent_outside_a_scope(db: None) -> None:
    with pytest.raises(NoTenantScope):
        count_customers.apply_async()
    with pytest.raises(NoTenantScope):
        count_customers.delay_on_commit()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The headers of what goes to the broker."""
    sent: list[dict[str, str]] = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *_, headers, **__: sent.append(headers))
    return sent


def test_a_task_carries_the_tenant_of_the_scope_it_was_sent_in(
    tenant: Tenant,
    other_tenant: Tenant,
    sent: list[dict[str, str]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True), tenant_scope(other_tenant):
        count_customers.delay_on_commit()
        assert sent == []
    assert sent == [{HEADER: "other"}]


def test_a_task_of_a_transaction_that_failed_is_not_sent(
    tenant: Tenant, sent: list[dict[str, str]], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        count_customers.delay_on_commit()
        raise ZeroDivisionError
    assert sent == []


def test_whom_nobody_can_ask_about_its_work_keeps_no_other_from_it(
    tenant: Tenant, other_tenant: Tenant, sent: list[dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    def has_work() -> bool:
        if current_tenant() == tenant:
            raise RuntimeError("a zone that does not exist")
        return True

    send_for_each_tenant(count_customers, where=has_work)
    slugs = {headers[HEADER] for headers in sent}
    assert (tenant.slug in slugs, other_tenant.slug in slugs) == (False, True)
    assert "Tenant fjord cannot be asked whether there is work to do" in caplog.text


def test_each_tenants_work_is_a_task_of_its_own() -> None:
    """A loop over the tenants ends with the first that something is wrong with."""
    looping = [path for path in CHECKOUT.glob("*/**/tasks.py") if "Tenant.objects" in path.read_text(encoding="utf-8")]
    assert looping == [CHECKOUT / "portal" / "tenancy" / "tasks.py"]


@pytest.fixture
def running_worker(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Tenant]:
    """A real worker on the test database, listening to a queue of this test's own; gives a tenant to work for."""
    queue = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(tasks.deliver, "queue", queue, raising=False)
    monkeypatch.setattr(tasks.deliver, "_exec_options", None)
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", queue, "--pool", "solo"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    environment = {**os.environ, "DATABASE_URL": test_database.app_url}
    with django_db_blocker.unblock():
        tenant = factories.tenant("worker")
        worker = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
        yield tenant
        worker.terminate()
        worker.wait(20)
        with tenant_transaction(tenant):
            Message.objects.all().delete()
        connection.close()


def state_of(tenant: Tenant, message: Message) -> str:
    with tenant_transaction(tenant):
        return Message.objects.values_list("state", flat=True).get(pk=message.pk)


def test_a_running_worker_takes_the_tenant_from_the_message(running_worker: Tenant) -> None:
    with tenant_transaction(running_worker):
        message = Message.objects.create(
            event="test", key="k", channel="sms", recipient="+4791234567", language="nb", body="Hello"
        )
        tasks.deliver.delay_on_commit()
    deadline = time.monotonic() + 60
    while state_of(running_worker, message) != State.DELIVERED and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state_of(running_worker, message) == State.DELIVERED


def test_a_lost_broker_holds_nobody_up(settings: Any) -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    began = time.monotonic()
    with Connection("redis://127.0.0.1:1/0", transport_options=options) as broker, pytest.raises(OperationalError):
        assert broker.default_channel
    assert time.monotonic() - began < 1
