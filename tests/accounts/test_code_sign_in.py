"""Signing in with a code sent by e-mail."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import ask_for_code, is_signed_in, newest_code, newest_message

CONFIRM = "/account/login/code/confirm/"


def later(seconds: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_from_the_e_mail_signs_in(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    response = visitor.post(CONFIRM, {"code": newest_code()})
    assert response.headers["Location"] == "/"
    assert is_signed_in(visitor)


@pytest.mark.parametrize("written", ["{0}{1}", " {0} {1} ", "{0}-{1}"])
def test_the_code_may_be_written_in_groups(visitor: Client, kari: User, written: str) -> None:
    ask_for_code(visitor)
    code = newest_code()
    visitor.post(CONFIRM, {"code": written.format(code[:3], code[3:])})
    assert is_signed_in(visitor)


def test_the_address_may_be_written_in_capitals(visitor: Client, kari: User) -> None:
    ask_for_code(visitor, " KARI@Example.com ")
    visitor.post(CONFIRM, {"code": newest_code()})
    assert is_signed_in(visitor)


def test_the_message_is_wiped_once_sent_and_dies_with_the_code(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    message = newest_message()
    assert message.event == "accounts.sign_in_code"
    assert message.is_sensitive
    assert message.expires_at
    assert message.expires_at - message.created_at <= timedelta(seconds=301)


def test_a_wrong_code_is_refused_with_422_and_the_right_one_still_works(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    response = visitor.post(CONFIRM, {"code": wrong(newest_code())})
    assert response.status_code == 422
    assert not is_signed_in(visitor)
    visitor.post(CONFIRM, {"code": newest_code()})
    assert is_signed_in(visitor)


def test_three_wrong_codes_end_it(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    code = newest_code()
    answers = [visitor.post(CONFIRM, {"code": wrong(code)}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    # Another code can be had at once, so nobody is told to wait.
    page = visitor.get(answers[-1].headers["Location"])
    told = [str(message) for message in page.context["messages"]]
    assert told == ["Koden var feil tre ganger og virker ikke lenger. Be om en ny."]
    assert page.context["form"]["email"].value() == kari.email
    visitor.post(CONFIRM, {"code": code})
    assert not is_signed_in(visitor)


def test_what_cannot_be_a_code_is_told_as_that_and_is_no_try(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    code = newest_code()
    for written in ("12", "12345x", "1234567", "", "١٢٣٤٥٦", "12"):
        answer = visitor.post(CONFIRM, {"code": written})
        assert answer.status_code == 422
        if written:
            assert answer.context["form"].errors["code"] == ["Koden har seks siffer."]
    assert "Du har 2 forsøk igjen" in visitor.post(CONFIRM, {"code": wrong(code)}).content.decode()
    assert "Du har ett forsøk igjen" in visitor.post(CONFIRM, {"code": wrong(code)}).content.decode()
    visitor.post(CONFIRM, {"code": code})
    assert is_signed_in(visitor)


def test_the_code_works_once(visitor: Client, tenant: Tenant, kari: User) -> None:
    ask_for_code(visitor)
    code = newest_code()
    visitor.post(CONFIRM, {"code": code})
    visitor.post("/account/logout/")
    visitor.post(CONFIRM, {"code": code})
    assert not is_signed_in(visitor)


def test_the_code_works_only_in_the_browser_that_asked(visitor: Client, tenant: Tenant, kari: User) -> None:
    ask_for_code(visitor)
    elsewhere = factories.client_for(tenant=tenant)
    elsewhere.post(CONFIRM, {"code": newest_code()})
    assert not is_signed_in(elsewhere)


def test_the_code_expires_after_five_minutes_and_the_person_is_told(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    with later(301):
        response = visitor.post(CONFIRM, {"code": newest_code()}, follow=True)
        assert response.redirect_chain == [("/account/login/code/", 302)]
        assert [str(message) for message in response.context["messages"]]
        assert not is_signed_in(visitor)


def test_a_new_code_must_wait_half_a_minute(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    visitor.post(CONFIRM, {"action": "resend"})
    assert Message.objects.count() == 1
    with later(31):
        visitor.post(CONFIRM, {"action": "resend"})
        assert Message.objects.count() == 2
        visitor.post(CONFIRM, {"code": newest_code()})
        assert is_signed_in(visitor)


def test_a_new_code_makes_the_old_one_useless(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    old = newest_code()
    with later(31):
        visitor.post(CONFIRM, {"action": "resend"})
        if newest_code() != old:
            assert visitor.post(CONFIRM, {"code": old}).status_code == 422


def test_a_new_code_is_sent_three_times_at_most(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    for number in range(1, 6):
        with later(31 * number):
            visitor.post(CONFIRM, {"action": "resend"})
    assert Message.objects.count() == 4


def test_many_codes_to_one_address_are_refused(visitor: Client, kari: User) -> None:
    answers = [visitor.post("/account/login/code/", {"email": kari.email}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 422]
    assert Message.objects.count() == 3


def test_the_session_id_is_new_after_sign_in(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    before = visitor.cookies["session"].value
    visitor.post(CONFIRM, {"code": newest_code()})
    assert visitor.cookies["session"].value != before


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/customers/choose/", "/customers/choose/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("http://other.localhost/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_leads_on_only_to_our_own_pages(visitor: Client, kari: User, wanted: str, reached: str) -> None:
    ask_for_code(visitor)
    response = visitor.post(CONFIRM, {"code": newest_code(), "next": wanted})
    assert response.headers["Location"] == reached


def test_whoever_waits_for_a_code_may_choose_another_way(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    assert visitor.get("/account/login/").status_code == 200
    assert visitor.get("/account/login/code/").status_code == 200
    assert visitor.get("/account/login/password/").status_code == 200


def test_sign_ins_and_refusals_are_logged_with_where_they_came_from(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    visitor.post(CONFIRM, {"code": wrong(newest_code())})
    visitor.post(CONFIRM, {"code": newest_code()})
    visitor.post("/account/logout/")
    entries = Entry.objects.filter(object_id=kari.pk, verb__startswith="accounts.sign").order_by("pk")
    assert [(entry.verb, entry.data.get("method"), entry.data["ip"]) for entry in entries] == [
        ("accounts.sign_in_refused", "code", "127.0.0.1"),
        ("accounts.signed_in", "code", "127.0.0.1"),
        ("accounts.signed_out", None, "127.0.0.1"),
    ]
