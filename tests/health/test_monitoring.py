"""What probes and monitoring are told, also while parts are down."""

import logging
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from portal import health, registry
from portal.notifications.models import Message, State
from portal.registry import Measure
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope

TOKEN = {"authorization": "Bearer s3cret"}


@pytest.fixture
def probe(settings: object) -> Client:
    settings.METRICS_TOKEN = "s3cret"  # type: ignore[attr-defined]
    return Client(headers={"host": "10.0.0.1"})


def figures(probe: Client) -> dict[str, float]:
    with tenant_scope(None):
        answer = probe.get("/metrics", headers=TOKEN)
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def message(tenant: Tenant, key: str, state: State, *, minutes: int = 0) -> None:
    Message.objects.create(
        event="test",
        key=key,
        channel="sms",
        recipient="+4791234567",
        language="nb",
        body="Order 1",
        state=state,
        next_attempt_at=timezone.now() - timedelta(minutes=minutes),
    )


def test_messages_are_counted_by_company(probe: Client, tenant: Tenant, other_tenant: Tenant) -> None:
    message(tenant, "1", State.QUEUED, minutes=10)
    message(tenant, "2", State.QUEUED, minutes=-10)
    message(tenant, "3", State.UNKNOWN)
    found = figures(probe)
    assert found['skranke_messages_due{tenant="fjord"}'] == 1
    assert 600 <= found['skranke_messages_oldest_due_seconds{tenant="fjord"}'] < 700
    assert found['skranke_messages_needing_staff{tenant="fjord"}'] == 1
    assert found['skranke_messages_due{tenant="other"}'] == 0


def test_all_parts_are_up(probe: Client, tenant: Tenant) -> None:
    found = figures(probe)
    assert (found['skranke_up{part="database"}'], found['skranke_up{part="broker"}']) == (1, 1)
    assert 'skranke_queue_length{queue="messages"}' in found


@pytest.mark.parametrize("shown", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer é"}])
def test_without_the_token_nothing_is_told(probe: Client, db: None, shown: dict[str, str]) -> None:
    answer = probe.get("/metrics", headers=shown)
    assert (answer.status_code, b"skranke" in answer.content) == (401, False)


def test_where_no_token_is_set_there_is_no_such_page(db: None) -> None:
    assert Client(headers={"host": "10.0.0.1"}).get("/metrics", headers=TOKEN).status_code == 404


def test_a_database_that_is_down_is_said_by_all_of_them(
    probe: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(health, "MigrationExecutor", fail)
    monkeypatch.setattr(health, "_measures", lambda: iter(()))
    with caplog.at_level(logging.ERROR):
        found = figures(probe)
    assert (found['skranke_up{part="database"}'], found['skranke_up{part="broker"}']) == (0, 1)
    assert "skranke_messages_due" not in "".join(found)
    assert probe.get("/readyz").status_code == 503
    assert probe.get("/livez").status_code == 200
    # A probe comes every few seconds: a line, no traceback.
    assert caplog.messages[0] == "The database does not answer: connection refused Is the server running?"
    assert caplog.records[0].exc_info is None


def test_a_figure_that_cannot_be_read_takes_no_other_along_and_is_told(
    probe: Client,
    tenant: Tenant,
    other_tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def read() -> float:
        if current_tenant() == tenant:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return 7

    def fail() -> float:
        raise KeyError("a row that nobody had thought of")

    for name, how in (("aaa_bent", read), ("aab_wrong", fail)):
        monkeypatch.setitem(registry._registry.measures, name, Measure(name=name, text="", read=how))
    found = figures(probe)
    assert 'skranke_aaa_bent{tenant="fjord"}' not in found
    assert found['skranke_aaa_bent{tenant="other"}'] == 7
    assert found['skranke_messages_due{tenant="fjord"}'] == 0
    assert found["skranke_figures_unread"] >= 3
    assert "The figure aaa_bent of fjord cannot be read" in caplog.text


def test_a_database_that_goes_meanwhile_is_one_line_in_the_log(
    probe: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> float:
        raise OperationalError("terminating connection")

    monkeypatch.setitem(registry._registry.measures, "aaa_gone", Measure(name="aaa_gone", text="", read=fail))
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    found = figures(probe)
    assert "skranke_messages_due" not in "".join(found)
    assert "skranke_figures_unread" not in found
    assert [line for line in caplog.messages if "figures" in line] == [
        "The companies' figures cannot be read: terminating connection"
    ]


def test_a_broker_that_is_down_takes_no_page_away(
    probe: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"  # type: ignore[attr-defined]
    gone = caches.create_connection("default")
    monkeypatch.setattr(gone, "_servers", ["unix:///nowhere/redis.sock"])
    monkeypatch.setattr(caches._connections, "default", gone)
    found = figures(probe)
    assert (found['skranke_up{part="database"}'], found['skranke_up{part="broker"}']) == (1, 0)
    assert "skranke_queue_length" not in "".join(found)
    assert (probe.get("/readyz").status_code, probe.get("/readyz").json()["broker"]) == (200, "down")
