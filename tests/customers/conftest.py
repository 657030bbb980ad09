"""A person who acts for several customers."""

from datetime import date, timedelta

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Role
from portal.customers.queries import today
from portal.tenancy.models import Tenant
from tests import factories

CHOOSE = "/customers/choose/"


@pytest.fixture
def person(tenant: Tenant) -> User:
    return factories.user(name="Siri Nordheim")


@pytest.fixture
def client(tenant: Tenant, person: User) -> Client:
    return factories.client_for(person, tenant=tenant)


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
