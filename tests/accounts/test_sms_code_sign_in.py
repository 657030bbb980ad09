"""Signing in with a code sent by SMS."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import SmsDay, User
from portal.audit.models import Entry
from portal.notifications.models import Channel, Message, State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import PASSWORD, is_signed_in

ASK = "/account/login/sms/"
CONFIRM = "/account/login/code/confirm/"
NUMBER = "+4791234567"


@pytest.fixture
def ola(tenant: Tenant) -> User:
    return factories.user(email="ola@example.com", name="Ola Nordmann", phone=NUMBER, password=PASSWORD)


def sms_code(number: str = NUMBER) -> str:
    message = Message.objects.filter(recipient=number, channel=Channel.SMS).newest_first()[0]
    found = re.match(r"(\d{6}) ", message.body)
    assert found
    return found[1]


def ask(client: Client, number: str = "912 34 567") -> None:
    assert client.post(ASK, {"phone": number}).headers["Location"] == CONFIRM


@pytest.mark.parametrize(
    "written", ["91234567", "912 34 567", " +47 912 34 567 ", "+4791234567", "004791234567", "0047 912 34 567"]
)
def test_the_code_from_the_sms_signs_in_however_the_number_is_written(visitor: Client, ola: User, written: str) -> None:
    ask(visitor, written)
    response = visitor.post(CONFIRM, {"code": sms_code()})
    assert response.headers["Location"] == "/"
    assert is_signed_in(visitor)


def test_a_foreign_mobile_number_will_do(visitor: Client, tenant: Tenant) -> None:
    factories.user(phone="+46701234567")
    ask(visitor, "+46 70 123 45 67")
    visitor.post(CONFIRM, {"code": sms_code("+46701234567")})
    assert is_signed_in(visitor)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("21 23 45 67", "Dette er ikke et mobilnummer"),
        ("+47 21 23 45 67", "Dette er ikke et mobilnummer"),
        ("1234", "Skriv et mobilnummer"),
        ("kari@example.com", "Skriv et mobilnummer"),
        ("", "Skriv mobilnummeret ditt"),
    ],
)
def test_what_no_sms_reaches_is_refused_kindly(visitor: Client, tenant: Tenant, written: str, told: str) -> None:
    response = visitor.post(ASK, {"phone": written})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert Message.objects.count() == 0


def test_the_sms_is_bound_to_our_address_and_wiped_once_sent(visitor: Client, tenant: Tenant, ola: User) -> None:
    ask(visitor)
    message = Message.objects.get()
    assert message.is_sensitive
    assert message.body.endswith(f"@{tenant.primary_host} #{sms_code()}")
    assert len(message.body) <= 160


def test_a_wrong_code_is_refused_and_three_end_it(visitor: Client, ola: User) -> None:
    ask(visitor)
    code = sms_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [visitor.post(CONFIRM, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    visitor.post(CONFIRM, {"code": code})
    assert not is_signed_in(visitor)


def test_a_code_typed_after_it_was_used_is_told_so(visitor: Client, ola: User) -> None:
    ask(visitor)
    code = sms_code()
    visitor.post(CONFIRM, {"code": code})
    visitor.post("/account/logout/")
    response = visitor.post(CONFIRM, {"code": code}, follow=True)
    assert "Denne koden er brukt eller for gammel" in response.content.decode()


def test_the_page_says_how_long_to_wait_for_another(visitor: Client, ola: User) -> None:
    ask(visitor)
    assert 'data-countdown="30"' in visitor.get(CONFIRM).content.decode()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        page = visitor.get(CONFIRM).content.decode()
        assert "data-countdown" not in page
        visitor.post(CONFIRM, {"action": "resend"})
        visitor.post(CONFIRM, {"code": sms_code()})
        assert is_signed_in(visitor)


def test_works_the_same_at_two_tenants_with_the_same_number(visitor: Client, other_tenant: Tenant, ola: User) -> None:
    with tenant_scope(other_tenant):
        factories.user(phone=NUMBER)
    elsewhere = factories.client_for(tenant=other_tenant)
    ask(visitor)
    ask(elsewhere)
    with tenant_scope(other_tenant):
        code = sms_code()
    elsewhere.post(CONFIRM, {"code": code})
    assert is_signed_in(elsewhere)
    assert not is_signed_in(visitor)
    visitor.post(CONFIRM, {"code": sms_code()})
    assert is_signed_in(visitor)


# Delivery --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "told"), [(State.FAILED, "SMS-tjenesten svarer ikke"), (State.GIVEN_UP, "Vi fikk ikke levert SMS-en")]
)
@pytest.mark.parametrize("number", [NUMBER, "+4799887766"])
def test_an_sms_that_does_not_come_is_told_of_and_e_mail_offered(
    visitor: Client, ola: User, number: str, state: State, told: str
) -> None:
    ask(visitor, number)
    assert visitor.get("/account/login/code/trouble/").status_code == 204
    Message.objects.update(state=state)
    for page in (visitor.get("/account/login/code/trouble/"), visitor.get(CONFIRM)):
        assert told in page.content.decode()
        assert 'href="/account/login/code/"' in page.content.decode()


def test_the_number_is_kept_when_its_code_has_been_used_up(visitor: Client, kari: User) -> None:
    visitor.post(ASK, {"phone": "912 34 567"})
    for _ in range(3):
        answer = visitor.post(CONFIRM, {"code": "000000"})
    assert answer.headers["Location"] == ASK
    assert 'value="912\N{NO-BREAK SPACE}34\N{NO-BREAK SPACE}567"' in visitor.get(ASK).content.decode()


@pytest.mark.parametrize("written", ["912 34 567x", "tlf 912 34 567", "91234567 ext 2"])
def test_a_number_with_letters_in_it_is_none(visitor: Client, kari: User, written: str) -> None:
    assert visitor.post(ASK, {"phone": written}).status_code == 422


def test_a_tenant_without_sms_does_not_offer_it(
    visitor: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_email = "/account/login/code/"
    assert ASK in visitor.get(by_email).content.decode()
    assert ASK in visitor.get("/account/login/").content.decode()
    Tenant.objects.filter(pk=tenant.pk).update(sms_code_sign_in=False)
    assert ASK not in visitor.get("/account/login/").content.decode()
    assert ASK not in visitor.get(by_email).content.decode()
    assert visitor.get(ASK).status_code == 404


# The tenant's bill -----------------------------------------------------------------------------------


def test_a_day_has_so_many_sms_and_no_more_and_staff_see_it(visitor: Client, tenant: Tenant, ola: User) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=2)
    answers = [visitor.post(ASK, {"phone": number}) for number in ("912 34 567", "998 87 766", "912 34 567")]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "Bruk e-posten din i stedet" in answers[-1].content.decode()
    # A number that nobody has gets the same answer.
    assert visitor.post(ASK, {"phone": "900 00 001"}).status_code == 422
    assert Message.objects.filter(channel=Channel.SMS).count() == 2
    assert SmsDay.objects.get().refused == 2
    assert Entry.objects.filter(verb="accounts.sms_limit_reached").count() == 1
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow):
        ask(visitor)


def test_asking_again_counts_too(visitor: Client, tenant: Tenant, ola: User) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=1)
    ask(visitor)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        page = visitor.post(CONFIRM, {"action": "resend"}, follow=True)
    assert "Vi kan ikke sende flere SMS" in page.content.decode()
    assert Message.objects.count() == 1


def test_one_client_cannot_send_to_many_numbers(visitor: Client, tenant: Tenant) -> None:
    statuses = [visitor.post(ASK, {"phone": f"9{number:07}"}).status_code for number in range(1000000, 1000030)]
    assert 422 in statuses
    assert Message.objects.count() < 30
