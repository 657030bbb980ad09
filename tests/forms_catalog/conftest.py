"""Somebody who sends forms for a customer."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.tenancy.models import Tenant
from tests import factories as core


@pytest.fixture
def who(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, User, Customer]:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer, Role.ORDERER)
    return client_for(user, tenant=tenant), user, customer
