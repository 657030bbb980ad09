"""Wherever a code is typed the answer is the same: how many tries are left, and letters are none."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.customers import actions
from portal.customers.actions.invitations import Person
from portal.customers.models import Customer, Role
from portal.notifications.models import Channel
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import newest_message
from tests.customers.conftest import link_to

NEW, NUMBER = "ny@example.com", "+4799887766"
# Where the code is typed, and where it went.
Page = tuple[Client, str, str]


def code_to(recipient: str) -> str:
    found = re.search(r"\b\d{6}\b", newest_message(recipient).body)
    assert found
    return found[0]


def signing_in(tenant: Tenant, kari: User) -> Page:
    client = factories.client_for(tenant=tenant)
    client.post("/account/login/code/", {"email": kari.email})
    return client, "/account/login/code/confirm/", kari.email


def a_new_address(tenant: Tenant, kari: User) -> Page:
    client = factories.prove(factories.client_for(kari, tenant=tenant), kari)
    client.post("/account/email/", {"email": NEW})
    return client, "/account/email/", NEW


def a_fresh_proof(tenant: Tenant, kari: User) -> Page:
    client, page = factories.client_for(kari, tenant=tenant), "/account/prove/?way=email"
    client.post(page, {"action": "send"})
    return client, page, kari.email


def the_first_steps(tenant: Tenant, _kari: User) -> Page:
    factories.customer(kind=Customer.Kind.PRIVATE, name="Ola Nordmann", phone=NUMBER)
    client, page = factories.client_for(tenant=tenant), "/account/login/first/"
    client.post("/account/login/sms/", {"phone": NUMBER})
    client.post("/account/login/code/confirm/", {"code": code_to(NUMBER)})
    client.post(page, {"name": "Ola", "email": NEW})
    return client, page, NEW


def an_invitation(tenant: Tenant, kari: User) -> Page:
    person = Person(email="", phone=NUMBER, channel=Channel.SMS)
    actions.invite(customer=Customer.objects.get(), role=Role.READER, person=person, by=kari)
    client, page = factories.client_for(tenant=tenant), link_to(NUMBER)
    client.post(page, {"name": "Ny", "email": NEW})
    return client, f"{page}code/", NEW


@pytest.mark.parametrize("begin", [signing_in, a_new_address, a_fresh_proof, the_first_steps, an_invitation])
def test_letters_are_no_try_and_each_try_is_told(
    tenant: Tenant, kari: User, begin: Callable[[Tenant, User], Page]
) -> None:
    client, page, email = begin(tenant, kari)
    wrong = f"{(int(code_to(email)) + 1) % 1_000_000:06}"
    for typed, status, said in [
        ("", 422, "Skriv koden."),
        *[("abcdef", 422, "Koden har seks siffer.")] * 3,
        ("12345", 422, "Koden har seks siffer."),
        (wrong, 422, "Du har 2 forsøk igjen."),
        (wrong, 422, "Du har ett forsøk igjen."),
        (wrong, 200, "Koden var feil tre ganger og virker ikke lenger."),
    ]:
        answer = client.post(page, {"code": typed}, follow=True)
        assert (answer.status_code, said in answer.content.decode()) == (status, True), typed
