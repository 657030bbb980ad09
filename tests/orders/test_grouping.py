"""The overview grouped and sorted; what stands over a group, and how many are in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.jobs import JobType
from orders.models import Status
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import NOW

TODAY = NOW.date()
OVERVIEW = "/orders/overview/"


def shown(answer: Any) -> list[tuple[str, int, list[int]]]:
    """Return heading, count of all pages, and the numbers of the orders under it."""
    return [
        (group.heading, group.count, [row.job.order.number for row in group.rows]) for group in answer.context["groups"]
    ]


def jobs(site: makers.Site, *fields: dict[str, Any]) -> list[int]:
    return [
        makers.past_order(site, TODAY - timedelta(days=days), **each).order.number for days, each in enumerate(fields)
    ]


def get(site: makers.Site, tenant: Tenant, **query: str) -> Any:
    return factories.client_for(site.person, tenant=tenant).get(OVERVIEW, query)


def test_by_address(tenant: Tenant) -> None:
    site = makers.site()
    a, b, c = jobs(site, {"address": "Åsveien 1"}, {"address": "Byveien 2"}, {"address": "Åsveien 1"})
    assert shown(get(site, tenant, group="location")) == [("Byveien 2", 1, [b]), ("Åsveien 1", 2, [a, c])]


def test_by_status_in_the_order_of_the_work(tenant: Tenant) -> None:
    site = makers.site()
    jobs(site, {"status": Status.DONE}, {"status": Status.RECEIVED}, {"status": Status.CANCELLED})
    assert [heading for heading, *_ in shown(get(site, tenant, group="status"))] == ["Mottatt", "Utført", "Avbestilt"]


def test_by_service_both_kinds_of_emptying_are_one(tenant: Tenant) -> None:
    site = makers.site()
    a, b, c = jobs(
        site,
        {"job_type": JobType.EXCHANGE},
        {"job_type": JobType.FINAL_PICKUP},
        {"job_type": JobType.DUMP_AND_RETURN},
    )
    assert shown(get(site, tenant, group="service")) == [("Tøm", 2, [a, c]), ("Hent", 1, [b])]


def test_by_reference_capitals_alike_and_those_without_last(tenant: Tenant) -> None:
    site = makers.site()
    a, b, c = jobs(site, {"invoice_reference": ""}, {"invoice_reference": "PO 7"}, {"invoice_reference": "po 7"})
    assert shown(get(site, tenant, group="reference")) == [("PO 7", 2, [b, c]), ("Uten ordrereferanse", 1, [a])]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("newest", [0, 1, 2]), ("oldest", [2, 1, 0]), ("ordered", [2, 1, 0]), ("number", [0, 1, 2]), ("", [0, 1, 2])],
)
def test_sorting(tenant: Tenant, sort: str, order: list[int]) -> None:
    site = makers.site()
    made = jobs(site, {}, {}, {})
    assert shown(get(site, tenant, sort=sort))[0][2] == [made[index] for index in order]


@pytest.mark.parametrize("query", [{"group": "colour"}, {"sort": "random"}])
def test_a_grouping_that_does_not_exist_is_explained(tenant: Tenant, query: dict[str, str]) -> None:
    site = makers.site()
    jobs(site, {})
    answer = get(site, tenant, **query)
    assert answer.status_code == 422
    assert len(shown(answer)) == 1


def test_a_group_that_goes_over_pages_tells_how_many_there_are(tenant: Tenant) -> None:
    site = makers.site()
    for _ in range(27):
        makers.past_order(site, TODAY, address="Byveien 2")
    first, second = (get(site, tenant, group="location", page=page) for page in ("1", "2"))
    assert [(group[1], len(group[2])) for group in shown(first) + shown(second)] == [(27, 25), (27, 2)]
    assert "25 av 27" in " ".join(first.content.decode().split())


def test_the_filters_are_kept_from_page_to_page_and_in_the_export(tenant: Tenant) -> None:
    site = makers.site()
    for _ in range(27):
        makers.past_order(site, TODAY)
    page = get(site, tenant, group="status", sort="oldest").content.decode()
    assert "group=status&amp;sort=oldest&amp;page=2" in page
    assert "/orders/overview/export.xlsx?group=status&amp;sort=oldest" in page


def test_grouping_takes_one_query_more_however_many_there_are(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    counts = []
    for more in (1, 2):
        jobs(site, *[{"address": f"Byveien {number}"} for number in range(more)])
        client.get(OVERVIEW, {"group": "location"})
        with CaptureQueriesContext(connection) as queries:
            client.get(OVERVIEW, {"group": "location"})
        counts.append(len(queries))
    assert counts == [13, 13]
