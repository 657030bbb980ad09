"""Three tries are three, also when many come at once: then all read the session before any has written to it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import is_signed_in, newest_code

CONFIRM = "/account/login/code/confirm/"


def try_at_once(client: Client, post: Callable[[str], Any], right: str, wrong_ones: int) -> Any:
    """Post wrong codes and then the right one, each finding the session as it was before the first."""
    key = client.cookies["session"].value
    before = Session.objects.get(session_key=key).session_data
    wrong = [f"{(int(right) + number) % 1_000_000:06}" for number in range(1, wrong_ones + 1)]
    for code in [*wrong, right]:
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
