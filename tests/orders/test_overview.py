"""The order overview: a period or a search, pages, and no more queries for many orders than for one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.forms import month_before
from orders.models import OrderLine, Status
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import NOW

TODAY = NOW.date()
OVERVIEW = "/orders/overview/"


def numbers(answer: object) -> list[int]:
    return [line.order.number for line in answer.context["page"]]  # type: ignore[attr-defined]


def test_by_default_it_shows_a_month_back_and_a_week_ahead(tenant: Tenant) -> None:
    site = makers.site()
    offsets = {"too old": -32, "oldest": -31, "newest": 7, "too new": 8}
    made = {name: makers.past_order(site, TODAY + timedelta(days=days)) for name, days in offsets.items()}
    answer = factories.client_for(site.person, tenant=tenant).get(OVERVIEW)
    assert numbers(answer) == [made[name].order.number for name in ("newest", "oldest")]


def test_jobs_later_than_the_period_are_counted_and_led_to(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site, wanted_on=TODAY + timedelta(days=12))
    makers.past_order(site, TODAY + timedelta(days=20), status=Status.CANCELLED)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(OVERVIEW, {"group": "status", "page": "1"})
    assert numbers(page) == []
    assert page.context["later"]["count"] == 1
    assert f"?{page.context['later']['query'].replace('&', '&amp;')}" in page.content.decode()
    wider = client.get(f"{OVERVIEW}?{page.context['later']['query']}")
    assert (numbers(wider), wider.context["later"]) == ([order.number], None)
    assert wider.context["grouping"] == "status"
    assert client.get(OVERVIEW, {"q": "none such"}).context["later"] is None


@pytest.mark.parametrize(
    ("day", "before"),
    [("2026-11-12", "2026-10-12"), ("2026-03-31", "2026-02-28"), ("2026-01-31", "2025-12-31")],
)
def test_a_month_back_is_a_day_of_the_month_before(day: str, before: str) -> None:
    assert month_before(date.fromisoformat(day)) == date.fromisoformat(before)


@pytest.mark.parametrize("written", ["1.6.2026", "01.06.26", "2026-06-01"])
def test_a_period_can_be_chosen_as_people_write_it(tenant: Tenant, written: str) -> None:
    site = makers.site()
    summer = makers.past_order(site, date(2026, 6, 1))
    makers.past_order(site, TODAY)
    answer = factories.client_for(site.person, tenant=tenant).get(OVERVIEW, {"first": written, "last": "30.6.2026"})
    assert numbers(answer) == [summer.order.number]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"first": "tomorrow"}, "Skriv en dato"),
        ({"first": "31.2.2026"}, "Skriv en dato"),
        ({"first": "12.11.2026", "last": "1.11.2026"}, "Til dato er før fra dato."),
        ({"q": "x" * 61}, "Skriv høyst 60 tegn. Dette er 61."),
        ({"group": "address"}, "Velg en av mulighetene. «address» er ikke en av dem."),
    ],
)
def test_a_period_that_makes_no_sense_is_explained(tenant: Tenant, query: dict[str, str], words: str) -> None:
    site = makers.site()
    job = makers.past_order(site, TODAY)
    answer = factories.client_for(site.person, tenant=tenant).get(OVERVIEW, query)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert numbers(answer) == [job.order.number]


@pytest.mark.parametrize("query", ["number", "number with spaces", "4417", "4417 eid", "EIDNES", "skole"])
def test_a_search_finds_by_number_or_a_part_of_a_reference_in_all_dates(tenant: Tenant, query: str) -> None:
    site = makers.site()
    wanted = makers.past_order(site, date(2024, 1, 8), invoice_reference="4417 Eidnes skole")
    makers.past_order(site, TODAY, invoice_reference="PO 4471")
    written = {"number": str(wanted.order.number), "number with spaces": wanted.order.number_text}.get(query, query)
    answer = factories.client_for(site.person, tenant=tenant).get(OVERVIEW, {"q": written})
    assert numbers(answer) == [wanted.order.number]


@pytest.mark.parametrize("query", ["9" * 19, "²", "%", "_", "'", "\u0663"])
def test_odd_searches_find_nothing(tenant: Tenant, query: str) -> None:
    site = makers.site()
    makers.past_order(site, TODAY, invoice_reference="4417")
    answer = factories.client_for(site.person, tenant=tenant).get(OVERVIEW, {"q": query})
    assert (answer.status_code, numbers(answer)) == (200, [])


def test_what_became_of_a_job_is_shown_with_its_reason(tenant: Tenant) -> None:
    site = makers.site()
    makers.past_order(site, TODAY, status=Status.ATTEMPTED, status_reason="Porten var låst.")
    page = factories.client_for(site.person, tenant=tenant).get(OVERVIEW).content.decode()
    assert "Ikke utført" in page
    assert "Porten var låst." in page


def test_an_order_can_be_cancelled_by_phone_until_its_deadline_and_says_so(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    late = makers.past_order(site, TODAY, status=Status.SCHEDULED)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "Kan endres eller avbestilles til i dag kl.\xa014.00." in page
    page = client.get(reverse("orders:order", args=[late.order.number])).content.decode()
    assert "Kan ikke lenger endres eller avbestilles." in page


def test_a_new_customer_is_shown_how_to_order(tenant: Tenant) -> None:
    site = makers.site()
    page = factories.client_for(site.person, tenant=tenant).get(OVERVIEW).content.decode()
    assert "Ingen ordrer ennå" in page
    assert f'href="{reverse("orders:locations")}"' in page


def test_many_jobs_come_in_pages(tenant: Tenant) -> None:
    site = makers.site()
    for _ in range(27):
        makers.past_order(site, TODAY)
    client = factories.client_for(site.person, tenant=tenant)
    first, second = (client.get(OVERVIEW, {"page": page}) for page in (1, 2))
    assert (len(numbers(first)), len(numbers(second))) == (25, 2)
    assert "Viser 26–27 av 27" in second.content.decode()
    assert client.get(OVERVIEW, {"page": "9999"}).context["page"].number == 2


def test_three_orders_take_as_many_queries_as_one(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            makers.past_order(site, TODAY)
        client.get(OVERVIEW)
        with CaptureQueriesContext(connection) as queries:
            client.get(OVERVIEW)
        counts.append(len(queries))
    assert OrderLine.objects.count() == 3
    assert counts == [12, 12]
