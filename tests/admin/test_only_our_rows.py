"""Nothing of another tenant is seen, chosen in a drop-down, or guessed by id."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from portal.admin_site import site
from portal.customers.models import Customer, Membership
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.admin.conftest import Rows

CUSTOMER = {"number": "1", "kind": "private", "name": "A", "email": "", "phone": "", "address": "", "org_no": ""}
CUSTOMER |= {"postal_code": "", "city": ""}


def management(prefix: str, *, total: int = 0, initial: int = 0) -> dict[str, Any]:
    return {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": initial}


def no_inlines() -> dict[str, Any]:
    return management("memberships") | management("authorizations")


def member_line(user: int, **fields: Any) -> dict[str, Any]:
    line = {"memberships-0-user": user, "memberships-0-role": "owner", "memberships-0-id": ""}
    return management("memberships", total=1) | management("authorizations") | line | fields


def test_every_admin_class_is_made_for_tenants() -> None:
    assert [model for model, admin in site._registry.items() if not isinstance(admin, TenantModelAdmin)] == []


@pytest.mark.parametrize("page", ["customers/customer", "accounts/user"])
def test_lists_and_searches_show_our_rows_only(administrator: Client, ours: Rows, theirs: Rows, page: str) -> None:
    for query in ["", "?q=theirs", "?q=ours"]:
        content = administrator.get(f"/admin/{page}/{query}").content.decode()
        assert "Theirs" not in content
    assert "Ours" in content


@pytest.mark.parametrize("step", ["change", "history", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_id_is_a_404(administrator: Client, ours: Rows, theirs: Rows, step: str, method: str) -> None:
    for name, pk in [("customers/customer", theirs.customer.pk), ("accounts/user", theirs.user.pk)]:
        address = f"/admin/{name}/{pk}/{step}/"
        response = getattr(administrator, method)(address, CUSTOMER | no_inlines() if method == "post" else None)
        # Nothing can be deleted: that is refused before the row is looked for.
        assert response.status_code == (403 if step == "delete" else 404), address


def test_an_id_that_is_nobodys_is_a_404(administrator: Client) -> None:
    assert administrator.get("/admin/customers/customer/999999/change/").status_code == 404
    assert administrator.get("/admin/customers/customer/nonsense/change/").status_code == 404


def test_another_companys_settings_are_a_404(administrator: Client, tenant: Tenant, other_tenant: Tenant) -> None:
    assert administrator.get(f"/admin/tenancy/tenant/{tenant.pk}/change/").status_code == 200
    assert administrator.get(f"/admin/tenancy/tenant/{other_tenant.pk}/change/").status_code == 404
    assert administrator.post(f"/admin/tenancy/tenant/{other_tenant.pk}/change/", {"name": "Taken"}).status_code == 404


def test_another_tenants_customer_cannot_be_changed(administrator: Client, theirs: Rows, other_tenant: Tenant) -> None:
    administrator.post(f"/admin/customers/customer/{theirs.customer.pk}/change/", CUSTOMER | no_inlines())
    with tenant_scope(other_tenant):
        theirs.customer.refresh_from_db()
    assert theirs.customer.name == "Theirs AS"


def test_drop_downs_offer_our_rows_only(administrator: Client, ours: Rows, theirs: Rows) -> None:
    query = {"app_label": "customers", "model_name": "membership", "field_name": "user", "term": ""}
    found = json.loads(administrator.get("/admin/autocomplete/", query).content)["results"]
    assert sorted(row["text"] for row in found) == ["Admin Istrator", "Ours Person"]


def test_another_tenants_user_cannot_be_chosen(administrator: Client, ours: Rows, theirs: Rows) -> None:
    address = f"/admin/customers/customer/{ours.customer.pk}/change/"
    response = administrator.post(address, CUSTOMER | member_line(theirs.user.pk))
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert list(Membership.objects.values_list("user", flat=True)) == [ours.user.pk]


def test_another_tenants_row_cannot_be_taken_over_in_an_inline(
    administrator: Client, ours: Rows, theirs: Rows, other_tenant: Tenant
) -> None:
    address = f"/admin/customers/customer/{ours.customer.pk}/change/"
    line = member_line(ours.user.pk, **{"memberships-0-id": theirs.membership.pk, "memberships-INITIAL_FORMS": 1})
    administrator.post(address, CUSTOMER | line | {"memberships-0-customer": ours.customer.pk})
    with tenant_scope(other_tenant):
        theirs.membership.refresh_from_db()
        assert (theirs.membership.user, theirs.membership.customer) == (theirs.user, theirs.customer)


def test_a_new_row_is_ours_whatever_the_form_says(
    administrator: Client, tenant: Tenant, other_tenant: Tenant, ours: Rows
) -> None:
    administrator.post("/admin/customers/customer/add/", CUSTOMER | no_inlines() | {"tenant": other_tenant.pk})
    assert Customer.objects.get(number="1").tenant == tenant


def test_the_tenant_is_on_no_form(administrator: Client, ours: Rows) -> None:
    for address in [f"customers/customer/{ours.customer.pk}", f"accounts/user/{ours.user.pk}"]:
        assert 'name="tenant"' not in administrator.get(f"/admin/{address}/change/").content.decode()


def test_the_history_of_staffs_doings_is_the_tenants_own(
    administrator: Client, ours: Rows, other_tenant: Tenant
) -> None:
    administrator.post("/admin/customers/customer/add/", CUSTOMER | no_inlines())
    assert LogEntry.objects.count() == 1
    with tenant_scope(other_tenant):
        assert LogEntry.objects.count() == 0


def test_nothing_is_deleted_in_bulk(administrator: Client, ours: Rows) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [ours.customer.pk], "post": "yes"}
    administrator.post("/admin/customers/customer/", chosen)
    assert Customer.objects.filter(pk=ours.customer.pk).exists()


def test_a_module_the_tenant_lacks_is_not_in_its_admin(client_for: Callable[..., Client], tenant: Tenant) -> None:
    factories.tenant("fjord", modules=["orders"])
    client = client_for(factories.staff(), tenant=tenant)
    names = [model._meta.label_lower for model in site._registry if model._meta.app_label == "metering"]
    addresses = [f"/admin/{name.replace('.', '/')}/" for name in names]
    assert len(addresses) > 0
    assert [address for address in addresses if client.get(address).status_code != 404] == []
    start = client.get("/admin/").content.decode()
    assert [address for address in addresses if address in start] == []
