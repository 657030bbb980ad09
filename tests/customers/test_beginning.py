"""Where people begin when they sign in: the customer and the page they have chosen. What they can see of themselves."""

import pytest
from django.test import Client

from portal import registry
from portal.accounts.models import User
from portal.customers import personal_data
from portal.customers.models import AccessRequest, Authorization, Customer, Membership, Preferences
from portal.customers.queries import access_of
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.conftest import authorize, choose

PAGE = "/customers/my-access/"
PASSWORD = "elleve rare elger"


@pytest.fixture
def person(tenant: Tenant) -> User:
    return factories.user(name="Siri Nordheim", password=PASSWORD)


def sign_in(tenant: Tenant, person: User) -> Client:
    client = factories.client_for(tenant=tenant)
    client.post("/account/login/password/", {"login": person.email, "password": PASSWORD})
    return client


def test_the_chosen_customer_and_page_come_at_sign_in(
    client: Client, tenant: Tenant, person: User, firms: list[Customer]
) -> None:
    answer = client.post(PAGE, {"customer": firms[1].number, "start_page": "orders:overview"})
    assert answer.headers["Location"] == PAGE
    choose(client, firms[0])
    elsewhere = sign_in(tenant, person)
    assert access_of(person).customer == firms[1]
    assert elsewhere.get("/").headers["Location"] == "/orders/overview/"
    # After that the overview is the overview.
    assert elsewhere.get("/").status_code == 200


def test_without_a_choice_the_last_customer_is_kept(
    tenant: Tenant, client: Client, person: User, firms: list[Customer]
) -> None:
    choose(client, firms[0])
    sign_in(tenant, person)
    assert access_of(person).customer == firms[0]


def test_a_customer_that_was_lost_is_not_begun_with(
    tenant: Tenant, client: Client, person: User, firms: list[Customer]
) -> None:
    client.post(PAGE, {"customer": firms[1].number, "start_page": ""})
    Membership.objects.filter(customer=firms[1]).delete()
    sign_in(tenant, person)
    assert access_of(person).customer == firms[0]


def test_no_two_pages_to_begin_on_are_called_the_same(client: Client, firms: list[Customer]) -> None:
    labels = [str(label) for _, label in client.get(PAGE).context["form"].fields["start_page"].choices]
    assert labels[0] == "Som vanlig"
    assert "Oversikten" not in labels
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("data", [{"start_page": "admin:index"}, {"customer": "999"}])
def test_only_what_is_offered_can_be_chosen(client: Client, firms: list[Customer], data: dict[str, str]) -> None:
    assert client.post(PAGE, data).status_code == 422
    assert Preferences.objects.count() == 0


def test_somebody_elses_customer_is_not_offered(client: Client, firms: list[Customer]) -> None:
    stranger = factories.customer(number="555")
    assert client.post(PAGE, {"customer": stranger.number}).status_code == 422
    assert "555" not in client.get(PAGE).content.decode()


def test_the_page_shows_every_access_with_its_days(client: Client, person: User, firms: list[Customer]) -> None:
    authorize(person, factories.customer(name="Gamma AS"), first=2, last=9)
    shown = {one.customer.name: one.by_authorization for one in client.get(PAGE).context["reached"]}
    assert shown == {"Alfa AS": False, "Beta AS": False, "Gamma AS": True}


# Personal data ----------------------------------------------------------------------------------------


def test_what_is_held_of_a_person_is_registered_exported_and_forgotten(person: User, firms: list[Customer]) -> None:
    assert "customers" in [entry.name for entry in registry.personal_data()]
    authorize(person, factories.customer(name="Gamma AS"))
    AccessRequest.objects.create(
        kind="person", name=person.name, email=person.email, customer_number="1", language="nb"
    )
    AccessRequest.objects.create(kind="person", name="X", email="x@example.com", customer_number="1", language="nb")
    export = personal_data.export(person)
    assert [one["name"] for one in export["access"]] == ["Alfa AS", "Beta AS", "Gamma AS"]
    assert [request["customer_number"] for request in export["requests"]] == ["1"]
    personal_data.forget(person)
    assert personal_data.export(person) == {"access": [], "requests": [], "invitations": []}
    assert not Authorization.objects.filter(user=person).exists()
    assert AccessRequest.objects.get().email == "x@example.com"
