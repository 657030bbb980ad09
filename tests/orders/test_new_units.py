"""A new unit to an address of the customer's: what can be chosen, how many, and what dispatch gets."""

from typing import Any

import pytest
from django.urls import reverse

from orders.jobs import JobType
from orders.models import AllowedWaste, BasketLine, EquipmentType, Order, OrderLine
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY
from tests.orders.pages import send


def page_of(site: makers.Site) -> str:
    return reverse("orders:new_unit", args=[site.location.pk])


def values(site: makers.Site, **fields: Any) -> dict[str, str]:
    kind = fields.pop("equipment", None) or site.unit.equipment_type
    defaults = {"waste_type": site.unit.waste_type_id, "equipment_type": kind.pk, "quantity": 1, "day": FRIDAY}
    words = {"driver_note": "", "invoice_reference": ""}
    return {name: str(value) for name, value in {**defaults, **words, **fields}.items()}


def test_the_walk_to_a_new_unit(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    address = client.get(reverse("orders:location", args=[site.location.pk])).content.decode()
    assert f'href="{page_of(site)}"' in address
    form = client.get(page_of(site)).content.decode()
    assert site.location.full_address in form
    answer = client.post(page_of(site), values(site, quantity=2, driver_note="Ved porten"))
    assert answer["location"] == reverse("orders:location", args=[site.location.pk])
    assert "Ny enhet, 2\xa0×\xa0åpen container 22\xa0m³" in client.get(reverse("orders:basket")).content.decode()
    send(client)
    job = OrderLine.objects.get()
    assert (job.job_type, job.quantity, job.placement, job.unit_number) == (JobType.DELIVERY, 2, None, "")
    assert (job.location, job.address, job.wanted_on) == (site.location, site.location.full_address, FRIDAY)
    assert (job.equipment_code, job.driver_note) == (site.unit.equipment_type.code, "Ved porten")


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("0", "Bestill minst 1 enhet."),
        ("-1", "Bestill minst 1 enhet."),
        ("1000000000", "Bestill høyst 50 enheter om gangen. Ring oss om du trenger flere."),
        ("1.5", "Skriv et helt tall, for eksempel 2."),
        ("two", "Skriv et helt tall, for eksempel 2."),
        ("", "Skriv hvor mange enheter du trenger."),
        ("9" * 400, "Bestill høyst 50 enheter"),
    ],
)
def test_a_number_of_units_that_cannot_be_is_explained(tenant: Tenant, quantity: str, words: str) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(page_of(site), values(site, quantity=quantity))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not BasketLine.objects.exists()


def test_a_double_click_is_one_line(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for _ in range(2):
        client.post(page_of(site), values(site))
    client.post(page_of(site), values(site, day=MONDAY))
    assert sorted(BasketLine.objects.values_list("wanted_on", flat=True)) == [FRIDAY, MONDAY]


def test_waste_that_the_equipment_does_not_take_is_refused_with_the_reason(tenant: Tenant) -> None:
    site = makers.site()
    taken = makers.waste_type("Gips")
    AllowedWaste.objects.create(equipment_type=site.unit.equipment_type, waste_type=taken)
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(page_of(site), values(site))
    assert answer.status_code == 422
    assert "Restavfall kan ikke legges i åpen container 22\xa0m³." in answer.content.decode()
    assert client.post(page_of(site), values(site, waste_type=taken.pk)).status_code == 302


def test_only_equipment_that_can_be_ordered_is_offered_small_first(tenant: Tenant) -> None:
    site = makers.site()
    small = makers.equipment_type("Beholder", volume=660, volume_unit="l")
    makers.equipment_type("Utgått", is_active=False)
    form = factories.client_for(site.person, tenant=tenant).get(page_of(site)).context["form"]
    assert list(form.fields["equipment_type"].queryset) == [small, site.unit.equipment_type]


def test_equipment_shows_its_drawing_and_measures(tenant: Tenant) -> None:
    site = makers.site(equipment_type=makers.equipment_type(length_cm=600, width_cm=240, height_cm=160))
    page = factories.client_for(site.person, tenant=tenant).get(page_of(site)).content.decode()
    assert "6,0\xa0×\xa02,4\xa0×\xa01,6\xa0m" in page
    assert '<svg class="shape"' in page


def test_equipment_that_is_withdrawn_meanwhile_is_named_when_sending(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(site), values(site))
    key = makers.key(site)
    EquipmentType.objects.update(is_active=False)
    answer = client.post(reverse("orders:send"), {"key": key})
    assert (answer.status_code, Order.objects.count(), BasketLine.objects.count()) == (422, 0, 1)
    assert "Åpen container 22\xa0m³ kan ikke lenger bestilles." in answer.content.decode()


def test_a_new_unit_in_the_basket_can_be_changed(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(site), values(site, quantity=2))
    line = BasketLine.objects.get()
    page = client.get(reverse("orders:change", args=[line.pk])).content.decode()
    assert 'name="quantity" value="2"' in page
    client.post(reverse("orders:change", args=[line.pk]), values(site, quantity=3, day=MONDAY))
    line = BasketLine.objects.get()
    assert (line.quantity, line.wanted_on, line.new_location) == (3, MONDAY, site.location)


def test_another_customers_address_is_not_found_and_a_reader_is_refused(tenant: Tenant) -> None:
    mine, theirs, reads = makers.site(), makers.site(), makers.site(Role.READER)
    assert factories.client_for(mine.person, tenant=tenant).get(page_of(theirs)).status_code == 404
    assert factories.client_for(reads.person, tenant=tenant).get(page_of(reads)).status_code == 403
