"""What becomes of a message: sent once, tried again with growing delay, given up, or unknown."""

from base64 import b64encode
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.clients.addresses import tls
from portal.notifications import delivery, tasks
from portal.notifications.actions import notify, resend
from portal.notifications.clients import sms_gateway
from portal.notifications.delivery import RETRIES
from portal.notifications.models import Message, SmsGateway, State
from portal.notifications.outcome import Outcome, Result
from portal.outbox import FAILURES_IN_A_ROW
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.clients.service import Says, running_service
from tests.notifications.gateway import FakeGateway

MOBILE = "+4791234567"


def sms(key: str = "k", **fields: Any) -> Message:
    [message] = notify(**({"event": "test_event", "key": key, "context": {"number": 117}, "phone": MOBILE} | fields))
    return message


def email(key: str = "k", **fields: Any) -> Message:
    return sms(key, **({"phone": "", "email": "kari@example.com", "channels": ("email",)} | fields))


def deliver(message: Message) -> Message:
    delivery.deliver_due()
    message.refresh_from_db()
    return message


def test_an_sms_reaches_the_gateway_with_the_tenants_credentials(gateway: FakeGateway) -> None:
    message = deliver(sms())
    assert (message.state, message.attempts, message.gateway_id) == (State.SENT, 1, "gw-1")
    assert message.sent_at is not None
    [request] = gateway.requests
    reference = str(message.reference)
    assert request["body"] == {"reference": reference, "from": "Fjord", "to": MOBILE, "text": "Order 117 for Fjord"}
    assert request["headers"]["Idempotency-Key"] == reference
    assert request["headers"]["Authorization"] == "Basic " + b64encode(b"fjord:secret-token").decode()


def test_a_sent_message_is_not_sent_again(gateway: FakeGateway) -> None:
    deliver(sms())
    delivery.deliver_due()
    assert len(gateway.requests) == 1


def test_another_tenants_messages_are_left_alone(gateway: FakeGateway, other_tenant: Tenant) -> None:
    message = sms()
    with tenant_scope(other_tenant):
        delivery.deliver_due()
    assert gateway.requests == []
    assert deliver(message).state == State.SENT


def test_each_failed_attempt_waits_longer_and_the_last_gives_up(gateway: FakeGateway) -> None:
    gateway.status = 500
    message = sms()
    now = message.next_attempt_at
    for attempt, delay in enumerate(RETRIES.delays, start=1):
        with time_machine.travel(now, tick=False):
            message = deliver(message)
        assert (message.state, message.attempts, message.next_attempt_at) == (State.FAILED, attempt, now + delay)
        with time_machine.travel(now + delay - timedelta(seconds=1), tick=False):
            assert delivery.deliver_due() == 0
        now += delay
    with time_machine.travel(now, tick=False):
        message = deliver(message)
    assert message.state == State.GIVEN_UP
    assert message.attempts == len(gateway.requests) == RETRIES.most_attempts
    assert "500" in message.last_error


def test_every_attempt_carries_the_same_key_so_that_the_gateway_sends_once(gateway: FakeGateway) -> None:
    message = sms()
    deliver(message)
    # As when the worker died before it could write down the answer.
    Message.objects.update(state=State.FAILED)
    message = deliver(message)
    assert len(gateway.requests) == 2
    assert (list(gateway.sent.values()), message.gateway_id) == (["gw-1"], "gw-1")


def test_a_taken_earlier_answer_counts_as_sent(gateway: FakeGateway) -> None:
    gateway.status = 409
    assert deliver(sms()).state == State.SENT


def test_a_gateway_that_asks_for_patience_gets_it(gateway: FakeGateway) -> None:
    gateway.status, gateway.headers = 429, {"Retry-After": "3600"}
    message = deliver(sms())
    assert message.state == State.FAILED
    assert message.next_attempt_at > timezone.now() + timedelta(minutes=59)


def test_a_refused_number_is_given_up_at_once_with_the_gateways_words(gateway: FakeGateway) -> None:
    gateway.status, gateway.error = 422, "number not in use"
    message = deliver(sms())
    assert (message.state, message.attempts) == (State.GIVEN_UP, 1)
    assert "number not in use" in message.last_error


def test_the_workers_log_names_no_recipient(gateway: FakeGateway, caplog: pytest.LogCaptureFixture) -> None:
    gateway.status, gateway.error = 422, f"{MOBILE} is not in use"
    message = deliver(sms())
    assert MOBILE in message.last_error
    assert f"Message {message.reference} is given_up" in caplog.text
    assert MOBILE not in caplog.text


def test_a_time_out_after_the_request_leaves_it_unknown_and_unsent(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_gateway, "ANSWER_SECONDS", 0.1)
    gateway.seconds = 0.4
    message = deliver(sms())
    assert message.state == State.UNKNOWN
    delivery.deliver_due()
    assert len(gateway.requests) == 1


@pytest.fixture
def hanging(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """A gateway that takes each message and does not answer in time."""
    monkeypatch.setattr(sms_gateway, "ANSWER_SECONDS", 0.1)
    gateway.seconds = 0.4
    return gateway


def test_a_gateway_that_does_not_answer_is_given_few_messages(hanging: FakeGateway) -> None:
    """None of them is sent again by itself: one after the other would end with staff."""
    for number in range(10):
        sms(f"sms:{number}")
    email("last")
    delivery.deliver_due()
    delivery.deliver_due()
    counts = Counter(Message.objects.values_list("channel", "state"))
    assert counts == {("sms", "unknown"): 3, ("sms", "queued"): 7, ("email", "sent"): 1}
    assert len(hanging.requests) == FAILURES_IN_A_ROW
    cache.delete("unanswered:sms")  # its rest is over
    delivery.deliver_due()
    assert len(hanging.requests) == 2 * FAILURES_IN_A_ROW


def test_without_a_cache_it_rests_until_the_next_run(hanging: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = RedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    monkeypatch.setattr(delivery, "cache", gone)
    for number in range(5):
        sms(f"sms:{number}")
    assert delivery.deliver_due() == FAILURES_IN_A_ROW


def test_a_run_ends_in_time_and_the_next_goes_on(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    sms("first"), sms("second")
    gateway.seconds = 0.3
    monkeypatch.setattr(delivery, "RUN_SECONDS", 0.2)
    assert delivery.deliver_due() == 1
    assert delivery.deliver_due() == 1
    assert len(gateway.sent) == 2


def test_an_attempt_is_over_long_before_its_worker_is_taken_for_dead() -> None:
    assert Message.LEASE.total_seconds() / 2 > sms_gateway.ATTEMPT_SECONDS
    assert (tasks.deliver.soft_time_limit or 0) > delivery.RUN_SECONDS + sms_gateway.ATTEMPT_SECONDS


@pytest.mark.parametrize(
    ("says", "state"),
    [
        # Taken, says the status, whatever else it says.
        (Says(202, b"x" * (sms_gateway.MOST_READ + 1)), State.SENT),
        (Says(200, b"[" * 50_000), State.SENT),
        (Says(200, drip=0.3, body=b"x" * 20), State.UNKNOWN),
        (Says(504), State.UNKNOWN),
        (Says(302, headers={"Location": "http://elsewhere.example/"}), State.FAILED),
        (Says(503, b"x" * (sms_gateway.MOST_READ + 1)), State.FAILED),
        (Says(404, b"x" * (sms_gateway.MOST_READ + 1)), State.GIVEN_UP),
    ],
)
def test_whatever_the_gateway_answers_is_one_outcome(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, says: Says, state: State
) -> None:
    monkeypatch.setattr(sms_gateway, "ATTEMPT_SECONDS", 1.5)
    tls()  # is read once, which takes a while
    with running_service(says) as service:
        SmsGateway.objects.create(url=service.url, token="t", sender="Fjord", webhook_secret="s")
        assert deliver(sms()).state == state
        delivery.deliver_due()
    assert len(service.asked) == 1


def test_a_connection_lost_after_the_request_leaves_it_unknown(gateway: FakeGateway) -> None:
    gateway.hangs_up = True
    assert deliver(sms()).state == State.UNKNOWN


def test_a_gateway_that_cannot_be_reached_is_tried_again(gateway: FakeGateway) -> None:
    SmsGateway.objects.update(url="http://127.0.0.1:1/send")
    assert deliver(sms()).state == State.FAILED


def test_a_gateway_that_is_down_does_not_hold_up_the_emails(gateway: FakeGateway) -> None:
    gateway.status = 503
    for number in range(10):
        sms(f"sms:{number}")
    email("last")
    delivery.deliver_due()
    assert len(gateway.requests) == FAILURES_IN_A_ROW
    assert Message.objects.get(key="last").state == State.SENT


def test_an_email_is_sent_in_the_tenants_name_with_a_stable_message_id(tenant: Tenant) -> None:
    message = deliver(email())
    [sent] = mail.outbox
    assert message.state == State.SENT
    assert (sent.subject, sent.to, sent.reply_to) == ("Order 117", ["kari@example.com"], ["post@fjord.example"])
    assert sent.from_email == "Fjord <no-reply@localhost>"
    assert sent.extra_headers["Message-ID"] == f"<{message.reference}@localhost>"


def test_a_mail_server_that_is_down_is_tried_again(tenant: Tenant, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    message = deliver(email())
    assert (message.state, message.attempts) == (State.FAILED, 1)


def test_without_a_gateway_outside_production_the_row_is_the_message_box(tenant: Tenant) -> None:
    assert deliver(sms()).state == State.DELIVERED


def test_an_sms_whose_worker_died_is_unknown_and_an_email_is_tried_again(tenant: Tenant) -> None:
    texted, mailed = sms("sms"), email("email")
    died = timezone.now() - Message.LEASE - timedelta(seconds=1)
    Message.objects.update(state=State.SENDING, sending_since=died, attempts=1)
    assert deliver(texted).state == State.UNKNOWN
    mailed.refresh_from_db()
    assert (mailed.state, mailed.attempts) == (State.SENT, 2)


def test_an_email_that_every_worker_dies_of_is_given_up(tenant: Tenant) -> None:
    message = email()
    died = timezone.now() - Message.LEASE - timedelta(seconds=1)
    Message.objects.update(state=State.SENDING, sending_since=died, attempts=delivery.RETRIES.most_attempts)
    assert deliver(message).state == State.GIVEN_UP


def test_a_worker_that_comes_late_leaves_what_staff_sent_again_to_who_sends_it(tenant: Tenant) -> None:
    message = email()
    late = delivery.claim([])
    Message.objects.update(sending_since=timezone.now() - Message.LEASE - timedelta(seconds=1))
    delivery.release_stale()
    assert resend(message=message, by=factories.staff())
    again = delivery.claim([])
    assert late is not None
    assert again is not None
    assert late[0].attempts == again[0].attempts
    delivery.record(late[0], Outcome(Result.TEMPORARY, error="late"))
    delivery.record(again[0], Outcome(Result.SENT))
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_message_that_a_living_worker_holds_is_left_alone(tenant: Tenant) -> None:
    message = sms()
    Message.objects.update(state=State.SENDING, sending_since=timezone.now() - Message.LEASE / 2, attempts=1)
    assert deliver(message).state == State.SENDING


def test_a_worker_that_comes_back_after_its_lease_does_not_overwrite(tenant: Tenant) -> None:
    sms()
    claimed = delivery.claim([])
    assert claimed is not None
    message, send = claimed
    Message.objects.update(state=State.UNKNOWN)
    delivery.record(message, send(message))
    message.refresh_from_db()
    assert message.state == State.UNKNOWN


def test_a_code_is_wiped_once_sent_but_not_in_the_demo(tenant: Tenant, settings: Any) -> None:
    fields: Any = {"event": "test_code", "context": {"code": "123456"}, "sensitive": True}
    mailed = deliver(email("mail", **fields))
    assert (deliver(sms("one", **fields)).body, mailed.subject, mailed.body) == ("", "", "")
    settings.DEMO = True
    assert deliver(sms("two", **fields)).body == "Your code is 123456"


def test_a_code_that_nobody_can_use_any_more_is_not_sent(gateway: FakeGateway) -> None:
    message = sms(valid_for=timedelta(minutes=5))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert deliver(message).state == State.GIVEN_UP
    assert gateway.requests == []


def test_a_code_is_wiped_also_when_its_worker_died(tenant: Tenant) -> None:
    message = sms(event="test_code", context={"code": "123456"}, sensitive=True)
    Message.objects.update(state=State.SENDING, sending_since=timezone.now() - 2 * Message.LEASE, attempts=1)
    assert (deliver(message).state, message.body) == (State.UNKNOWN, "")


def test_a_message_cannot_be_held_without_saying_since_when(tenant: Tenant) -> None:
    """Nobody could tell that its worker had died, and it would never be taken back."""
    sms()
    with pytest.raises(IntegrityError, match="sending_message_has_since"), transaction.atomic():
        Message.objects.update(state=State.SENDING, sending_since=None)


def test_a_nul_in_the_gateways_answer_stops_nothing(gateway: FakeGateway) -> None:
    """PostgreSQL holds no NUL: the row could not be written, and the messages behind it would wait."""
    gateway.status, gateway.error = 422, "no\0pe"
    first, second = sms("k1"), sms("k2")
    assert deliver(first).state == State.GIVEN_UP
    second.refresh_from_db()
    assert second.state == State.GIVEN_UP
    assert second.last_error.endswith("nope")


def test_a_line_break_in_the_companys_name_adds_no_header(tenant: Tenant) -> None:
    tenant.name = "Fjord\r\nBcc: somebody@else.example"
    message = deliver(email())
    assert message.state == State.SENT
    [sent] = mail.outbox
    assert sent.recipients() == ["kari@example.com"]
    assert sent.message()["From"] == '"Fjord Bcc: somebody@else.example" <no-reply@localhost>'


def test_a_token_that_cannot_be_sent_holds_up_nothing(gateway: FakeGateway) -> None:
    SmsGateway.objects.update(username="", token="nøkkel")
    first, second = sms("sms"), email("mail")
    assert deliver(first).state == State.FAILED
    second.refresh_from_db()
    assert (second.state, gateway.requests) == (State.SENT, [])
