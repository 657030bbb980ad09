"""Ordering the same again: one press puts it in the basket, one sends it."""

import pytest
from django.urls import reverse

from orders.jobs import JobType, Service
from orders.models import BasketLine, EquipmentType, Order, OrderLine, Placement, Status, WasteType
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, NOW
from tests.orders.pages import send


def repeat(job: OrderLine) -> str:
    return reverse("orders:repeat", args=[job.order.number, job.position])


def test_two_clicks_order_it_again_for_the_next_possible_day(tenant: Tenant) -> None:
    site = makers.site()
    done = makers.past_order(site, NOW.date(), status=Status.DONE, invoice_reference="4417", driver_note="Port B")
    client = factories.client_for(site.person, tenant=tenant)
    assert f'action="{repeat(done)}"' in client.get(reverse("orders:overview")).content.decode()
    answer = client.post(repeat(done), follow=True)
    assert answer.redirect_chain == [(reverse("orders:basket"), 302)]
    assert "ligger i handlekurven til fredag 13.\xa0november." in answer.content.decode()
    send(client)
    job = OrderLine.objects.exclude(pk=done.pk).get()
    assert (job.job_type, job.placement, job.wanted_on) == (done.job_type, site.unit, FRIDAY)
    assert (job.invoice_reference, job.driver_note, job.waste_code) == ("4417", "Port B", done.waste_code)


def test_a_new_unit_and_a_move_are_repeated_as_they_were(tenant: Tenant) -> None:
    site = makers.site()
    other = makers.location(site.customer)
    makers.line(site, service=Service.RELOCATE, destination_location=other, destination="Here")
    new = {"service": Service.DELIVER, "equipment_type": site.unit.equipment_type, "location": site.location}
    makers.line(site, placement=None, quantity=4, **new)
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    for job in order.lines.order_by("position"):
        client.post(repeat(job))
    send(client)
    again = Order.objects.latest("number")
    copied = ["job_type", "quantity", "destination", "destination_address", "address", "equipment_code", "waste_code"]
    before, after = (list(each.lines.order_by("position").values_list(*copied)) for each in (order, again))
    assert before == after
    assert {row[0] for row in after} >= {JobType.DELIVERY, JobType.RELOCATE}


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (lambda: Placement.objects.update(removed_on=NOW.date()), "står ikke lenger på denne adressen."),
        (lambda: WasteType.objects.update(is_active=False), "Restavfall kan ikke lenger bestilles."),
    ],
)
def test_what_is_gone_is_named_and_nothing_is_added(tenant: Tenant, gone: object, words: str) -> None:
    site = makers.site()
    job = makers.past_order(site, NOW.date(), status=Status.DONE)
    gone()  # type: ignore[operator]
    answer = factories.client_for(site.person, tenant=tenant).post(repeat(job), follow=True)
    assert words in answer.content.decode()
    assert not BasketLine.objects.exists()


def test_equipment_that_is_no_longer_offered_is_not_ordered_anew(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, NOW.date(), job_type=JobType.DELIVERY, placement=None, unit_number="")
    EquipmentType.objects.update(is_active=False)
    answer = factories.client_for(site.person, tenant=tenant).post(repeat(job), follow=True)
    assert "Åpen container 22\xa0m³ kan ikke lenger bestilles." in answer.content.decode()


def test_on_a_fixed_route_the_waste_type_is_the_units(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, NOW.date(), waste_code="OLD")
    Placement.objects.update(is_periodic=True)
    factories.client_for(site.person, tenant=tenant).post(repeat(job))
    assert BasketLine.objects.get().waste_type == site.unit.waste_type


def test_a_unit_that_moved_to_another_customer_is_not_ordered_again(tenant: Tenant) -> None:
    site, other = makers.site(), makers.site()
    job = makers.past_order(site, NOW.date())
    Placement.objects.filter(pk=site.unit.pk).update(location=other.location)
    factories.client_for(site.person, tenant=tenant).post(repeat(job))
    assert not BasketLine.objects.exists()
