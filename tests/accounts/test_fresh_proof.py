"""Showing who one is once more, before anything is changed that leads in."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, code_just_sent

PROVE = "/account/prove/"
ASKED_FOR = "/account/pin/"


@pytest.fixture
def stale(tenant: Tenant, kari: User) -> Client:
    """Kari's session, in which nothing was proved lately."""
    return factories.client_for(kari, tenant=tenant)


@pytest.fixture
def without_password(tenant: Tenant) -> Client:
    return factories.client_for(factories.user(email="ola@example.com", phone="+4791234568"), tenant=tenant)


def is_let_through(client: Client) -> bool:
    return client.get(ASKED_FOR).status_code == 200


def test_one_is_asked_and_led_back(stale: Client) -> None:
    asked = stale.get(ASKED_FOR).headers["Location"]
    assert asked == "/account/prove/?next=%2Faccount%2Fpin%2F"
    assert stale.post(asked, {"password": "wrong"}).status_code == 422
    assert not is_let_through(stale)
    assert stale.post(asked, {"password": PASSWORD}).headers["Location"] == ASKED_FOR
    assert is_let_through(stale)


def test_it_lasts_a_quarter_of_an_hour(stale: Client) -> None:
    stale.post(PROVE, {"password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert is_let_through(stale)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert not is_let_through(stale)


@pytest.mark.parametrize(("path", "field", "typed"), [
    ("/account/email/", "email", "ny.adresse@example.com"),
    ("/account/phone/", "phone", "998 87 766"),
])  # fmt: skip
def test_what_was_typed_is_still_there_afterwards(stale: Client, path: str, field: str, typed: str) -> None:
    asked = stale.post(path, {field: typed}).headers["Location"]
    assert not Message.objects.exists()
    back = stale.post(asked, {"password": PASSWORD}).headers["Location"]
    assert back == path
    page = stale.get(back).content.decode()
    assert f'value="{typed}"' in page
    # Once, and on this page only.
    assert typed not in stale.get(path).content.decode()
    stale.post(path, {field: typed})
    assert Message.objects.exists()


def test_what_was_typed_elsewhere_or_long_ago_is_gone(stale: Client) -> None:
    asked = stale.post("/account/email/", {"email": "ny.adresse@example.com"}).headers["Location"]
    stale.post(asked, {"password": PASSWORD})
    assert "ny.adresse" not in stale.get("/account/phone/").content.decode()
    assert "ny.adresse" not in stale.get("/account/email/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        asked = stale.post("/account/email/", {"email": "ny.adresse@example.com"}).headers["Location"]
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        stale.post(asked, {"password": PASSWORD})
        assert "ny.adresse" not in stale.get("/account/email/").content.decode()


def test_no_pin_waits_in_the_session(stale: Client) -> None:
    stale.post(ASKED_FOR, {"pin": "4827", "again": "4827"})
    assert "4827" not in str(dict(stale.session))


def test_who_came_by_a_code_proves_it_by_a_code(without_password: Client, tenant: Tenant) -> None:
    visitor = factories.client_for(tenant=tenant)
    visitor.post("/account/login/code/", {"email": "ola@example.com"})
    visitor.post("/account/login/code/confirm/", {"code": code_just_sent()})
    assert is_let_through(visitor)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        asked = visitor.post("/account/phone/", {"phone": "998 87 766"}).headers["Location"]
        address = f"{asked}&way=email"
        visitor.post(address, {"action": "send"})
        assert visitor.post(address, {"code": code_just_sent()}).headers["Location"] == "/account/phone/"
        assert "998 87 766" in visitor.get("/account/phone/").content.decode()


def test_who_has_only_a_passkey_on_another_device_proves_it_as_they_came(without_password: Client) -> None:
    """A code lets them in, as a passkey alone is asked for of staff only: then it proves as much here."""
    ola = User.objects.get(email="ola@example.com")
    Authenticator.objects.create(user=ola, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}})
    address = f"{PROVE}?way=email&next=/account/pin/"
    without_password.post(address, {"action": "send"})
    assert without_password.post(address, {"code": code_just_sent()}).headers["Location"] == ASKED_FOR


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
    wrong = f"{(int(code_just_sent()) + 1) % 1_000_000:06}"
    assert without_password.post(address, {"code": wrong}).status_code == 422
    assert without_password.post(address, {"code": code_just_sent()}).headers["Location"] == ASKED_FOR
    assert is_let_through(without_password)


def test_three_wrong_codes_end_it(without_password: Client) -> None:
    address = f"{PROVE}?way=email"
    without_password.post(address, {"action": "send"})
    code = code_just_sent()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [without_password.post(address, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    without_password.post(address, {"code": code})
    assert not is_let_through(without_password)


def test_a_code_lasts_five_minutes_and_works_once(without_password: Client) -> None:
    address = f"{PROVE}?way=email"
    without_password.post(address, {"action": "send"})
    code = code_just_sent()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        without_password.post(address, {"code": code})
        assert not is_let_through(without_password)
        without_password.post(address, {"action": "send"})
        code = code_just_sent()
        without_password.post(address, {"code": code})
        assert is_let_through(without_password)
    with time_machine.travel(timezone.now() + timedelta(minutes=23)):
        without_password.post(address, {"code": code})
        assert not is_let_through(without_password)


def test_the_code_of_one_session_is_worth_nothing_in_another(without_password: Client, tenant: Tenant) -> None:
    without_password.post(f"{PROVE}?way=email", {"action": "send"})
    elsewhere = factories.client_for(User.objects.get(), tenant=tenant)
    elsewhere.post(f"{PROVE}?way=email", {"code": code_just_sent()})
    assert not is_let_through(elsewhere)


def test_many_tries_are_refused(stale: Client) -> None:
    for _ in range(11):
        stale.post(PROVE, {"password": "wrong"})
    stale.post(PROVE, {"password": PASSWORD})
    assert not is_let_through(stale)
