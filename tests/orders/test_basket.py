"""The basket: kept, counted, changed, emptied, and each person's own."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orders.actions.basket import locked_basket
from orders.models import Basket, BasketLine, Placement
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY
from tests.orders.pages import post_job


def form(**fields: object) -> dict[str, str]:
    defaults = {"day": FRIDAY, "driver_note": "", "invoice_reference": ""}
    return {name: str(value) for name, value in {**defaults, **fields}.items()}


def test_adding_the_same_job_twice_is_one_line_with_the_latest_words(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, driver_note="First")
    post_job(client, site, driver_note="Second")
    assert BasketLine.objects.get().driver_note == "Second"


def test_the_basket_is_counted_beside_its_section(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, day=FRIDAY)
    post_job(client, site, day=MONDAY)
    assert 'data-count="2"' in client.get(reverse("orders:overview")).content.decode()


def test_the_basket_survives_signing_out(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site)
    another_device = factories.client_for(site.person, tenant=tenant)
    assert site.unit.number in another_device.get(reverse("orders:basket")).content.decode()


def test_a_job_can_be_changed(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site, driver_note="Old", invoice_reference="4417")
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:change", args=[line.pk])).content.decode()
    assert "Old" in page
    assert 'value="4417"' in page
    values = form(day=MONDAY, waste_type=line.waste_type_id, driver_note="New", invoice_reference="")
    answer = client.post(reverse("orders:change", args=[line.pk]), values)
    assert answer["location"] == reverse("orders:basket")
    line.refresh_from_db()
    assert (line.wanted_on, line.driver_note, line.invoice_reference) == (MONDAY, "New", "")


def test_a_date_that_is_not_offered_is_kept_as_the_other_date(tenant: Tenant) -> None:
    site = makers.site()
    day = "2026-12-01"
    line = makers.line(site, wanted_on=day)
    page = factories.client_for(site.person, tenant=tenant).get(reverse("orders:change", args=[line.pk]))
    assert page.context["form"]["day"].value() == "other"
    assert f'value="{day}"' in page.content.decode()


def test_changing_a_job_into_another_one_leaves_one(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, wanted_on=MONDAY)
    line = makers.line(site, wanted_on=FRIDAY)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:change", args=[line.pk]), form(day=MONDAY, waste_type=line.waste_type_id))
    assert BasketLine.objects.get() == line


def test_a_mistake_in_a_change_is_shown_and_nothing_is_changed(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(
        reverse("orders:change", args=[line.pk]), form(day="2026-11-14", waste_type=line.waste_type_id)
    )
    assert answer.status_code == 422
    assert "<title>Feil: " in answer.content.decode()
    line.refresh_from_db()
    assert line.wanted_on == FRIDAY


def test_a_job_for_a_unit_that_has_left_cannot_be_changed(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    Placement.objects.update(removed_on=makers.NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    assert (
        f'href="{reverse("orders:change", args=[line.pk])}"'
        not in client.get(reverse("orders:basket")).content.decode()
    )
    assert client.get(reverse("orders:change", args=[line.pk]))["location"] == reverse("orders:basket")


def test_a_job_can_be_removed_also_by_a_double_click(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    first, second = (client.post(reverse("orders:remove", args=[line.pk])) for _ in range(2))
    assert first["location"] == reverse("orders:basket")
    assert (second.status_code, second.templates[0].name) == (404, "orders/basket.html")
    assert not BasketLine.objects.kept().exists()


@pytest.mark.parametrize("page", ["change", "mark", "restore"])
def test_what_leaves_the_basket_while_a_form_is_taken_in_is_told(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    site = makers.site()
    line = makers.line(site, service="relocate", destination="Ved porten")
    photo = makers.stored_photo(line, site.person)
    client = factories.client_for(site.person, tenant=tenant)
    if page == "restore":
        client.post(reverse("orders:remove", args=[line.pk]))

    def sent_in_another_tab(user: User, customer: Customer) -> Basket:
        BasketLine.objects.all().delete()
        return locked_basket(user, customer)

    # The other tab is first at the lock.
    monkeypatch.setattr("orders.actions.basket.locked_basket", sent_in_another_tab)
    address = reverse(f"orders:{page}", args=[photo.pk if page == "mark" else line.pk])
    tap = {"width": "256", "height": "192", "spot.x": "64", "spot.y": "48"}
    answer = client.post(address, tap if page == "mark" else form(destination="Ved skuret"))
    assert answer.status_code == 404
    assert "orders/basket.html" in [template.name for template in answer.templates]


def test_removing_needs_a_post(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    assert client.get(reverse("orders:remove", args=[line.pk])).status_code == 405
    assert BasketLine.objects.exists()


def test_colleagues_have_a_basket_each(tenant: Tenant) -> None:
    site = makers.site()
    colleague = factories.user()
    factories.membership(colleague, site.customer, Role.ORDERER)
    makers.line(site)
    client = factories.client_for(colleague, tenant=tenant)
    assert "Handlekurven er tom" in client.get(reverse("orders:basket")).content.decode()


def test_a_person_has_a_basket_for_each_customer(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site)
    other = factories.customer()
    factories.membership(site.person, other, Role.OWNER)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("customers:choose"), {"customer": other.number})
    assert "Handlekurven er tom" in client.get(reverse("orders:basket")).content.decode()


def test_the_database_refuses_a_second_basket(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site)
    with pytest.raises(IntegrityError, match="one_open_basket"), transaction.atomic():
        Basket.objects.create(user=site.person, customer=site.customer)


def test_the_unit_shows_what_is_in_the_basket_and_what_is_ordered(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    makers.line(site, wanted_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk])).content.decode()
    assert "Tømming er bestilt til fredag 13.\xa0november." in page
    assert reverse("orders:order", args=[order.number]) in page
    assert "Tømming mandag 16.\xa0november ligger i handlekurven." in page
