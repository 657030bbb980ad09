"""Two tenants with the same kinds of rows, and staff of the first."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from portal.accounts.models import StaffRole, User
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


@dataclass(frozen=True)
class Rows:
    """One row of each registered kind."""

    user: User
    customer: Customer
    membership: Membership
    authorization: Authorization


def rows(name: str) -> Rows:
    user = factories.user(name=f"{name} Person", email=f"{name.lower()}@example.com")
    customer = factories.customer(name=f"{name} AS", number=f"{name}-1")
    membership = factories.membership(user, customer)
    authorization = Authorization.objects.create(
        user=user, customer=customer, role=Role.READER, valid_from="2026-01-01"
    )
    return Rows(user, customer, membership, authorization)


@pytest.fixture
def ours(tenant: Tenant) -> Rows:
    return rows("Ours")


@pytest.fixture
def theirs(other_tenant: Tenant) -> Rows:
    with tenant_scope(other_tenant):
        return rows("Theirs")


@pytest.fixture
def administrator(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(factories.staff(name="Admin Istrator"), tenant=tenant)


@pytest.fixture
def agent(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(factories.staff(StaffRole.AGENT, name="Agent Person"), tenant=tenant)
