"""Delivery receipts: only the tenant's gateway may write them, and a message never goes backwards."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.notifications.actions import notify
from portal.notifications.models import Message, SmsGateway, State
from portal.notifications.views import signature_of
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

URL = "/notifications/sms/receipt/"
SECRET = "receipt-secret"


@pytest.fixture
def message(tenant: Tenant) -> Message:
    SmsGateway.objects.create(url="https://sms.example/", token="t", sender="Fjord", webhook_secret=SECRET)
    [message] = notify(event="test_event", key="k", context={}, phone="91234567")
    Message.objects.update(state=State.SENT)
    return message


def post(tenant: Tenant, body: Any, *, secret: str = SECRET, client: Client | None = None) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = client or factories.client_for(tenant=tenant, enforce_csrf_checks=True)
    headers = {"X-Signature": signature_of(raw, secret)}
    return client.post(URL, raw, content_type="application/json", headers=headers).status_code


def receipt(message: Message, status: str = "delivered", **fields: str) -> dict[str, str]:
    return {"reference": str(message.reference), "status": status, **fields}


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_signed_receipt_marks_the_message_delivered(tenant: Tenant, message: Message) -> None:
    assert post(tenant, receipt(message)) == 200
    assert state(message) == State.DELIVERED


def test_a_failed_receipt_gives_the_message_up_with_the_reason(tenant: Tenant, message: Message) -> None:
    assert post(tenant, receipt(message, "failed", error="phone switched off")) == 200
    assert (state(message), message.last_error) == (State.GIVEN_UP, "phone switched off")


def test_a_wrong_signature_is_refused_and_changes_nothing(tenant: Tenant, message: Message) -> None:
    assert post(tenant, receipt(message), secret="guess") == 403
    assert state(message) == State.SENT


@pytest.mark.parametrize("headers", [{}, {"X-Signature": ""}, {"X-Signature": "sha256=é"}])
def test_a_missing_signature_is_refused(tenant: Tenant, message: Message, headers: dict[str, str]) -> None:
    client = factories.client_for(tenant=tenant)
    body = json.dumps(receipt(message))
    assert client.post(URL, body, content_type="application/json", headers=headers).status_code == 403


def test_a_tenant_without_a_gateway_takes_no_receipts(tenant: Tenant, message: Message) -> None:
    SmsGateway.objects.all().delete()
    assert post(tenant, receipt(message), secret="") == 403


def test_one_tenants_gateway_cannot_write_anothers_receipts(
    tenant: Tenant, other_tenant: Tenant, message: Message
) -> None:
    with tenant_scope(other_tenant):
        SmsGateway.objects.create(url="https://sms.example/", token="t", sender="Other", webhook_secret="theirs")
    assert post(tenant, receipt(message), secret="theirs") == 403
    assert post(other_tenant, receipt(message), secret="theirs") == 404
    assert state(message) == State.SENT


def test_an_unknown_reference_is_404(tenant: Tenant, message: Message) -> None:
    assert post(tenant, {"reference": str(uuid.uuid4()), "status": "delivered"}) == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"null", b"{}", b"[" * 100_000, {"reference": "x", "status": "delivered"},
     {"reference": 5, "status": "delivered"}, {"reference": "x", "status": "lost"}, {"reference": "x", "status": []}],
)  # fmt: skip
def test_a_body_that_is_no_receipt_is_400(tenant: Tenant, message: Message, body: Any) -> None:
    assert post(tenant, body) == 400


def test_a_receipt_is_posted_never_fetched(tenant: Tenant, message: Message) -> None:
    assert factories.client_for(tenant=tenant).get(URL).status_code == 405


def test_a_delivered_message_never_turns_failed(tenant: Tenant, message: Message) -> None:
    post(tenant, receipt(message))
    assert post(tenant, receipt(message, "failed")) == 200
    assert state(message) == State.DELIVERED


@pytest.mark.parametrize("before", [State.SENDING, State.UNKNOWN, State.GIVEN_UP, State.FAILED])
def test_delivered_is_true_whatever_we_thought_before(tenant: Tenant, message: Message, before: State) -> None:
    Message.objects.update(state=before, sending_since=timezone.now())
    post(tenant, receipt(message))
    assert state(message) == State.DELIVERED


@pytest.mark.parametrize("before", [State.QUEUED, State.FAILED])
def test_a_late_failure_does_not_stop_a_message_that_is_tried_again(
    tenant: Tenant, message: Message, before: State
) -> None:
    Message.objects.update(state=before)
    post(tenant, receipt(message, "failed"))
    assert state(message) == before


def test_a_nul_in_the_reason_is_left_out(tenant: Tenant, message: Message) -> None:
    assert post(tenant, receipt(message, "failed", error="switched\0 off")) == 200
    message.refresh_from_db()
    assert message.last_error == "switched off"
