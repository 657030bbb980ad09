"""The list of addresses, and the units at one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Status
from orders.rules.search import folded
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers

LOCATIONS = "/orders/"


def shown(answer: object) -> list[str]:
    return [location.address for location in answer.context["page"]]  # type: ignore[attr-defined]


def test_a_short_list_has_no_search(tenant: Tenant) -> None:
    site = makers.site()
    makers.location(site.customer)
    page = factories.client_for(site.person, tenant=tenant).get(LOCATIONS).content.decode()
    assert "1 enhet<" in page
    assert 'type="search"' not in page


def test_a_long_list_can_be_searched_by_parts_of_address_place_and_name(tenant: Tenant) -> None:
    person, customer = factories.member(Role.OWNER)
    for number in range(8):
        makers.location(customer, address=f"Storgata {number}")
    makers.location(customer, address="Åsveien 90", name="Høydebasseng", city="Øvre Strand")
    client = factories.client_for(person, tenant=tenant)
    assert 'type="search"' in client.get(LOCATIONS).content.decode()
    texts = ("åsv", "øvre basseng", "3970 storgata 7", "åsv storgata")
    found = [shown(client.get(LOCATIONS, {"q": text})) for text in texts]
    assert found == [["Åsveien 90"], ["Åsveien 90"], ["Storgata 7"], []]


@pytest.mark.parametrize(
    "text", ["bjorkelia", "BJØRKELIA 3", "bjoerkelia", "hakon", "haakon", "C-2231", "2231", "gips", "plaster"]
)
def test_a_search_needs_no_norwegian_keyboard_and_finds_by_unit_and_waste(tenant: Tenant, text: str) -> None:
    person, customer = factories.member(Role.OWNER)
    place = makers.location(customer, address="Bjørkelia 3", name="Håkons gård")
    waste = makers.waste_type(names={"nb": "Gips", "en": "Plasterboard"})
    makers.placement(place, number="C-2231", waste_type=waste)
    for number in range(9):
        makers.placement(makers.location(customer, address=f"Storgata {number}"), number=f"B-{number}")
    answer = factories.client_for(person, tenant=tenant).get(LOCATIONS, {"q": text})
    assert shown(answer) == ["Bjørkelia 3"]


def test_a_unit_that_has_left_finds_nothing(tenant: Tenant) -> None:
    site = makers.site()
    makers.placement(site.location, number="C-9001", removed_on=makers.NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    assert shown(client.get(LOCATIONS, {"q": "C-9001"})) == []


@given(st.text(alphabet="aeoæøåÆØÅéöü xA1", max_size=12))
def test_a_text_that_is_folded_stays_as_it_is_when_folded_again(text: str) -> None:
    assert folded(text.upper()) == folded(text)


def test_a_search_without_hits_offers_all_addresses(tenant: Tenant) -> None:
    site = makers.site()
    page = factories.client_for(site.person, tenant=tenant).get(LOCATIONS, {"q": "<b>"}).content.decode()
    assert "Vis alle adresser" in page
    assert "«&lt;b&gt;»" in page


def test_a_customer_without_addresses_is_told_whom_to_call(tenant: Tenant) -> None:
    person, _ = factories.member(Role.OWNER)
    page = factories.client_for(person, tenant=tenant).get(LOCATIONS).content.decode()
    assert "Ingen adresser ennå" in page
    assert 'href="tel:' in page


def test_a_unit_that_was_removed_is_not_shown(tenant: Tenant) -> None:
    site = makers.site()
    gone = makers.placement(site.location, removed_on=makers.NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk])).content.decode()
    assert site.unit.number in page
    assert gone.number not in page


def test_three_units_take_as_many_queries_as_one(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    page = reverse("orders:location", args=[site.location.pk])
    counts = []
    for more in (0, 2):
        for _ in range(more):
            makers.placement(site.location)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_card_shows_the_next_jobs_of_its_unit_and_where_the_others_are(tenant: Tenant) -> None:
    site = makers.site()
    other = makers.placement(site.location)
    days = [makers.NOW.date() + timedelta(days=number) for number in (9, 3, 12, 5, 30)]
    for day in days:
        makers.past_order(site, day, status=Status.SCHEDULED)
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.get(reverse("orders:location", args=[site.location.pk]))
    cards = {card.placement: card for card in answer.context["units"]}
    assert [line.wanted_on for line in cards[site.unit].ahead.lines] == sorted(days)[:3]
    assert (cards[site.unit].ahead.more, cards[site.unit].ahead.last) == (2, max(days))
    assert (cards[other].ahead.lines, cards[other].ahead.more) == ([], 0)
    assert f"last={max(days):%d.%m.%Y}" in answer.content.decode()
    shown_there = client.get(cards[site.unit].more_url).context["page"]
    assert shown_there.paginator.count == 5
