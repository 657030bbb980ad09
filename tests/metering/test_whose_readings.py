"""Oversikt shows what the customer holds or has held, and nobody else's."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories
from tests.metering.homes import MONDAY, english_member
from tests.metering.pages import page, url

pytestmark = pytest.mark.usefixtures("friday_noon")


def test_only_the_time_the_customer_held_the_point_is_shown(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    (before, seller), (after, buyer) = english_member(), english_member()
    point = factories.point()
    factories.holding(seller, point, until=date(2026, 11, 4))
    factories.holding(buyer, point, since=date(2026, 11, 5))
    for number in range(1, 10):
        factories.readings(point, date(2026, 11, number), 1000 * number)
    seen = [
        [row[0] for row in page(client_for(user, tenant=tenant), url(point, "month")).rows if row[-1] != "missing"]
        for user in (before, after)
    ]
    assert [len(days) for days in seen] == [4, 6]
    moved_out = page(client_for(before, tenant=tenant), url(point, "day", date(2026, 11, 8)))
    assert moved_out.total[1] == "96.00"


def test_another_customers_point_and_another_companys_are_not_found(
    tenant: Tenant, other_tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    (member, customer), (_, neighbour) = core.member(), core.member()
    own, theirs = factories.point(0), factories.point(1)
    factories.holding(customer, own)
    factories.holding(neighbour, theirs)
    with tenant_scope(other_tenant):
        elsewhere = factories.point(2)
    free = factories.point(3)
    client = client_for(member, tenant=tenant)
    for point in (theirs, elsewhere, free):
        assert client.get(f"/grid/{point.pk}/").status_code == 404
    assert client.get(f"/grid/{own.pk}/").status_code == 200


def test_a_point_that_is_held_from_tomorrow_is_not_shown_yet(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    user, customer = core.member()
    point = factories.point()
    factories.holding(customer, point, since=date(2026, 11, 14))
    client = client_for(user, tenant=tenant)
    assert client.get(f"/grid/{point.pk}/").status_code == 404
    assert "metering/no_installations.html" in [template.name for template in client.get("/grid/").templates]


def test_without_installations_the_page_says_what_it_is_for(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    user, _ = core.member(Role.READER)
    response = client_for(user, tenant=tenant).get("/grid/")
    assert (response.status_code, "metering/no_installations.html" in [t.name for t in response.templates]) == (
        200,
        True,
    )


def test_the_first_installation_held_now_is_shown_by_default(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    user, customer = core.member()
    left, present = factories.point(0, address="Aveien 1"), factories.point(1, address="Bveien 2")
    factories.holding(customer, left, until=date(2025, 5, 1))
    factories.holding(customer, present)
    html = client_for(user, tenant=tenant).get("/grid/").content.decode()
    assert html.index("Bveien 2") < html.index("Aveien 1")


@pytest.mark.parametrize("view", ["day", "month"])
def test_more_installations_do_not_cost_more_queries(
    tenant: Tenant, client_for: Callable[..., Client], view: str
) -> None:
    user, customer = core.member()
    client = client_for(user, tenant=tenant)
    counts = []
    for serial in range(3):
        point = factories.point(serial)
        factories.holding(customer, point)
        factories.readings(point, MONDAY, 1000)
        client.get(url(point, view))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, url(point, view))
        counts.append(len([query for query in queries if 'FROM "metering_' in query["sql"]]))
    # Of several installations one query more: which one comes first.
    assert counts[2] == counts[1] == counts[0] + 1
    assert counts[0] <= (8 if view == "day" else 6)


def test_strangers_are_sent_to_sign_in(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    assert client_for(tenant=tenant).get("/grid/").status_code == 302
