"""A customer with a waste producer and an orderer, at a tenant with a catalogue."""

from dataclasses import dataclass

import pytest
from django.test import Client

from callouts.models import CallOff
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.callouts import makers


@dataclass
class Desk:
    """Where somebody makes call-offs from."""

    tenant: Tenant
    customer: Customer
    user: User
    client: Client


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    makers.load_catalogue()
    user, customer = factories.member(Role.ORDERER, name="Nordvåg Industri AS")
    user.name, user.phone = "Siri Nordheim", "+4791234511"
    user.save()
    makers.producer(customer)
    return Desk(tenant, customer, user, factories.client_for(user, tenant=tenant))


@pytest.fixture
def sent(desk: Desk) -> CallOff:
    return makers.submitted(desk.customer, desk.user)


@pytest.fixture
def staff(desk: Desk) -> Client:
    return factories.client_for(factories.staff(), tenant=desk.tenant)


@pytest.fixture
def helper(desk: Desk) -> Desk:
    """A member of staff who acts for the customer."""
    person = factories.staff(name="Kari Støle", phone="+4791234599")
    client = factories.client_for(person, tenant=desk.tenant)
    factories.act_for(client, desk.customer)
    return Desk(desk.tenant, desk.customer, person, client)
