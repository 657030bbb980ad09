"""A new address, registered with the order of its first unit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from orders.clients import addresses
from orders.models import BasketLine, Location, OrderLine
from portal.tenancy.models import Tenant
from tests import factories
from tests.clients.service import Says, Service, running_service
from tests.orders import makers
from tests.orders.makers import FRIDAY
from tests.orders.pages import send

PAGE = "/orders/locations/new/"
# As the register answered in November 2026; the names are made up.
SAMPLE = Path(__file__).parent / "samples" / "addresses.json"


def values(site: makers.Site, **fields: Any) -> dict[str, str]:
    defaults = {
        "new_reference": "no",
        "address": "Nyveien 3",
        "postal_code": "3972",
        "city": "Storsund",
        "site_name": "Ny skole",
        "waste_type": site.unit.waste_type_id,
        "equipment_type": site.unit.equipment_type_id,
        "quantity": 1,
        "day": FRIDAY,
    }
    return {name: str(value) for name, value in {**defaults, **fields}.items()}


@pytest.fixture
def register(settings: Any) -> Iterator[Service]:
    with running_service(Says(body=SAMPLE.read_bytes())) as service:
        settings.ADDRESS_REGISTER_URL = service.url
        yield service


def test_the_address_becomes_one_of_the_customers_when_the_order_is_sent(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(PAGE, values(site, driver_note="Innkjøring fra nord"))
    assert answer["location"] == reverse("orders:basket")
    assert Location.objects.count() == 1
    assert "Nyveien 3, 3972 Storsund" in client.get(reverse("orders:basket")).content.decode()
    send(client)
    place = Location.objects.get(address="Nyveien 3")
    assert (place.customer, place.name, place.city, place.is_registered_by_customer) == (
        site.customer, "Ny skole", "Storsund", True,
    )  # fmt: skip
    job = OrderLine.objects.get()
    assert (job.location, job.address, job.driver_note) == (place, "Nyveien 3, 3972 Storsund", "Innkjøring fra nord")


def test_an_address_that_is_known_already_is_not_made_twice(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for waste in (site.unit.waste_type, makers.waste_type("Gips")):
        client.post(PAGE, values(site, address="NYVEIEN 3", waste_type=waste.pk))
    send(client)
    assert Location.objects.filter(address__iexact="Nyveien 3").count() == 1
    assert OrderLine.objects.count() == 2


def test_who_needs_a_new_number_is_led_to_an_enquiry(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(PAGE, values(site, new_reference="yes", address=""))
    assert answer.status_code == 302
    assert not answer["location"].startswith("/orders/")
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": " "}, "Fyll ut «Gateadresse»"),
        ({"postal_code": "397"}, "Et postnummer har fire sifre."),
        ({"postal_code": "٣٩٧٢"}, "Et postnummer har fire sifre."),
        ({"city": ""}, "Fyll ut «Poststed»"),
        ({"address": "x" * 121}, "Skriv høyst 120 tegn."),
        ({"equipment_type": ""}, "Velg en utstyrstype."),
        ({"day": "2026-11-14"}, "kjører vi ikke"),
        ({"new_reference": "perhaps"}, "Velg"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_is_kept(
    tenant: Tenant, fields: dict[str, str], words: str
) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(PAGE, values(site, **fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Ny skole"' in page
    assert not BasketLine.objects.exists()


def test_the_register_finds_addresses_and_fills_in_the_one_that_is_picked(tenant: Tenant, register: Service) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    written = values(site, address="", postal_code="", city="", search="skoleveien 8")
    page = client.post(PAGE, written | {"action": "find"}).content.decode()
    assert "Skoleveien 8, 3970 Eidnes" in page
    assert "sok=skoleveien+8" in register.asked[0].path
    assert 'value="Ny skole"' in page
    page = client.post(PAGE, written | {"action": "pick:Skoleveien 8|3970|Eidnes"}).content.decode()
    assert [f'value="{value}"' in page for value in ("Skoleveien 8", "3970", "Eidnes")] == [True, True, True]
    assert not BasketLine.objects.exists()


def test_the_registers_answer_is_read(tenant: Tenant, register: Service) -> None:
    found = addresses.find("skoleveien 8")
    assert [str(address) for address in found.addresses] == [
        "Skoleveien 8, 3970 Eidnes", "Skoleveien 8B, 3970 Eidnes", "Gamle Skolevei 8, 3971 Nord-Eidnes i Fjord",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "says",
    [Says(503), Says(body=b"<html>"), Says(body=b"[]"), Says(body=json.dumps({"adresser": [{"x": 1}, 7]}).encode())],
)
def test_a_register_that_is_away_or_odd_leaves_the_form_usable(tenant: Tenant, register: Service, says: Says) -> None:
    register.answers = [says]
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(PAGE, values(site, search="skoleveien 8", action="find"))
    assert answer.status_code == 200
    assert "Skriv adressen selv." in answer.content.decode()
    assert client.post(PAGE, values(site)).status_code == 302


def test_without_a_register_there_is_no_search(tenant: Tenant, settings: Any) -> None:
    settings.ADDRESS_REGISTER_URL = ""
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert 'name="search"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, values(site, action="find", search="skoleveien 8")).status_code == 200
