"""What staff change on a customer's page: who is taken off a list is out at once."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts.models import StaffRole, User
from portal.audit.models import Entry
from portal.customers.models import Customer, Membership, Role
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    return factories.customer(name="Nordmann AS", number="4711")


@pytest.fixture
def member(firm: Customer) -> Membership:
    return factories.membership(factories.user(), firm)


def save(tenant: Tenant, firm: Customer, staff_role: StaffRole = StaffRole.ADMINISTRATOR, **changes: Any) -> Any:
    staff: Client = factories.client_for(factories.staff(staff_role), tenant=tenant)
    data = {"number": firm.number, "kind": firm.kind, "name": firm.name}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return staff.post(f"/admin/customers/customer/{firm.pk}/change/", data | changes)


def line(prefix: str, row: Any, **fields: Any) -> dict[str, Any]:
    counts = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1" if row else "0"}
    named = {f"{prefix}-0-{name}": value for name, value in fields.items()}
    return counts | named | ({f"{prefix}-0-id": row.pk} if row else {})


def test_a_member_who_is_taken_off_is_signed_out_and_may_be_the_last_owner(
    tenant: Tenant, firm: Customer, member: Membership
) -> None:
    device = factories.client_for(member.user, tenant=tenant)
    assert device.get("/orders/").status_code == 200
    form = line("memberships", member, user=member.user.pk, role="owner", customer=firm.pk, DELETE="on")
    assert save(tenant, firm, **form).status_code == 302
    assert not Membership.objects.exists()
    assert not UserSession.objects.filter(user=member.user).exists()


def test_a_member_is_added_and_changed(tenant: Tenant, firm: Customer, member: Membership) -> None:
    save(tenant, firm, **line("memberships", member, user=member.user.pk, role="reader", customer=firm.pk))
    member.refresh_from_db()
    assert member.role == Role.READER
    other = factories.customer()
    save(tenant, other, **line("memberships", None, user=member.user.pk, role="orderer", customer=other.pk))
    assert Membership.objects.get(customer=other).role == Role.ORDERER


def test_what_staff_change_is_in_the_log_and_the_owners_are_told(
    tenant: Tenant, firm: Customer, member: Membership
) -> None:
    new = factories.user()
    save(tenant, firm, **line("memberships", None, user=new.pk, role="owner", customer=firm.pk))
    assert Entry.objects.get(verb="customers.member_added").data == {"by": "staff", "role": "owner"}
    told = Message.objects.filter(event="customers.owners_changed")
    assert list(told.values_list("recipient", flat=True)) == [member.user.email]
    added = Membership.objects.get(user=new)
    save(tenant, firm, **line("memberships", added, user=new.pk, role="reader", customer=firm.pk))
    assert Entry.objects.get(verb="customers.role_changed").customer == firm
    assert told.count() == 2


def test_who_is_added_reads_that_they_have_access_and_the_owners_hear_of_it(
    tenant: Tenant, firm: Customer, member: Membership
) -> None:
    new = factories.user(name="Lene Leser")
    save(tenant, firm, **line("memberships", None, user=new.pk, role="reader", customer=firm.pk))
    assert Message.objects.get(recipient=new.email).subject.startswith("Du har fått tilgang til ")
    told = Message.objects.get(recipient=member.user.email)
    assert told.subject.startswith("Lene Leser kan nå handle for ")
    assert "rollen Leser" in told.body


def test_a_user_is_added_with_the_customer_they_act_for(tenant: Tenant, firm: Customer, member: Membership) -> None:
    staff = factories.client_for(factories.staff(), tenant=tenant)
    url = "/admin/accounts/user/add/"
    assert 'name="customer_number"' in staff.get(url).content.decode()
    new = {"name": "Ola Ny", "email": "ola@example.com", "send_link": "on"}
    assert "Det finnes ingen kunde" in staff.post(url, new | {"customer_number": "999"}).content.decode()
    assert not User.objects.filter(email="ola@example.com").exists()
    assert staff.post(url, new | {"customer_number": "47 11", "customer_role": "reader"}).status_code == 302
    made = Membership.objects.get(user__email="ola@example.com")
    assert (made.customer, made.role) == (firm, Role.READER)
    assert [message.event for message in Message.objects.filter(recipient="ola@example.com")] == [
        "accounts.access_opened"
    ]
    assert Message.objects.get(recipient=member.user.email).event == "customers.user_added"


def test_a_line_that_names_another_person_takes_the_first_off(
    tenant: Tenant, firm: Customer, member: Membership
) -> None:
    device = factories.client_for(member.user, tenant=tenant)
    new = factories.user()
    save(tenant, firm, **line("memberships", member, user=new.pk, role="owner", customer=firm.pk))
    assert list(Membership.objects.values_list("user", "role")) == [(new.pk, Role.OWNER)]
    assert device.get("/orders/").status_code == 302
    assert Entry.objects.get(verb="customers.member_removed").object_id == member.user.pk


def test_an_agent_does_not_decide_who_acts_for_a_customer(tenant: Tenant, firm: Customer, member: Membership) -> None:
    """They could make themselves an owner."""
    new, agent = factories.user(), StaffRole.AGENT
    lines = [
        line("memberships", None, user=new.pk, role="owner", customer=firm.pk),
        line("memberships", member, user=member.user.pk, role="reader", customer=firm.pk),
        line("memberships", member, user=member.user.pk, role="owner", customer=firm.pk, DELETE="on"),
    ]
    for number, changes in enumerate(lines):
        assert save(tenant, firm, agent, name=f"Firm {number}", **changes).status_code == 302
    assert list(Membership.objects.values_list("pk", "user", "role")) == [(member.pk, member.user.pk, Role.OWNER)]
    firm.refresh_from_db()
    assert firm.name == "Firm 2"


@pytest.mark.parametrize("ago", [14 * 60, 16 * 60])
def test_who_has_access_is_changed_with_a_fresh_proof_only(
    tenant: Tenant, firm: Customer, member: Membership, ago: int
) -> None:
    """The page keeps what was filled in; the rest of a customer can be changed without."""
    clerk = factories.staff()
    client = factories.prove(factories.client_for(clerk, tenant=tenant), clerk, ago=ago)
    url = f"/admin/customers/customer/{firm.pk}/change/"
    data = {"number": firm.number, "kind": firm.kind, "name": "Nytt navn AS"}
    own = line("memberships", member, user=member.user.pk, role="reader", customer=firm.pk)
    answer = client.post(url, data | own)
    member.refresh_from_db()
    if ago < 15 * 60:
        assert (answer.status_code, member.role) == (302, Role.READER)
        return
    assert member.role == Role.OWNER
    page = answer.content.decode()
    assert "/account/prove/?next=" in page
    assert "Nytt navn AS" in page
    unchanged = line("memberships", member, user=member.user.pk, role="owner", customer=firm.pk)
    assert client.post(url, data | unchanged).status_code == 302


def test_how_somebody_gets_in_is_changed_with_a_fresh_proof_only(tenant: Tenant) -> None:
    clerk, person = factories.staff(), factories.user(name="Kari Nordmann", email="kari@example.com")
    client = factories.prove(factories.client_for(clerk, tenant=tenant), clerk, ago=16 * 60)
    url = f"/admin/accounts/user/{person.pk}/change/"
    same = {"name": "Kari Ny", "email": "kari@example.com", "is_active": "on"}
    for change in ({"email": "thief@example.com"}, {"phone": "998 87 766"}, {"is_active": ""}, {"staff_role": "agent"}):
        assert "/account/prove/?next=" in client.post(url, same | change).content.decode()
    person.refresh_from_db()
    assert (person.name, person.email, person.phone, person.is_active, person.is_staff) == (
        "Kari Nordmann", "kari@example.com", "", True, False,
    )  # fmt: skip
    assert client.post(url, same).status_code == 302
