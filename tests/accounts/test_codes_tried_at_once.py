"""Three tries are three, also when many come at once: then all read the session before any has written to it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.accounts.models import SmsDay, User
from portal.customers.models import Customer
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import is_signed_in, newest_code

CONFIRM = "/account/login/code/confirm/"


def try_at_once(client: Client, post: Callable[[str], Any], right: str, wrong_ones: int) -> Any:
    """Post wrong codes and then the right one, each finding the session as it was before the first."""
    wrong = [f"{(int(right) + number) % 1_000_000:06}" for number in range(1, wrong_ones + 1)]
    return post_at_once(client, post, [*wrong, right])


def post_at_once(client: Client, post: Callable[[str], Any], values: list[str]) -> Any:
    key = client.cookies["session"].value
    before = Session.objects.get(session_key=key).session_data
    for code in values:
        Session.objects.update_or_create(
            session_key=key, defaults={"session_data": before, "expire_date": "2999-01-01T00:00Z"}
        )
        client.cookies["session"] = key
        answer = post(code)
    return answer


@pytest.mark.parametrize(("wrong_ones", "gets_in"), [(2, True), (3, False), (30, False)])
def test_signing_in(visitor: Client, kari: User, wrong_ones: int, gets_in: bool) -> None:
    visitor.post("/account/login/code/", {"email": kari.email})
    try_at_once(visitor, lambda code: visitor.post(CONFIRM, {"code": code}), newest_code(), wrong_ones)
    assert is_signed_in(visitor) == gets_in


def test_another_code_has_tries_of_its_own(visitor: Client, kari: User) -> None:
    visitor.post("/account/login/code/", {"email": kari.email})
    try_at_once(visitor, lambda code: visitor.post(CONFIRM, {"code": code}), newest_code(), 3)
    visitor.post("/account/login/code/", {"email": kari.email})
    visitor.post(CONFIRM, {"code": newest_code()})
    assert is_signed_in(visitor)


@pytest.mark.parametrize(("wrong_ones", "is_proved"), [(2, True), (3, False)])
def test_a_fresh_proof(tenant: Tenant, kari: User, wrong_ones: int, is_proved: bool) -> None:
    client = factories.client_for(kari, tenant=tenant)
    page = "/account/prove/?way=email&next=/account/email/"
    client.post(page, {"action": "send"})
    found = re.search(r"\b(\d{6})\b", Message.objects.newest_first()[0].body)
    assert found
    try_at_once(client, lambda code: client.post(page, {"code": code}), found[1], wrong_ones)
    assert (client.get("/account/email/").status_code == 200) == is_proved


def later() -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=31))


@pytest.mark.parametrize("by_sms", [False, True])
def test_asking_for_another_code_many_times_at_once(visitor: Client, kari: User, by_sms: bool) -> None:
    way, contact = ("sms", {"phone": kari.phone}) if by_sms else ("code", {"email": kari.email})
    visitor.post(f"/account/login/{way}/", contact)
    with later():
        post_at_once(visitor, lambda action: visitor.post(CONFIRM, {"action": action}), ["resend"] * 8)
    # Three a minute to one address or number, the first among them.
    assert Message.objects.filter(recipient=kari.phone if by_sms else kari.email).count() == 3
    assert sum(day.sent for day in SmsDay.objects.all()) == (3 if by_sms else 0)


def test_asking_for_another_code_at_the_first_steps_many_times_at_once(visitor: Client, tenant: Tenant) -> None:
    number, email, page = "+4799887766", "ny@example.com", "/account/login/first/"
    factories.customer(kind=Customer.Kind.PRIVATE, name="Ola Nordmann", phone=number)
    visitor.post("/account/login/sms/", {"phone": number})
    found = re.search(r"\b(\d{6})\b", Message.objects.get(recipient=number).body)
    assert found
    assert visitor.post(CONFIRM, {"code": found[1]}).headers["Location"] == page
    visitor.post(page, {"name": "Ola", "email": email})
    with later():
        post_at_once(visitor, lambda action: visitor.post(page, {"action": action}), ["resend"] * 8)
    assert Message.objects.filter(recipient=email).count() == 3
