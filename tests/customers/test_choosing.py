"""Choosing and changing the customer to act for."""

from django.test import Client

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers.models import Customer, Role
from portal.customers.queries import access_of
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.customers.conftest import CHOOSE, authorize, choose


def test_nothing_is_chosen_among_several_until_the_person_does(
    client: Client, person: User, firms: list[Customer]
) -> None:
    assert access_of(person).customer is None
    assert client.get("/").headers["Location"] == CHOOSE
    page = client.get(CHOOSE).content.decode()
    assert ("Alfa AS" in page, "Beta AS" in page) == (True, True)


def test_only_the_persons_own_customers_are_offered(client: Client, firms: list[Customer]) -> None:
    stranger = factories.customer(name="Gamma AS")
    page = client.get(CHOOSE)
    assert [choice.customer for choice in page.context["choices"]] == firms
    assert stranger.name not in page.content.decode()


def test_the_choice_is_kept_across_sign_ins_and_devices(
    client: Client, tenant: Tenant, person: User, firms: list[Customer]
) -> None:
    assert choose(client, firms[1]) == 302
    client.post("/account/logout/")
    elsewhere = factories.client_for(person, tenant=tenant)
    assert elsewhere.get(CHOOSE).wsgi_request.customer == firms[1]  # type: ignore[attr-defined]


def test_the_choice_can_be_changed(client: Client, person: User, firms: list[Customer]) -> None:
    choose(client, firms[0])
    choose(client, firms[1])
    assert access_of(person).customer == firms[1]
    verbs = Entry.objects.filter(verb="customers.chosen").order_by("pk").values_list("customer", flat=True)
    assert list(verbs) == [firms[0].pk, firms[1].pk]


def test_somebody_elses_customer_cannot_be_chosen(
    client: Client, person: User, firms: list[Customer], other_tenant: Tenant
) -> None:
    with tenant_scope(other_tenant):
        foreign = factories.customer(number="900")
    assert choose(client, factories.customer()) == 404
    assert choose(client, foreign) == 404
    assert client.post(CHOOSE, {}).status_code == 404
    assert client.post(CHOOSE, {"customer": f"{firms[0].number}\0"}).status_code == 404
    assert access_of(person).customer is None


def test_choosing_leads_back_to_our_own_pages_only(client: Client, firms: list[Customer]) -> None:
    number = firms[0].number
    response = client.post(CHOOSE, {"customer": number, "next": "/customer-service/"})
    assert response.headers["Location"] == "/customer-service/"
    response = client.post(CHOOSE, {"customer": number, "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"


def test_a_long_list_can_be_searched_and_a_short_one_need_not(
    client: Client, person: User, firms: list[Customer]
) -> None:
    assert 'name="q"' not in client.get(CHOOSE).content.decode()
    for number in range(30):
        factories.membership(person, factories.customer(name=f"Kunde {number:02}", number=f"5{number:02}"))
    assert 'name="q"' in client.get(CHOOSE).content.decode()
    assert found(client, "kunde 07") == ["Kunde 07"]
    assert found(client, "507") == ["Kunde 07"]
    assert found(client, "alfa") == ["Alfa AS"]
    assert found(client, "%") == []
    assert len(client.get(CHOOSE).context["choices"]) == 20
    assert len(client.get(CHOOSE, {"page": "2"}).context["choices"]) == 12


def found(client: Client, search: str) -> list[str]:
    return [choice.customer.name for choice in client.get(CHOOSE, {"q": search}).context["choices"]]


def test_a_customer_by_authorization_is_marked_with_its_end(
    client: Client, person: User, firms: list[Customer]
) -> None:
    until, endless = factories.customer(name="Gamma AS"), factories.customer(name="Delta AS")
    authorization = authorize(person, until, last=10)
    authorize(person, endless)
    choices = {choice.customer: choice for choice in client.get(CHOOSE).context["choices"]}
    assert (choices[until].by_authorization, choices[until].until) == (True, authorization.valid_to)
    assert (choices[endless].by_authorization, choices[endless].until) == (True, None)
    assert not choices[firms[0]].by_authorization


def test_an_authorization_holds_on_both_its_days_and_not_outside(tenant: Tenant, person: User) -> None:
    for first, last, reached in [(0, 0, True), (-5, -1, False), (1, 5, False), (-1, None, True)]:
        firm = factories.customer()
        authorization = authorize(person, firm, first=first, last=last)
        assert (access_of(person).customer == firm) is reached
        authorization.delete()


def test_a_choice_that_is_no_longer_reachable_does_not_count(
    client: Client, person: User, firms: list[Customer]
) -> None:
    gone = factories.customer(name="Gamma AS")
    authorization = authorize(person, gone)
    choose(client, gone)
    assert access_of(person).customer == gone
    authorization.delete()
    assert access_of(person).customer is None
    assert client.get("/").headers["Location"] == CHOOSE


def test_the_strongest_role_counts(person: User, firms: list[Customer], client: Client) -> None:
    choose(client, firms[0])
    assert access_of(person).role == Role.READER
    authorize(person, firms[0])
    assert access_of(person).role == Role.ORDERER


def test_every_page_names_the_chosen_customer_beside_the_person(
    client: Client, person: User, firms: list[Customer]
) -> None:
    own = factories.customer(name=person.name, kind=Customer.Kind.PRIVATE)
    factories.membership(person, own)
    choose(client, firms[0])
    assert f"{person.name}<small>{firms[0].name}</small>" in client.get("/account/").content.decode()
    choose(client, own)
    page = client.get("/account/").content.decode()
    assert f"{person.name}<small>Kundenr. {own.number}</small>" in page
