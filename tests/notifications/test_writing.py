"""What notify writes: to whom, on which channel, in which language, and only if the caller's transaction holds."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone

from portal.notifications.actions import notify, writing_history
from portal.notifications.models import Message, SmsGateway, State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

MOBILE = "+4791234567"


def write(key: str = "order:1", **fields: Any) -> list[Message]:
    return notify(**({"event": "test_event", "key": key, "context": {"number": 117}} | fields))


def test_an_sms_goes_to_the_users_mobile(tenant: Tenant) -> None:
    [message] = write(user=factories.user(phone=MOBILE))
    assert (message.channel, message.recipient, message.body) == ("sms", MOBILE, "Order 117 for Fjord")
    assert (message.state, message.fallback_from) == (State.QUEUED, "")


def test_an_email_takes_its_first_line_as_subject_and_escapes_nothing(tenant: Tenant) -> None:
    [message] = write(user=factories.user(name="Kari & Ola"), channels=("email",))
    assert message.subject == "Order 117"
    assert message.body == "Dear Kari & Ola, it is <on> its way."


def test_without_a_mobile_the_email_goes_instead_and_the_row_says_so(tenant: Tenant) -> None:
    [message] = write(user=factories.user(email="kari@example.com"))
    assert (message.channel, message.recipient, message.fallback_from) == ("email", "kari@example.com", "sms")


@pytest.mark.parametrize("number", ["22 22 55 55", "12345", "+47 800 80 000", "not a number"])
def test_a_number_that_gets_no_sms_is_no_mobile(tenant: Tenant, number: str) -> None:
    [message] = write(phone=number, email="kari@example.com")
    assert message.fallback_from == "sms"


@pytest.mark.parametrize(
    ("written", "stored"),
    [("912 34 567", MOBILE), ("0047 91234567", MOBILE), ("+46 70 123 45 67", "+46701234567")],
)
def test_a_mobile_may_be_written_as_people_do(tenant: Tenant, written: str, stored: str) -> None:
    [message] = write(phone=written)
    assert (message.channel, message.recipient) == ("sms", stored)


def test_a_user_without_a_mobile_is_reached_at_the_customers(tenant: Tenant) -> None:
    [message] = write(user=factories.user(), customer=factories.customer(phone="912 34 567"))
    assert (message.channel, message.recipient) == ("sms", MOBILE)


def test_without_any_address_the_row_is_given_up_with_a_reason(tenant: Tenant) -> None:
    [message] = write(customer=factories.customer())
    assert (message.state, message.recipient) == (State.GIVEN_UP, "")
    assert message.last_error


def test_both_channels_for_someone_without_a_mobile_is_one_email(tenant: Tenant) -> None:
    [message] = write(user=factories.user(), channels=("email", "sms"))
    assert (message.channel, message.fallback_from) == ("email", "sms")


def test_both_channels_are_two_messages(tenant: Tenant) -> None:
    messages = write(user=factories.user(phone=MOBILE), channels=("sms", "email"))
    assert sorted(message.channel for message in messages) == ["email", "sms"]


def test_the_same_key_gives_no_second_message(tenant: Tenant) -> None:
    user = factories.user(phone=MOBILE)
    [first], [second] = write(user=user), write(user=user, context={"number": 118})
    assert (second.pk, second.body) == (first.pk, "Order 117 for Fjord")
    assert Message.objects.count() == 1


def test_the_same_key_at_two_tenants_is_two_messages(tenant: Tenant, other_tenant: Tenant) -> None:
    write(phone=MOBILE)
    with tenant_scope(other_tenant):
        [theirs] = write(phone=MOBILE)
        assert (theirs.body, Message.objects.count()) == ("Order 117 for Other", 1)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("language", "expected"), [("nn", "nn"), ("en", "en"), ("", "nb")])
def test_the_words_are_in_the_recipients_language_else_the_tenants(
    tenant: Tenant, language: str, expected: str
) -> None:
    [message] = write(user=factories.user(phone=MOBILE, language=language), event="test_language")
    assert (message.body, message.language) == (expected, expected)


def test_a_message_disappears_with_the_transaction_it_was_written_in(tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(phone=MOBILE)
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_an_event_without_a_template_is_an_error_of_ours(tenant: Tenant) -> None:
    with pytest.raises(TemplateDoesNotExist):
        write(phone=MOBILE, event="no_such_event")


def test_history_is_written_as_sent_at_its_time(tenant: Tenant) -> None:
    then = timezone.now() - timedelta(days=30)
    with writing_history(at=then):
        [message] = write(phone=MOBILE)
    assert (message.state, message.sent_at, message.created_at) == (State.SENT, then, then)


def test_in_production_a_tenant_without_a_gateway_gets_emails(tenant: Tenant, settings: Any) -> None:
    settings.PRODUCTION = True
    user = factories.user(phone=MOBILE)
    [before] = write("before", user=user)
    SmsGateway.objects.create(url="https://sms.example/send", token="t", sender="Fjord", webhook_secret="s")
    [after] = write("after", user=user)
    assert [before.channel, after.channel] == ["email", "sms"]
