"""A list asks the database as often for many rows as for few; what is no plain list has this test beside it."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.audit import actions as audit
from portal.customers.actions.invitations import Person, invite
from portal.customers.actions.requests import Asked, ask
from portal.customers.models import Authorization, Role
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.metering import factories as meters
from tests.orders import makers

Add = Callable[[makers.Site], object]
_counter = itertools.count()


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def costs(client: Client, path: str, add: Add, site: makers.Site) -> list[int]:
    """Return how many queries the page takes, and how many with two rows more."""
    add(site)
    client.get(path)  # the session's own first queries
    few = queries_of(client, path)
    add(site)
    add(site)
    return [few, queries_of(client, path)]


def add_unit(site: makers.Site) -> object:
    return makers.placement(makers.location(site.customer))


def add_to_basket(site: makers.Site) -> object:
    return makers.line(replace(site, unit=makers.placement(site.location)))


def add_customer(site: makers.Site) -> object:
    return factories.membership(site.person, factories.customer(), Role.READER)


def add_job(site: makers.Site) -> object:
    return makers.past_order(site, makers.FRIDAY)


def add_message(site: makers.Site) -> object:
    fields = {"event": "test", "channel": "sms", "recipient": "+4791234567", "language": "nb"}
    return Message.objects.create(key=f"{next(_counter)}", user=site.person, customer=site.customer, **fields)


def add_entry(site: makers.Site) -> object:
    return audit.record(verb="test.done", by=site.person, obj=site.customer, customer=site.customer)


def add_metering_point(site: makers.Site) -> object:
    return meters.holding(site.customer, meters.point(next(_counter)))


def add_member(site: makers.Site) -> object:
    return factories.membership(factories.user(), site.customer, Role.READER)


def add_authorization(site: makers.Site) -> object:
    fields = {"role": Role.READER, "valid_from": date(2026, 1, 1), "scope": ["metering:707057500000000008"]}
    return Authorization.objects.create(customer=site.customer, user=factories.user(), **fields)


def add_invitation(site: makers.Site) -> object:
    person = Person(email=f"person{next(_counter)}@example.com")
    return invite(customer=site.customer, role=Role.READER, person=person, by=site.person)


def add_request(_: makers.Site) -> object:
    asked = Asked(name="Ny", email=f"person{next(_counter)}@example.com", customer_number="1", language="nb")
    return ask(asked=asked, by=None)


CUSTOMERS: dict[str, tuple[Add, int]] = {
    "/orders/": (add_unit, 11),
    "/orders/basket/": (add_to_basket, 17),
    "/customers/choose/": (add_customer, 9),
    "/customers/people/": (add_member, 12),
    "/customers/authorizations/": (add_authorization, 12),
}
STAFFS: dict[str, tuple[Add, int]] = {
    "/admin/accounts/user/": (lambda _: factories.user(), 10),
    "/admin/audit/entry/": (add_entry, 10),
    "/admin/customers/accessrequest/": (add_request, 10),
    "/admin/customers/authorization/": (add_authorization, 10),
    "/admin/customers/customer/": (add_customer, 10),
    "/admin/customers/invitation/": (add_invitation, 10),
    "/admin/customers/membership/": (add_member, 10),
    "/admin/metering/meteringpoint/": (add_metering_point, 10),
    "/admin/notifications/message/": (add_message, 12),
    "/admin/orders/order/": (add_job, 12),
    "/admin/orders/orderline/": (add_job, 13),
    "/admin/orders/placement/": (add_unit, 12),
}


@pytest.mark.parametrize("path", CUSTOMERS)
def test_a_list_of_the_customers(tenant: Tenant, path: str) -> None:
    add, count = CUSTOMERS[path]
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert costs(client, path, add, site) == [count, count]


@pytest.mark.parametrize("path", STAFFS)
def test_a_list_of_the_staffs(tenant: Tenant, path: str) -> None:
    add, count = STAFFS[path]
    site = makers.site()
    client = factories.client_for(factories.staff(), tenant=tenant)
    assert costs(client, path, add, site) == [count, count]
