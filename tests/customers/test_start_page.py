"""Where a person lands."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import registry
from portal.accounts.models import User
from portal.content.models import GridArea, News
from portal.customers.actions import choose_customer
from portal.tenancy.models import Tenant
from tests import factories
from tests.billing.invoices import makers as invoices
from tests.metering import factories as meters
from tests.orders import makers as waste

CHOOSE = "/customers/choose/"


@pytest.fixture
def tenant_with(db: None) -> Callable[[list[str]], Tenant]:
    return lambda modules: factories.tenant("landing", modules=modules)


def landing(tenant: Tenant) -> Client:
    from portal.tenancy.scope import tenant_scope

    with tenant_scope(tenant):
        user, _ = factories.member()
    return factories.client_for(user, tenant=tenant)


def test_with_one_module_its_first_section_is_the_start(tenant_with: Callable[[list[str]], Tenant]) -> None:
    for name in registry.module_names():
        tenant = tenant_with([name])
        group = next(group for group in registry.groups_of(tenant) if group.name == name)
        response = landing(tenant).get("/")
        assert response.status_code == 302
        assert response.headers["Location"] == _path(group.sections[0].url_name)


def test_with_several_modules_there_is_a_page_with_a_card_of_each(tenant: Tenant) -> None:
    user, firm = factories.member(name="Nordvåg Industri AS")
    response = factories.client_for(user, tenant=tenant).get("/")
    assert response.status_code == 200
    assert firm.name in response.content.decode()
    with_sections = [group for group in registry.groups_of(tenant) if group.name and group.sections]
    assert len(response.context["cards"]) == len(with_sections)
    # Where a module has nothing to show yet, its card says so.
    assert "Ingen anlegg ennå" in response.content.decode()


def test_a_start_page_with_every_card_asks_the_database_fifteen_times(tenant: Tenant) -> None:
    user, customer = factories.member()
    choose_customer(user=user, customer=customer, by=user)
    GridArea.objects.create(slug="solvika", name="Solvika", postal_codes=["1489"])
    meters.holding(customer, meters.point())
    invoices.invoice(customer)
    waste.past_order(waste.site(), waste.NOW.date())
    for title in ("One", "Two", "Three"):
        News.objects.create(title={"nb": title}, is_published=True, modules=["grid"], areas=["solvika"])
    client = factories.client_for(user, tenant=tenant)
    client.get("/")  # the session's own first queries, and what is remembered for a minute
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()
    assert "Two" in page
    assert "Three" in page
    assert sum(query["sql"].startswith("SELECT") for query in queries) <= 15


def test_with_no_module_the_page_leads_to_customer_service(tenant_with: Callable[[list[str]], Tenant]) -> None:
    response = landing(tenant_with([])).get("/")
    assert response.status_code == 200
    assert "/customer-service/" in response.content.decode()


def test_a_person_without_a_customer_is_told_how_to_get_one(client: Client, person: User) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain == [(CHOOSE, 302)]
    assert person.email in response.content.decode()
    assert "/customer-service/" in response.content.decode()


def test_staff_without_a_customer_are_led_to_admin_and_do_not_go_in_circles(tenant: Tenant) -> None:
    response = factories.client_for(factories.staff(), tenant=tenant).get("/", follow=True)
    assert response.redirect_chain == [(CHOOSE, 302)]
    assert response.status_code == 200
    assert 'href="/admin/"' in response.content.decode()


def test_a_person_with_one_customer_has_nothing_to_choose(client: Client, person: User) -> None:
    factories.membership(person, factories.customer())
    assert client.get(CHOOSE).headers["Location"] == "/"


def _path(name: str) -> str:
    from django.urls import reverse

    return reverse(name)
