"""Whoever is not let in leaves a line in the audit log: on the account they tried at, else under a hash."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts import actions
from portal.accounts.models import User
from portal.accounts.sign_in_log import hash_of
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code, newest_code, newest_message

NOBODY, NUMBER = "nobody@example.com", "998 87 766"
CONFIRM, PASSWORDS, RESET = "/account/login/code/confirm/", "/account/login/password/", "/account/password/reset/"


def refusals() -> list[tuple[str, str]]:
    found = Entry.objects.filter(verb="accounts.sign_in_refused").order_by("pk")
    return [(entry.data.get("method", ""), entry.data.get("why", "")) for entry in found]


def newest() -> Entry:
    return Entry.objects.filter(verb__in=["accounts.sign_in_refused", "accounts.pin_refused"]).latest("pk")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def at_home(tenant: Tenant, kari: User) -> Client:
    """Kari, signed in a while ago."""
    return factories.client_for(kari, tenant=tenant)


# Whose it is -----------------------------------------------------------------------------------------


def code_of_nobody(visitor: Client) -> None:
    ask_for_code(visitor, NOBODY)
    visitor.post(CONFIRM, {"code": wrong(newest_code(NOBODY))})


def proved_but_no_customer(visitor: Client) -> None:
    ask_for_code(visitor, NOBODY)
    visitor.post(CONFIRM, {"code": newest_code(NOBODY)})


def many_codes(visitor: Client) -> None:
    for _ in range(4):
        visitor.post("/account/login/code/", {"email": NOBODY})


def many_links(visitor: Client) -> None:
    for _ in range(6):
        visitor.post(RESET, {"login": NOBODY})


def password_of_nobody(visitor: Client) -> None:
    visitor.post(PASSWORDS, {"login": NOBODY, "password": "x"})


def locked_out(visitor: Client) -> None:
    for _ in range(6):
        visitor.post(PASSWORDS, {"login": NOBODY, "password": "x"})


@pytest.mark.parametrize(
    ("attempt", "entry"),
    [
        (code_of_nobody, ("code", "")),
        (proved_but_no_customer, ("code", "no customer")),
        (many_codes, ("code", "too many tries")),
        (many_links, ("reset", "too many tries")),
        (password_of_nobody, ("password", "")),
        (locked_out, ("password", "too many tries")),
    ],
)
def test_what_nobody_has_is_known_again_and_not_kept(
    visitor: Client, kari: User, attempt: Callable[[Client], None], entry: tuple[str, str]
) -> None:
    attempt(visitor)
    assert refusals()[-1] == entry
    line = newest()
    assert (line.object_id, line.data["contact"], line.data["ip"]) == (None, hash_of(NOBODY), "127.0.0.1")
    assert NOBODY not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_number_that_nobody_has_is_hashed_too(visitor: Client, tenant: Tenant) -> None:
    visitor.post(PASSWORDS, {"login": NUMBER, "password": "x"})
    assert newest().data["contact"] == hash_of("+4799887766")
    assert "99887766" not in str(newest().data)


def test_the_same_at_another_key_is_another_hash(settings: object) -> None:
    before = hash_of(NOBODY)
    assert before == hash_of(f" {NOBODY.upper()} ")
    settings.SECRET_KEY = "another-key-of-more-than-fifty-characters-for-this-test"  # type: ignore[attr-defined]
    assert hash_of(NOBODY) != before


# Codes -----------------------------------------------------------------------------------------------


def test_a_code_that_comes_late_or_twice(visitor: Client, tenant: Tenant, kari: User) -> None:
    ask_for_code(visitor)
    code = newest_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        visitor.post(CONFIRM, {"code": code})
        assert (refusals(), newest().object_id) == ([("code", "expired")], kari.pk)
        visitor.post(CONFIRM, {"code": code})
    assert refusals()[-1] == ("code", "used or unknown")


def test_looking_at_the_page_is_no_try(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        visitor.get(CONFIRM)
    visitor.get(CONFIRM)
    assert not refusals()


def test_too_many_tries_at_once(visitor: Client, kari: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for_code(visitor)
    monkeypatch.setattr("portal.accounts.sign_in.take_try", lambda _message: False)
    visitor.post(CONFIRM, {"code": newest_code()})
    assert (refusals(), newest().object_id) == ([("code", "too many tries")], kari.pk)


def test_a_place_that_asks_too_often(visitor: Client, kari: User) -> None:
    answers = [visitor.post(PASSWORDS, {"login": f"{n}@example.com", "password": "x"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert refusals()[-1] == ("", "too many tries")


def test_nobody_fills_the_log_for_ever(visitor: Client, tenant: Tenant) -> None:
    for _ in range(70):
        visitor.post(CONFIRM, {"code": "123456"})
    assert len(refusals()) == 60


# Links -----------------------------------------------------------------------------------------------


def test_links_that_are_over_or_unknown(visitor: Client, tenant: Tenant, kari: User) -> None:
    actions.open_access(user=kari, by=None)
    link = f"/account/start/{newest_message('+4791234567').body.partition('/account/start/')[2].split()[0]}"
    visitor.get(link, follow=True)
    assert not refusals()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        visitor.get(link, follow=True)
    assert (refusals(), newest().object_id) == ([("link", "expired or used")], kari.pk)
    visitor.get("/account/start/made-up/", follow=True)
    assert (refusals()[-1], newest().object_id) == (("link", "unknown"), None)


def test_a_link_for_a_new_password_that_is_over(visitor: Client, kari: User) -> None:
    visitor.post(RESET, {"login": kari.email})
    body = newest_message().body
    link = f"/account/password/reset/key/{body.partition('/account/password/reset/key/')[2].split()[0]}"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        visitor.get(link, follow=True)
    assert refusals() == [("reset", "expired or used")]


# Of who is signed in ---------------------------------------------------------------------------------


def test_a_wrong_proof(at_home: Client, kari: User) -> None:
    at_home.post("/account/prove/", {"password": "wrong"})
    at_home.post("/account/prove/?way=email", {"action": "send"})
    at_home.post("/account/prove/?way=email", {"code": wrong(newest_code())})
    at_home.post("/account/password/change/", {"oldpassword": "wrong", "password1": "tolv rare elger"})
    assert refusals() == [("password", ""), ("code", ""), ("password", "")]
    assert {entry.object_id for entry in Entry.objects.filter(verb="accounts.sign_in_refused")} == {kari.pk}
    for _ in range(11):
        at_home.post("/account/prove/", {"password": "wrong"})
    assert refusals()[-1] == ("password", "too many tries")


def test_a_wrong_pin_says_from_where(visitor: Client, kari: User) -> None:
    visitor.post(PASSWORDS, {"login": kari.email, "password": PASSWORD})
    visitor.post("/account/pin/", {"pin": "4827", "again": "4827"})
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        visitor.post("/account/unlock/", {"pin": "4828"})
        assert (newest().verb, newest().data["ip"]) == ("accounts.pin_refused", "127.0.0.1")
    page = visitor.post(PASSWORDS, {"login": kari.email, "password": PASSWORD})
    assert page.status_code in {200, 302}


def test_an_app_code_that_was_used(tenant: Tenant, visitor: Client) -> None:
    clerk = factories.staff(password=PASSWORD)
    visitor.post(PASSWORDS, {"login": clerk.email, "password": PASSWORD})
    visitor.post("/account/login/second/", {"code": "000000"})
    assert (refusals(), newest().object_id) == ([("second_factor", "")], clerk.pk)
    visitor.post("/account/login/second/", {"credential": "{}"})
    assert refusals()[-1][0] == "passkey"


def test_the_person_reads_it_in_their_history(visitor: Client, at_home: Client, kari: User) -> None:
    ask_for_code(visitor)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        visitor.post(CONFIRM, {"code": newest_code()})
    assert "Engangskode · For sent" in at_home.get("/account/history/").content.decode()
