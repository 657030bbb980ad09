"""Companies register themselves; the public register helps, and the form works without it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from portal.accounts.models import StaffRole
from portal.customers.clients import company_register
from portal.customers.models import AccessRequest, Customer, Invitation, Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.register import Register, running_register

REGISTER = "/customers/register/"
FIND = "/customers/register/find/"
ADMIN = "/admin/customers/accessrequest/"
# From the series that is kept for test data.
ORG_NO = "315260183"
COMPANY = {
    "org_no": "315 260 183",
    "company": "Bratland Entreprenør AS",
    "address": "Industriveien 4",
    "postal_code": "3970",
    "city": "Eidnes",
    "name": "Magnus Tveiten",
    "phone": "912 34 567",
    "email": "magnus@example.com",
    "role": "owner",
}


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    with running_register() as register:
        settings.COMPANY_REGISTER_URL = register.url
        yield register


@pytest.fixture
def agent(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(), tenant=tenant)


def register_company(visitor: Client, **changes: str) -> AccessRequest:
    assert visitor.post(REGISTER, COMPANY | changes).headers["Location"] == "/customers/access/sent/"
    return AccessRequest.objects.latest("pk")


def approve(agent: Client, asked: AccessRequest, **data: Any) -> int:
    url = f"{ADMIN}{asked.pk}/approve/"
    seen = {"asked_at": asked.asked_at.isoformat()}
    return agent.post(url, {"role": "owner", "channel": "email", "number": ""} | seen | data).status_code


@pytest.mark.parametrize("written", ["315260183", "315 260 183", "NO 315 260 183 MVA", "no315260183mva"])
def test_an_organisation_number_is_taken_as_people_write_it(visitor: Client, tenant: Tenant, written: str) -> None:
    assert register_company(visitor, org_no=written).org_no == ORG_NO


@pytest.mark.parametrize("written", ["315260184", "123", "315 260 18X"])
def test_a_number_that_is_none_is_refused(visitor: Client, tenant: Tenant, written: str) -> None:
    answer = visitor.post(REGISTER, COMPANY | {"org_no": written})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["org_no"]


def test_the_company_is_filled_in_from_the_register(visitor: Client, tenant: Tenant, register: Register) -> None:
    page = visitor.post(FIND, {"org_no": "315 260 183", "name": "Magnus Tveiten"})
    shown = {name: page.context["form"][name].value() for name in ("company", "address", "postal_code", "city", "name")}
    assert shown == {
        "company": "BRATLAND ENTREPRENØR AS",
        "address": "c/o Tveiten, Industriveien 4",
        "postal_code": "3970",
        "city": "EIDNES",
        "name": "Magnus Tveiten",
    }
    assert AccessRequest.objects.count() == 0


def test_htmx_gets_only_the_part_that_changes(visitor: Client, tenant: Tenant, register: Register) -> None:
    page = visitor.post(FIND, {"org_no": ORG_NO}, headers={"HX-Request": "true"}).content.decode()
    assert "BRATLAND" in page
    assert "<html" not in page
    # What an earlier try got wrong is not what it is now.
    assert '<div id="mistakes" hx-swap-oob="true"></div>' in page


def test_the_register_is_asked_once_for_a_company(visitor: Client, tenant: Tenant, register: Register) -> None:
    for _ in range(3):
        visitor.post(FIND, {"org_no": ORG_NO})
    assert register.asked == [f"/enheter/{ORG_NO}"]


@pytest.mark.parametrize(
    ("org_no", "words"),
    [
        ("310166138", "ikke noe foretak"),
        ("311590839", "ikke noe foretak"),
        ("311860917", "svarer ikke"),
        ("123", "organisasjonsnummer"),
        ("123456789", "Organisasjonsnummeret 123 456 789 finnes ikke"),
        ("", "organisasjonsnummer"),
    ],
    ids=["unknown", "deleted", "broken", "no number", "wrong digit", "nothing"],
)
def test_what_the_register_does_not_know_is_filled_in_by_hand(
    visitor: Client, tenant: Tenant, register: Register, org_no: str, words: str
) -> None:
    page = visitor.post(FIND, {"org_no": org_no, "company": "Mitt firma AS"})
    assert page.status_code == 200
    assert words in page.context["lookup_message"].replace("\N{NO-BREAK SPACE}", " ")
    assert ("ds-validation-message" in page.content.decode()) is ("svarer" not in words)
    assert page.context["form"]["company"].value() == "Mitt firma AS"


def test_a_register_that_is_down_stops_nobody(visitor: Client, tenant: Tenant, settings: Settings) -> None:
    settings.COMPANY_REGISTER_URL = "http://127.0.0.1:9"
    assert "svarer ikke" in visitor.post(FIND, {"org_no": ORG_NO}).context["lookup_message"]
    assert register_company(visitor).company == "Bratland Entreprenør AS"


def test_a_recorded_answer_is_read() -> None:
    import json

    sample = json.loads((Path(__file__).parent / "samples" / "company.json").read_text())
    assert company_register.read(sample) == company_register.Company(
        ORG_NO, "BRATLAND ENTREPRENØR AS", "c/o Tveiten, Industriveien 4", "3970", "EIDNES"
    )
    assert company_register.read(sample | {"slettedato": "2025-01-01"}) is None
    with pytest.raises(ValueError, match="no company"):
        company_register.read({"feil": 1})


def test_approving_makes_a_customer_with_the_next_free_number(visitor: Client, agent: Client) -> None:
    factories.customer(number="700001")
    asked = register_company(visitor)
    assert approve(agent, asked, is_new="on") == 302
    customer = Customer.objects.get(org_no=ORG_NO)
    assert (customer.number, customer.name, customer.kind, customer.city) == (
        "700002", "Bratland Entreprenør AS", Customer.Kind.BUSINESS, "Eidnes",
    )  # fmt: skip
    invitation = Invitation.objects.get(customer=customer)
    assert (invitation.role, invitation.email) == (Role.OWNER, "magnus@example.com")


def test_staff_may_give_the_number_but_not_one_that_is_taken(visitor: Client, agent: Client) -> None:
    factories.customer(number="5000")
    asked = register_company(visitor)
    assert approve(agent, asked, is_new="on", number="5000") == 422
    assert approve(agent, asked, is_new="on", number="5001") == 302
    assert Customer.objects.get(org_no=ORG_NO).number == "5001"


def test_an_agent_makes_an_owner_only_of_a_company_that_is_new(visitor: Client, tenant: Tenant) -> None:
    """With a number of the portal's own: one that somebody gives may be a customer's that is still to be imported."""
    agent = factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)
    asked = register_company(visitor)
    assert approve(agent, asked, is_new="on", number="5001") == 422
    assert not Customer.objects.filter(org_no=ORG_NO).exists()
    assert approve(agent, asked, is_new="on") == 302
    assert Invitation.objects.get(customer__org_no=ORG_NO).role == Role.OWNER


def test_a_company_that_is_a_customer_already_is_not_made_twice(visitor: Client, agent: Client) -> None:
    known = factories.customer(number="20417", org_no=ORG_NO)
    asked = register_company(visitor)
    page = agent.get(f"{ADMIN}{asked.pk}/change/")
    assert page.context["review"].customers == [known]
    assert page.context["approve_form"]["number"].value() == "20417"
    assert page.context["approve_form"]["is_new"].value() is False
    assert approve(agent, asked, number="20417") == 302
    assert Customer.objects.filter(org_no=ORG_NO).count() == 1
    assert Invitation.objects.get().customer == known
