"""What other systems are told: in the transaction of the thing itself, once, and only what they asked for."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from portal.webhooks import tasks
from portal.webhooks.actions import tell
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint


def endpoint(url: str = "https://dispatch.example/hook", **fields: Any) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(url=url, **fields)


def test_each_endpoint_that_wants_the_event_is_told(tenant: Tenant) -> None:
    everything = endpoint("https://a.example/")
    orders = endpoint("https://b.example/", events=["orders.*"])
    exactly = endpoint("https://c.example/", events=["callouts.submitted", "orders.sent"])
    endpoint("https://d.example/", events=["orders.sen", "order.*", "callouts.submitted"])
    endpoint("https://e.example/", is_active=False)
    told = tell(event="orders.sent", key="orders.sent:1", data={})
    assert [delivery.endpoint_id for delivery in told] == [everything.pk, orders.pk, exactly.pk]


def test_a_tenant_without_webhooks_pays_one_query(tenant: Tenant, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert tell(event="orders.sent", key="k", data={}) == []


def test_the_same_key_is_told_once_to_each(tenant: Tenant) -> None:
    first, second = endpoint("https://a.example/"), endpoint("https://b.example/")
    told = tell(event="orders.sent", key="k", data={"number": 1})
    again = tell(event="orders.sent", key="k", data={"number": 2})
    assert [delivery.pk for delivery in told] == [delivery.pk for delivery in again]
    assert {delivery.endpoint_id for delivery in told} == {first.pk, second.pk}
    assert json.loads(again[0].body)["data"] == {"number": 1}


def test_the_body_says_what_happened_where_and_when(tenant: Tenant) -> None:
    endpoint()
    [delivery] = tell(
        event="orders.sent",
        key="k",
        data={
            "day": date(2026, 3, 9),
            "at": datetime(2026, 3, 9, 12, tzinfo=UTC),
            "price": Decimal("1059.25"),
            "reference": UUID(int=7),
            "note": "Blåbær\0",
        },
    )
    body = json.loads(delivery.body)
    assert body["id"] == str(delivery.reference)
    assert (body["event"], body["tenant"]) == ("orders.sent", "fjord")
    assert datetime.fromisoformat(body["created_at"]).tzinfo is not None
    assert body["data"] == {
        "day": "2026-03-09",
        "at": "2026-03-09T12:00:00Z",
        "price": "1059.25",
        "reference": "00000000-0000-0000-0000-000000000007",
        "note": "Blåbær\0",
    }


def test_what_is_taken_back_is_not_told(tenant: Tenant) -> None:
    endpoint()
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(event="orders.sent", key="k", data={})
        raise RuntimeError
    assert not WebhookDelivery.objects.exists()


def test_the_worker_is_woken_when_the_transaction_commits(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: woken.append(True))
    endpoint()
    with django_capture_on_commit_callbacks(execute=True):
        tell(event="orders.sent", key="k", data={})
        assert not woken
    assert woken


@pytest.mark.parametrize("event", ["Orders.sent", "orders sent", "orders.", "", "orders.*"])
def test_an_event_has_a_proper_name(tenant: Tenant, event: str) -> None:
    endpoint()
    with pytest.raises(ValueError, match="no name of an event"):
        tell(event=event, key="k", data={})


def test_another_tenants_endpoint_is_not_told(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(other_tenant.pk)])
            endpoint("https://theirs.example/")
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant.pk)])
    assert tell(event="orders.sent", key="k", data={}) == []


def test_the_secret_lies_encrypted(tenant: Tenant) -> None:
    from django.db import connection

    made = endpoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_webhookendpoint WHERE id = %s", [made.pk])
        (stored,) = cursor.fetchone()
    assert made.secret.startswith("whsec_")
    assert made.secret not in stored
    assert WebhookEndpoint.objects.get(pk=made.pk).secret == made.secret
    assert endpoint("https://b.example/").secret != made.secret
