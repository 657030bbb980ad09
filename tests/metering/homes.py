"""Customers with installations, and their browsers, that several modules of tests begin with; in an open scope."""

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client

from metering.models import MeteringPoint
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories

MONDAY = date(2026, 11, 9)
Pair = tuple[Client, list[MeteringPoint]]


def english_member() -> tuple[User, Customer]:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    return user, customer


def of_two(tenant: Tenant, client_for: Callable[..., Client]) -> Pair:
    """A customer with two installations, readings of 1 kWh an hour for the first and 2 kWh for the second."""
    user, customer = english_member()
    points = [factories.point(serial) for serial in (1, 2)]
    for wh, point in zip((1000, 2000), points, strict=True):
        factories.holding(customer, point, since=date(2025, 1, 1))
        for back in range(4):
            factories.readings(point, MONDAY + timedelta(days=back), wh)
    return client_for(user, tenant=tenant), points
