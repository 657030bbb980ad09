"""Staff act for a customer through the ordinary pages: seen, logged, bounded, and ended."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import StaffRole, User
from portal.audit.models import Entry
from portal.customers.models import Customer, Membership, Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.customers.conftest import fresh_client


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    _, firm = factories.member(name="Nordmann AS")
    return firm


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return factories.staff(StaffRole.AGENT, name="Jonas Myhre")


@pytest.fixture
def helping(agent: User, firm: Customer, tenant: Tenant) -> Client:
    client = fresh_client(agent, tenant)
    assert client.post(act(firm)).headers["Location"] == "/"
    return client


def act(firm: Customer) -> str:
    return f"/admin/customers/customer/{firm.pk}/act/"


def test_the_pages_are_the_customers_with_a_banner_and_a_way_out(helping: Client, firm: Customer) -> None:
    page = helping.get("/orders/")
    assert page.status_code == 200
    assert page.wsgi_request.customer == firm  # type: ignore[attr-defined]
    assert "Du handler på vegne av" in page.content.decode()
    assert (
        helping.post("/customers/on-behalf/stop/").headers["Location"] == f"/admin/customers/customer/{firm.pk}/change/"
    )
    assert helping.get("/orders/").headers["Location"] == "/customers/choose/"


def test_what_staff_look_at_and_do_is_logged_in_their_name(helping: Client, firm: Customer, agent: User) -> None:
    helping.get("/orders/")
    read = Entry.objects.get(verb="customers.read")
    assert (read.by, read.customer, read.data) == (agent, firm, {"page": "orders:locations", "on_behalf": True})
    helping.post("/customers/on-behalf/stop/")
    verbs = Entry.objects.filter(customer=firm, by=agent).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["customers.acting_started", "customers.read", "customers.acting_stopped"]


def test_looking_at_a_customer_in_the_administration_is_logged(agent: User, firm: Customer, tenant: Tenant) -> None:
    factories.client_for(agent, tenant=tenant).get(f"/admin/customers/customer/{firm.pk}/change/")
    assert Entry.objects.filter(verb="customers.read", by=agent, customer=firm).count() == 1


@pytest.mark.parametrize(
    ("role", "gets", "people"), [(StaffRole.AGENT, Role.ORDERER, 403), (StaffRole.ADMINISTRATOR, Role.OWNER, 200)]
)
def test_agents_order_and_administrators_change_who_has_access(
    tenant: Tenant, firm: Customer, role: StaffRole, gets: Role, people: int
) -> None:
    client = fresh_client(factories.staff(role), tenant)
    client.post(act(firm))
    assert client.get("/orders/").wsgi_request.role == gets  # type: ignore[attr-defined]
    assert client.get("/customers/people/").status_code == people


def test_an_owner_made_by_staff_is_marked_in_the_log(tenant: Tenant, firm: Customer) -> None:
    client = fresh_client(factories.staff(), tenant)
    client.post(act(firm))
    member = factories.membership(factories.user(), firm, Role.READER)
    client.post(f"/customers/people/{member.pk}/", {"role": "owner"})
    entry = Entry.objects.get(verb="customers.role_changed")
    assert entry.data["on_behalf"] is True


def test_it_ends_after_an_hour_and_at_sign_out(helping: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert helping.get("/orders/").headers["Location"] == "/customers/choose/"


def test_it_leaves_no_trace_in_the_people_of_the_customer(helping: Client, agent: User, firm: Customer) -> None:
    helping.get("/orders/")
    assert not Membership.objects.filter(user=agent).exists()


def test_only_staff_may_and_only_by_post(tenant: Tenant, firm: Customer, agent: User, client: Client) -> None:
    assert client.post(act(firm)).status_code == 403
    assert factories.client_for(agent, tenant=tenant).get(act(firm)).status_code == 405


def test_staff_without_a_second_factor_may_not(tenant: Tenant, firm: Customer) -> None:
    weak = factories.client_for(factories.user(staff_role=StaffRole.ADMINISTRATOR), tenant=tenant)
    weak.post(act(firm))
    assert weak.get("/orders/").headers["Location"] == "/customers/choose/"
    assert not Entry.objects.filter(verb="customers.acting_started").exists()


def test_a_customer_cannot_give_themselves_the_session_of_staff(client: Client, firm: Customer) -> None:
    """Somebody who was staff when it began, or a session that is not theirs to have."""
    session = client.session
    session["acts_for"] = {"customer": firm.pk, "until": 4e9}
    session.save()
    assert client.get("/orders/").headers["Location"] == "/customers/choose/"


def test_a_customer_of_another_company_is_not_found(tenant: Tenant, other_tenant: Tenant, agent: User) -> None:
    with tenant_scope(other_tenant):
        foreign = factories.customer()
    assert factories.client_for(agent, tenant=tenant).post(act(foreign)).status_code == 404
