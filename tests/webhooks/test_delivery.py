"""How a delivery reaches its receiver, and what happens when it does not."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from portal.clients import addresses
from portal.outbox import FAILURES_IN_A_ROW
from portal.tenancy.models import Tenant
from portal.webhooks import delivery
from portal.webhooks.actions import tell
from portal.webhooks.delivery import RETRIES
from portal.webhooks.models import State, WebhookDelivery, WebhookEndpoint
from tests.clients.service import Says, Service, running_service


def told(key: str = "k", event: str = "orders.sent") -> WebhookDelivery:
    return tell(event=event, key=key, data={"order": {"number": 117, "note": "Blåbær"}})[0]


def after(row: WebhookDelivery, attempts: int = 1) -> WebhookDelivery:
    for _ in range(attempts):
        WebhookDelivery.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now())
        delivery.deliver_due()
    row.refresh_from_db()
    return row


def test_the_receiver_can_check_who_sent_it(endpoint: WebhookEndpoint, receiver: Service) -> None:
    row = after(told())
    assert (row.state, row.status, row.response, row.attempts) == (State.DELIVERED, 200, "ok", 1)
    (asked,) = receiver.asked
    assert (asked.method, asked.path) == ("POST", "/hook")
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Skranke-Event"] == "orders.sent"
    assert asked.headers["Skranke-Delivery"] == str(row.reference)
    assert json.loads(asked.body)["data"]["order"]["note"] == "Blåbær"
    # As docs/webhooks.md tells receivers to do it.
    parts = dict(part.split("=", 1) for part in asked.headers["Skranke-Signature"].split(","))
    expected = hmac.new(endpoint.secret.encode(), parts["t"].encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(expected, parts["v1"])
    assert abs(time.time() - int(parts["t"])) < 60


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_good_answer_means_taken(endpoint: WebhookEndpoint, receiver: Service, status: int) -> None:
    receiver.answers[:] = [Says(status, b"")]
    assert after(told()).state == State.DELIVERED
    assert delivery.deliver_due() == 0


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_every_other_answer_is_tried_again_with_growing_delay(
    endpoint: WebhookEndpoint, receiver: Service, status: int
) -> None:
    receiver.answers[:] = [Says(status, b"not now\0")]
    row, waits = told(), []
    for attempt in range(1, RETRIES.most_attempts + 1):
        row = after(row)
        assert (row.status, row.attempts) == (status, attempt)
        waits.append(row.next_attempt_at - timezone.now())
        if attempt < RETRIES.most_attempts:
            assert row.state == State.FAILED
            assert abs(waits[-1] - RETRIES.delays[attempt - 1]) < timedelta(seconds=20)
    assert row.state == State.GIVEN_UP
    assert delivery.deliver_due() == 0
    assert {asked.headers["Skranke-Delivery"] for asked in receiver.asked} == {str(row.reference)}
    assert {asked.body for asked in receiver.asked} == {row.body.encode()}


def test_it_is_given_up_after_about_a_day() -> None:
    assert timedelta(hours=22) < sum(RETRIES.delays, timedelta()) < timedelta(hours=26)
    assert list(RETRIES.delays) == sorted(RETRIES.delays)


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(endpoint: WebhookEndpoint, receiver: Service) -> None:
    receiver.answers[:] = [Says(410)]
    row = after(told())
    assert (row.state, row.attempts) == (State.GIVEN_UP, 1)


def test_the_receiver_may_ask_for_a_longer_wait(endpoint: WebhookEndpoint, receiver: Service) -> None:
    receiver.answers[:] = [Says(503, headers={"Retry-After": "600"})]
    assert after(told()).next_attempt_at - timezone.now() > timedelta(minutes=9)


def test_a_receiver_that_is_not_there_is_tried_again(tenant: Tenant) -> None:
    with running_service() as service:
        WebhookEndpoint.objects.create(url=service.url)
    row = after(told())
    assert (row.state, row.status) == (State.FAILED, None)
    assert "not reached" in row.response


def test_a_slow_receiver_is_cut_off_and_told_again(
    endpoint: WebhookEndpoint, receiver: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ANSWER_SECONDS", 0.1)
    receiver.answers[:] = [Says(seconds=0.5), Says()]
    row = after(told())
    assert (row.state, row.response) == (State.FAILED, "no answer (ReadTimeout)")
    assert after(row).state == State.DELIVERED
    # It may have taken the first one: by the reference it can tell.
    assert len({asked.headers["Skranke-Delivery"] for asked in receiver.asked}) == 1


def test_a_receiver_that_drips_is_cut_off(
    endpoint: WebhookEndpoint, receiver: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ATTEMPT_SECONDS", 1.5)
    addresses.tls()  # is read once, which takes a while
    receiver.answers[:] = [Says(body=b"x" * 20, drip=0.3)]
    row = after(told())
    assert (row.state, row.response) == (State.FAILED, "no answer (ReadTimeout)")


def test_a_run_ends_in_its_time_and_leaves_the_rest(
    endpoint: WebhookEndpoint, receiver: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RUN_SECONDS", 0.5)
    receiver.answers[:] = [Says(seconds=0.8)]
    told("k:1"), told("k:2")
    assert delivery.deliver_due() == 1
    assert WebhookDelivery.objects.filter(state=State.QUEUED).count() == 1


@pytest.mark.parametrize("charset", ["foo", "hex", "utf-7"])
def test_an_answer_that_is_no_text_is_kept_as_what_can_be_read(
    endpoint: WebhookEndpoint, receiver: Service, charset: str
) -> None:
    receiver.answers[:] = [Says(500, b"+2AA- no", headers={"Content-Type": f"text/plain; charset={charset}"})]
    row = after(told())
    assert (row.state, row.response) == (State.FAILED, "+2AA- no")


def test_a_redirect_to_no_address_is_tried_again_later(endpoint: WebhookEndpoint, receiver: Service) -> None:
    receiver.answers[:] = [Says(302, headers={"Location": "http://[x"})]
    row = after(told())
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.next_attempt_at > timezone.now()


def test_what_kills_every_worker_is_given_up(endpoint: WebhookEndpoint, receiver: Service) -> None:
    row = told()
    with time_machine.travel(timezone.now()) as clock:
        for _ in range(RETRIES.most_attempts):
            assert delivery.claim([]) is not None
            clock.shift(WebhookDelivery.LEASE + timedelta(seconds=1))
            delivery.release_stale()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.GIVEN_UP, RETRIES.most_attempts)


def test_of_a_long_answer_little_is_read(
    endpoint: WebhookEndpoint, receiver: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_READ", 1000)
    receiver.answers[:] = [Says(body=b"x" * 5000)]
    row = after(told())
    assert (row.state, row.response) == (State.DELIVERED, "the answer is larger than 1000 bytes")


def test_a_redirect_is_not_followed(endpoint: WebhookEndpoint, receiver: Service) -> None:
    receiver.answers[:] = [Says(302, headers={"Location": "http://127.0.0.1:1/"})]
    row = after(told())
    assert (row.state, row.status, row.response) == (State.FAILED, 302, "redirects elsewhere")


def test_our_own_network_cannot_be_reached(tenant: Tenant, settings: Any, receiver: Service) -> None:
    settings.PRODUCTION = True
    WebhookEndpoint.objects.create(url=receiver.url)
    row = after(told())
    assert row.state == State.FAILED
    assert "not out on the internet" in row.response
    assert not receiver.asked


def test_an_endpoint_that_is_down_does_not_hold_up_the_others(tenant: Tenant, receiver: Service) -> None:
    with running_service(Says(500)) as broken:
        WebhookEndpoint.objects.create(url=broken.url)
        WebhookEndpoint.objects.create(url=receiver.url)
        for number in range(10):
            told(f"k:{number}")
        delivery.deliver_due()
        assert len(broken.asked) == FAILURES_IN_A_ROW
    assert len(receiver.asked) == 10


def test_a_switched_off_endpoint_waits(endpoint: WebhookEndpoint, receiver: Service) -> None:
    row = told()
    WebhookEndpoint.objects.update(is_active=False)
    assert after(row).state == State.QUEUED
    WebhookEndpoint.objects.update(is_active=True)
    assert after(row).state == State.DELIVERED


def test_what_a_dead_worker_held_is_sent_again_after_the_lease(endpoint: WebhookEndpoint, receiver: Service) -> None:
    row = told()
    assert delivery.claim([]) is not None
    assert delivery.deliver_due() == 0
    with time_machine.travel(timezone.now() + WebhookDelivery.LEASE + timedelta(seconds=1)):
        assert delivery.deliver_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DELIVERED, 2)


def test_a_worker_that_comes_late_changes_nothing(endpoint: WebhookEndpoint) -> None:
    row = told()
    late = delivery.claim([])
    assert late is not None
    after_lease = timezone.now() + WebhookDelivery.LEASE + timedelta(seconds=1)
    with time_machine.travel(after_lease):
        delivery.deliver_due()
    delivery.record(late, delivery.Outcome(500, "too late"))
    row.refresh_from_db()
    assert (row.state, row.status) == (State.DELIVERED, 200)
