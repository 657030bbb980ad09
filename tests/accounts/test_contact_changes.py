"""Changing e-mail address and mobile number: the new one proved, the old one told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, code_just_sent, is_signed_in

EMAIL, PHONE = "/account/email/", "/account/phone/"
NEW = {EMAIL: {"email": "new@example.com"}, PHONE: {"phone": "998 87 766"}}
KEPT = {EMAIL: "new@example.com", PHONE: "+4799887766"}
OLD = {EMAIL: "kari@example.com", PHONE: "+4791234567"}


@pytest.fixture
def client(visitor: Client, kari: User) -> Client:
    visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    return visitor


def contact_of(path: str) -> str:
    user = User.objects.get(name="Kari Nordmann")
    return user.email if path == EMAIL else user.phone


def begin(client: Client, path: str) -> str:
    assert client.post(path, NEW[path]).headers["Location"] == path
    assert Message.objects.newest_first()[0].recipient == KEPT[path]
    return code_just_sent()


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_a_code_to_the_new_one_changes_it_and_the_old_one_is_told(client: Client, path: str) -> None:
    code = begin(client, path)
    assert contact_of(path) == OLD[path]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "Du har 2 forsøk igjen" in client.post(path, {"code": wrong}).content.decode()
    assert "Koden har seks siffer" in client.post(path, {"code": "12"}).content.decode()
    page = client.get(path).content.decode()
    assert page.index('value="again"') < page.index('name="code"')
    assert client.post(path, {"code": code}).headers["Location"] == "/account/details/"
    assert contact_of(path) == KEPT[path]
    told = Message.objects.newest_first()[0]
    assert (told.recipient, told.channel) == (OLD[path], Channel.EMAIL if path == EMAIL else Channel.SMS)
    verb = "accounts.email_changed" if path == EMAIL else "accounts.phone_changed"
    assert Entry.objects.filter(verb=verb).count() == 1


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_one_signs_in_with_the_new_one_and_no_longer_with_the_old(client: Client, tenant: Tenant, path: str) -> None:
    client.post(path, {"code": begin(client, path)})
    for login, expected in ((OLD[path], False), (KEPT[path], True)):
        other = factories.client_for(tenant=tenant)
        other.post("/account/login/password/", {"login": login, "password": PASSWORD})
        assert is_signed_in(other) is expected


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_what_another_user_has_is_refused_after_the_proof_only(client: Client, path: str) -> None:
    factories.user(email=KEPT[EMAIL], phone=KEPT[PHONE])
    code = begin(client, path)
    page = client.post(path, {"code": code}, follow=True)
    assert "En annen bruker har" in page.content.decode()
    assert contact_of(path) == OLD[path]


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_it_takes_a_fresh_proof(client: Client, path: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(path).headers["Location"].startswith("/account/prove/")
        assert client.post(path, NEW[path]).headers["Location"].startswith("/account/prove/")
    assert not Message.objects.exists()


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_three_wrong_codes_end_it(client: Client, path: str) -> None:
    code = begin(client, path)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [client.post(path, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    client.post(path, {"code": code})
    assert contact_of(path) == OLD[path]


@pytest.mark.parametrize("path", [EMAIL, PHONE])
def test_one_may_begin_again_or_ask_for_another_code(client: Client, path: str) -> None:
    begin(client, path)
    client.post(path, {"action": "resend"})
    assert Message.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        client.post(path, {"action": "resend"})
        assert Message.objects.count() == 2
    client.post(path, {"action": "again"})
    assert 'name="code"' not in client.get(path).content.decode()


def test_the_same_address_is_no_change(client: Client) -> None:
    assert client.post(EMAIL, {"email": "KARI@example.com"}).status_code == 422
    assert client.post(PHONE, {"phone": "0047 912 34 567"}).status_code == 422
    assert client.post(PHONE, {"phone": "21 23 45 67"}).status_code == 422
    assert not Message.objects.exists()


def test_a_number_can_be_removed_and_is_told(client: Client) -> None:
    client.post(PHONE, {"action": "remove"})
    assert contact_of(PHONE) == ""
    assert Message.objects.get().recipient == OLD[PHONE]


def test_a_first_number_is_told_of_by_e_mail(client: Client, kari: User) -> None:
    User.objects.filter(pk=kari.pk).update(phone="")
    client.post(PHONE, {"code": begin(client, PHONE)})
    assert Message.objects.newest_first()[0].recipient == kari.email


def test_staff_change_them_without_a_code_and_the_old_ones_are_told(tenant: Tenant, kari: User) -> None:
    admin = factories.client_for(factories.staff(), tenant=tenant)
    data = {"name": kari.name, "email": KEPT[EMAIL], "phone": "998 87 766", "language": "", "is_active": "on"}
    assert admin.post(f"/admin/accounts/user/{kari.pk}/change/", data).status_code == 302
    assert contact_of(PHONE) == KEPT[PHONE]
    assert {message.recipient for message in Message.objects.all()} == {OLD[EMAIL], OLD[PHONE]}


def test_the_sign_in_history_shows_what_was_let_in_and_what_was_not(client: Client, tenant: Tenant) -> None:
    other = factories.client_for(tenant=tenant, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    other.post("/account/login/password/", {"login": "912 34 567", "password": "wrong"})
    stranger = factories.client_for(tenant=tenant)
    factories.user(email="ola@example.com", password=PASSWORD)
    data = {"login": "ola@example.com", "password": PASSWORD}
    stranger.post("/account/login/password/", data, REMOTE_ADDR="10.9.9.9")
    page = client.get("/account/history/").content.decode()
    assert "Firefox" in page
    assert "Avvist" in page
    assert "Innlogget" in page
    assert "10.9.9.9" not in page
