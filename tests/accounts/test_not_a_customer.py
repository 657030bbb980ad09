"""Who proves an address or a number that leads nowhere is told so, and only then."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import registers
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import code_just_sent, is_signed_in

CONFIRM = "/account/login/code/confirm/"
NO_ACCESS = "/account/no-access/"
WAYS = [("/account/login/code/", {"email": "who@example.com"}), ("/account/login/sms/", {"phone": "998 87 766"})]


@pytest.mark.parametrize(("path", "data"), WAYS)
def test_a_stranger_gets_a_real_code_and_is_told_after_it(
    visitor: Client, tenant: Tenant, path: str, data: dict[str, str]
) -> None:
    assert visitor.post(path, data).headers["Location"] == CONFIRM
    response = visitor.post(CONFIRM, {"code": code_just_sent()})
    assert response.headers["Location"] == NO_ACCESS
    page = visitor.get(NO_ACCESS).content.decode().replace("\u00a0", " ")
    assert "Vi finner deg ikke" in page
    assert "998 87 766" in page or "who@example.com" in page
    assert reverse("content:customer_service") in page
    assert not is_signed_in(visitor)


@pytest.mark.parametrize(("path", "data"), WAYS)
def test_a_stranger_is_answered_as_anyone(visitor: Client, tenant: Tenant, path: str, data: dict[str, str]) -> None:
    factories.user(email="who@example.com", phone="+4799887766")
    known = visitor.post(path, data)
    page_of_known = visitor.get(CONFIRM).content.decode()
    User.objects.all().delete()
    stranger = factories.client_for(tenant=tenant)
    unknown = stranger.post(path, data)
    page_of_unknown = stranger.get(CONFIRM).content.decode()
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    without_token = [re.sub(r'csrf[^>]*|"X-CSRFToken[^}]*', "", page) for page in (page_of_known, page_of_unknown)]
    assert without_token[0] == without_token[1]
    events = Message.objects.values_list("event", "channel", "is_sensitive")
    assert len(events) == 2
    assert events[0] == events[1]


def test_a_wrong_code_of_a_stranger_is_refused_and_logged_without_the_address(visitor: Client, tenant: Tenant) -> None:
    visitor.post("/account/login/code/", {"email": "who@example.com"})
    wrong = f"{(int(code_just_sent()) + 1) % 1_000_000:06}"
    assert [visitor.post(CONFIRM, {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    entry = Entry.objects.filter(verb="accounts.sign_in_refused").first()
    assert entry
    assert entry.object_id is None
    assert "who@example.com" not in str(entry.data)


def test_the_page_is_only_for_who_has_proved_something(visitor: Client, tenant: Tenant) -> None:
    assert visitor.get(NO_ACCESS).headers["Location"] == "/account/login/"


def test_the_session_id_is_new_after_the_proof(visitor: Client, tenant: Tenant) -> None:
    visitor.post("/account/login/code/", {"email": "who@example.com"})
    before = visitor.session.session_key
    visitor.post(CONFIRM, {"code": code_just_sent()})
    assert visitor.session.session_key != before


def test_whose_access_is_closed_is_told_so_after_the_proof(visitor: Client, tenant: Tenant) -> None:
    user = factories.user(email="who@example.com")
    User.objects.filter(pk=user.pk).update(is_active=False)
    visitor.post("/account/login/code/", {"email": "who@example.com"})
    page = visitor.post(CONFIRM, {"code": code_just_sent()}, follow=True).content.decode()
    assert "Tilgangen din er stengt" in page
    assert not is_signed_in(visitor)


def test_an_upper_floor_may_know_whose_a_proved_contact_is(
    visitor: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, given = [], []

    def find(proved: registers.Proved) -> registers.Known | None:
        asked.append(proved)
        return registers.Known("Ola Nordmann")

    def give(user: User, proved: registers.Proved) -> None:
        given.append((user.email, user.name, proved))

    monkeypatch.setattr(registers, "_registers", [registers.Register(find=find, give=give)])
    visitor.post("/account/login/code/", {"email": "who@example.com"})
    assert asked == []
    visitor.post(CONFIRM, {"code": code_just_sent()})
    proved = registers.Proved(email="who@example.com")
    assert asked == [proved]
    assert given == [("who@example.com", "Ola Nordmann", proved)]
    assert is_signed_in(visitor)
    assert Message.objects.filter(channel=Channel.EMAIL).count() == 1
