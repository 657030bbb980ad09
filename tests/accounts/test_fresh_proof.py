"""Showing who one is once more, before anything is changed that leads in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD

PROVE = "/account/prove/"
ASKED_FOR = "/account/pin/"


@pytest.fixture
def stale(tenant: Tenant, kari: User) -> Client:
    """Kari's session, in which nothing was proved lately."""
    return factories.client_for(kari, tenant=tenant)


@pytest.fixture
def without_password(tenant: Tenant) -> Client:
    return factories.client_for(factories.user(email="ola@example.com", phone="+4791234568"), tenant=tenant)


def newest_code() -> str:
    found = re.search(r"^(\d{6})\b", Message.objects.newest_first()[0].body, re.MULTILINE)
    assert found
    return found[1]


def is_let_through(client: Client) -> bool:
    return client.get(ASKED_FOR).status_code == 200


def test_one_is_asked_and_led_back(stale: Client) -> None:
    asked = stale.get(ASKED_FOR).headers["Location"]
    assert asked == "/account/prove/?next=%2Faccount%2Fpin%2F"
    assert stale.post(asked, {"password": "wrong"}).status_code == 422
    assert not is_let_through(stale)
    assert stale.post(asked, {"password": PASSWORD}).headers["Location"] == ASKED_FOR
    assert is_let_through(stale)


def test_it_lasts_five_minutes(stale: Client) -> None:
    stale.post(PROVE, {"password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert not is_let_through(stale)


def test_it_leads_on_only_to_our_own_pages(stale: Client) -> None:
    answer = stale.post(f"{PROVE}?next=https://evil.example/", {"password": PASSWORD})
    assert answer.headers["Location"] == "/account/details/"


@pytest.mark.parametrize("way", ["sms", "email"])
def test_a_code_will_do_for_who_has_no_password(without_password: Client, way: str) -> None:
    address = f"{PROVE}?way={way}&next=/account/pin/"
    assert "Send kode" in without_password.get(address).content.decode()
    assert Message.objects.count() == 0
    without_password.post(address, {"action": "send"})
    assert Message.objects.get().channel == way
    wrong = f"{(int(newest_code()) + 1) % 1_000_000:06}"
    assert without_password.post(address, {"code": wrong}).status_code == 422
    assert without_password.post(address, {"code": newest_code()}).headers["Location"] == ASKED_FOR
    assert is_let_through(without_password)


def test_three_wrong_codes_end_it(without_password: Client) -> None:
    address = f"{PROVE}?way=email"
    without_password.post(address, {"action": "send"})
    code = newest_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [without_password.post(address, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    without_password.post(address, {"code": code})
    assert not is_let_through(without_password)


def test_a_code_lasts_five_minutes_and_works_once(without_password: Client) -> None:
    address = f"{PROVE}?way=email"
    without_password.post(address, {"action": "send"})
    code = newest_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        without_password.post(address, {"code": code})
        assert not is_let_through(without_password)
        without_password.post(address, {"action": "send"})
        code = newest_code()
        without_password.post(address, {"code": code})
        assert is_let_through(without_password)
    with time_machine.travel(timezone.now() + timedelta(minutes=12)):
        without_password.post(address, {"code": code})
        assert not is_let_through(without_password)


def test_the_code_of_one_session_is_worth_nothing_in_another(without_password: Client, tenant: Tenant) -> None:
    without_password.post(f"{PROVE}?way=email", {"action": "send"})
    elsewhere = factories.client_for(User.objects.get(), tenant=tenant)
    elsewhere.post(f"{PROVE}?way=email", {"code": newest_code()})
    assert not is_let_through(elsewhere)


def test_many_tries_are_refused(stale: Client) -> None:
    for _ in range(11):
        stale.post(PROVE, {"password": "wrong"})
    stale.post(PROVE, {"password": PASSWORD})
    assert not is_let_through(stale)
