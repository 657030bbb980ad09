"""Clients that sign in as people do, and what they read in their e-mail."""

import re

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories

PASSWORD = "elleve rare elger"


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


def ask_for_code(client: Client, email: str = "kari@example.com", query: str = "") -> None:
    response = client.post(f"/account/login/code/{query}", {"email": email})
    assert response.headers["Location"] == f"/account/login/code/confirm/{query}"


def is_signed_in(client: Client) -> bool:
    return client.get("/account/details/").status_code == 200
