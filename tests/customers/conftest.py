"""A person who acts for several customers; what people find in their messages; proof that is fresh."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Role
from portal.customers.queries import today
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.factories import prove

CHOOSE = "/customers/choose/"
LINK = re.compile(r"/customers/invitation/[\w-]+/")


@pytest.fixture
def person(tenant: Tenant) -> User:
    return factories.user(name="Siri Nordheim")


@pytest.fixture
def client(tenant: Tenant, person: User) -> Client:
    return factories.client_for(person, tenant=tenant)


@pytest.fixture
def visitor(tenant: Tenant) -> Client:
    return factories.client_for(tenant=tenant)


@pytest.fixture
def firms(person: User) -> list[Customer]:
    """Two customers of the person's, beside one that is somebody else's."""
    factories.member()
    mine = [factories.customer(name="Alfa AS", number="100"), factories.customer(name="Beta AS", number="200")]
    for customer in mine:
        factories.membership(person, customer, Role.READER)
    return mine


def authorize(person: User, customer: Customer, *, first: int = 0, last: int | None = None) -> Authorization:
    """Give an authorization from and to so many days from today."""
    day: date = today()
    return Authorization.objects.create(
        user=person,
        customer=customer,
        role=Role.ORDERER,
        valid_from=day + timedelta(days=first),
        valid_to=None if last is None else day + timedelta(days=last),
    )


def choose(client: Client, customer: Customer, **data: str) -> int:
    return client.post(CHOOSE, {"customer": customer.number, **data}).status_code


def fresh_client(user: User, tenant: Tenant) -> Client:
    return prove(factories.client_for(user, tenant=tenant), user)


def newest_message(recipient: str) -> Message:
    return Message.objects.filter(recipient=recipient).newest_first()[0]


def link_to(recipient: str) -> str:
    """Return the path of the newest invitation somebody got."""
    found = LINK.search(newest_message(recipient).body)
    assert found
    return found[0]


def code_to(recipient: str) -> str:
    found = re.search(r"^\d{6}$", newest_message(recipient).body, re.MULTILINE)
    assert found
    return found[0]


def summary(answer: Any) -> str:
    """Return the page's text without its tags and forms' secrets."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'"X-CSRFToken": "\w+"', "", text)
