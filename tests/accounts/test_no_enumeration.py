"""Nobody learns from the portal whether an address has an account."""

import re

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import ask_for_code

KNOWN, UNKNOWN = "kari@example.com", "nobody@example.com"
PHONES = {KNOWN: "912 34 567", UNKNOWN: "998 87 766"}


def answer(response: HttpResponse, email: str) -> tuple[int, str, str]:
    """Return status, target and page without what differs anyway: the token, and the address that was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", response.content.decode())
    # Pages write numbers with spaces that do not break; how long to wait depends on the second.
    text = text.replace("\u00a0", " ").replace(email, "ADDRESS").replace(PHONES[email], "NUMBER")
    text = re.sub(r'data-countdown="\d+"|om \d+ sekund', "", text)
    return response.status_code, response.headers.get("Location", ""), text


def walk(tenant: Tenant, email: str, steps: list[tuple[str, str, dict[str, str]]]) -> list[tuple[int, str, str]]:
    # Each from an address of their own: the limits per address are shared by all who try from there.
    client = factories.client_for(tenant=tenant, REMOTE_ADDR="10.0.0.1" if email == KNOWN else "10.0.0.2")
    fill = {"EMAIL": email, "PHONE": PHONES[email]}
    made = [
        client.generic("GET", path)
        if method == "GET"
        else client.post(path, {name: fill.get(value, value) for name, value in data.items()})
        for method, path, data in steps
    ]
    return [answer(response, email) for response in made]


CONFIRM = "/account/login/code/confirm/"
WALKS = {
    "code": [
        ("POST", "/account/login/code/", {"email": "EMAIL"}),
        ("GET", CONFIRM, {}),
        ("POST", CONFIRM, {"action": "resend"}),
        ("POST", CONFIRM, {"code": "not a code"}),
        *[("POST", CONFIRM, {"code": "000000"})] * 3,
        ("GET", CONFIRM, {}),
        ("GET", "/account/login/code/", {}),
        *[("POST", "/account/login/code/", {"email": "EMAIL"})] * 3,
    ],
    "password": [("POST", "/account/login/password/", {"login": "EMAIL", "password": "x"})] * 6,
    "reset": [("POST", "/account/password/reset/", {"login": "EMAIL"}), ("GET", "/account/password/reset/done/", {})],
    "sms": [
        ("POST", "/account/login/sms/", {"phone": "PHONE"}),
        ("GET", CONFIRM, {}),
        ("GET", "/account/login/code/trouble/", {}),
        ("POST", CONFIRM, {"code": "not a code"}),
        *[("POST", CONFIRM, {"code": "000000"})] * 3,
        *[("POST", "/account/login/sms/", {"phone": "PHONE"})] * 3,
    ],
    "password by phone": [("POST", "/account/login/password/", {"login": "PHONE", "password": "x"})] * 6,
    "reset by phone": [
        *[("POST", "/account/password/reset/", {"login": "PHONE"})] * 6,
        ("GET", "/account/password/reset/done/", {}),
    ],
}


@pytest.mark.parametrize("walk_name", WALKS)
def test_a_known_and_an_unknown_address_get_identical_answers(tenant: Tenant, kari: User, walk_name: str) -> None:
    steps = WALKS[walk_name]
    assert walk(tenant, KNOWN, steps) == walk(tenant, UNKNOWN, steps)


def test_asking_for_a_code_causes_one_message_of_the_same_kind_for_both(visitor: Client, kari: User) -> None:
    visitor.post("/account/login/code/", {"email": KNOWN})
    visitor.post("/account/login/code/", {"email": UNKNOWN})
    known, unknown = Message.objects.order_by("pk")
    assert (known.recipient, unknown.recipient) == (KNOWN, UNKNOWN)
    assert known.event == unknown.event == "accounts.sign_in_code"


@pytest.mark.parametrize("contacts", [(KNOWN, UNKNOWN), ("+4791234567", "+4799887766")])
def test_a_forgotten_password_causes_one_message_for_both_and_only_the_contact_itself_learns(
    visitor: Client, kari: User, contacts: tuple[str, str]
) -> None:
    for contact in contacts:
        visitor.post("/account/password/reset/", {"login": contact})
    known, unknown = Message.objects.order_by("pk")
    assert (known.recipient, unknown.recipient) == contacts
    assert (known.event, unknown.event) == ("accounts.password_reset", "accounts.unknown_address")
    assert not re.search(r"\d{6}|http", unknown.body)


def test_asking_again_causes_one_message_for_both(tenant: Tenant, kari: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.accounts.login_code.RESEND_AFTER", 0)
    for email in (KNOWN, UNKNOWN):
        client = factories.client_for(tenant=tenant)
        ask_for_code(client, email)
        client.post(CONFIRM, {"action": "resend"})
        assert Message.objects.filter(recipient=email).count() == 2


def test_a_disabled_user_is_like_an_unknown_one(tenant: Tenant, kari: User) -> None:
    User.objects.filter(pk=kari.pk).update(is_active=False)
    steps = WALKS["code"]
    assert walk(tenant, KNOWN, steps) == walk(tenant, UNKNOWN, steps)
    assert set(Message.objects.values_list("event", flat=True)) == {"accounts.sign_in_code"}


@pytest.mark.parametrize("login", [KNOWN, UNKNOWN, PHONES[KNOWN], PHONES[UNKNOWN]])
def test_an_unknown_address_costs_a_password_check_too(
    visitor: Client, kari: User, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    """Hashing takes longer than everything else: it must be done once for each try."""
    hasher, hashed = type(get_hasher()), []
    once = hasher.encode

    def encode(self: BasePasswordHasher, password: str, *args: object) -> str:
        hashed.append(password)
        return once(self, password, *args)

    monkeypatch.setattr(hasher, "encode", encode)
    visitor.post("/account/login/password/", {"login": login, "password": "wrong"})
    assert hashed == ["wrong"]


def test_there_is_no_sign_up(visitor: Client, kari: User) -> None:
    for path in ("/account/signup/", "/account/inactive/", "/account/password/set/"):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/account/access/", {"email": UNKNOWN}).status_code == 405
    assert User.objects.count() == 1


SENDING = [
    ("/account/login/code/", {"email": "EMAIL"}),
    ("/account/login/sms/", {"phone": "PHONE"}),
    ("/account/login/password/", {"login": "EMAIL", "password": "x"}),
]


@pytest.mark.parametrize(("path", "data"), SENDING)
def test_it_costs_the_database_as_much(tenant: Tenant, kari: User, path: str, data: dict[str, str]) -> None:
    """Time itself is no test; as many statements, and one hash of a password, take about as long."""
    counts = []
    for email in (UNKNOWN, KNOWN):
        client = factories.client_for(tenant=tenant)
        client.get("/account/login/")
        fill = {"EMAIL": email, "PHONE": PHONES[email]}
        with CaptureQueriesContext(connection) as captured:
            client.post(path, {name: fill.get(value, value) for name, value in data.items()})
        counts.append(len(captured))
    assert abs(counts[0] - counts[1]) <= 1
