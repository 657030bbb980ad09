"""Clients that sign in as people do, and what they read in their e-mail."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Identity, OpenIdProvider, User
from portal.accounts.oidc.identity import hashes_of
from portal.customers.models import Customer, CustomerIdentity
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts import openid
from tests.accounts.openid import NUMBER, Provider

PASSWORD = "elleve rare elger"
SECRET = "secret-of-the-client-32-characters"


@pytest.fixture
def visitor(tenant: Tenant) -> Client:
    return factories.client_for(tenant=tenant)


@pytest.fixture
def kari(tenant: Tenant) -> User:
    """A user with a password and a customer."""
    user = factories.user(email="kari@example.com", name="Kari Nordmann", phone="+4791234567", password=PASSWORD)
    factories.membership(user, factories.customer(name="Nordmann AS"))
    return user


def newest_message(email: str = "kari@example.com") -> Message:
    return Message.objects.filter(recipient=email).newest_first()[0]


def newest_code(email: str = "kari@example.com") -> str:
    found = re.search(r"^\d{6}$", newest_message(email).body, re.MULTILINE)
    assert found
    return found[0]


def code_just_sent() -> str:
    """Return the code of the newest message, to whomever and however it went."""
    found = re.search(r"^(\d{6})\b", Message.objects.newest_first()[0].body, re.MULTILINE)
    assert found
    return found[1]


def ask_for_code(client: Client, email: str = "kari@example.com", query: str = "") -> None:
    response = client.post(f"/account/login/code/{query}", {"email": email})
    assert response.headers["Location"] == f"/account/login/code/confirm/{query}"


def is_signed_in(client: Client) -> bool:
    return client.get("/account/details/").status_code == 200


def configure(issuer: str, **fields: Any) -> OpenIdProvider:
    values = {"is_on": True, "issuer": issuer, "client_id": "skranke", "secret": SECRET}
    values |= {"authentication": OpenIdProvider.Authentication.BASIC}
    return OpenIdProvider.objects.create(**(values | fields))


@pytest.fixture
def provider(tenant: Tenant) -> Iterator[Provider]:
    with openid.running() as running:
        configure(running.issuer)
        yield running


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    """A private customer whose identity number the register has, as a hash."""
    made = factories.customer(kind=Customer.Kind.PRIVATE, name="Ola Nordmann", email="ola@example.com")
    CustomerIdentity.objects.create(customer=made, number_hash=hashes_of(NUMBER)[0])
    return made


@pytest.fixture
def linked(customer: Customer) -> User:
    """A user whose account is tied to the person."""
    user = factories.user(email="ola@example.com", name="Ola Nordmann")
    Identity.objects.create(user=user, number_hash=hashes_of(NUMBER)[0], linked_at=user.date_joined)
    return user
