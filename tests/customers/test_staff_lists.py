"""What staff change on a customer's page: who is taken off a list is out at once."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.customers.models import Customer, Membership, Role
from portal.tenancy.models import Tenant
from tests import factories


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    return factories.customer(name="Nordmann AS", number="4711")


@pytest.fixture
def member(firm: Customer) -> Membership:
    return factories.membership(factories.user(), firm)


def save(tenant: Tenant, firm: Customer, **changes: Any) -> Any:
    staff: Client = factories.client_for(factories.staff(), tenant=tenant)
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
