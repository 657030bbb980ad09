"""The admin lies behind the portal's own sign-in, for staff."""

from collections.abc import Callable

from django.test import Client

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


def test_anonymous_people_are_led_to_the_portals_sign_in(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    response = client_for(tenant=tenant).get("/admin/customers/customer/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/login/?next=/admin/customers/customer/"


def test_the_admin_has_no_sign_in_form_of_its_own(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    client = client_for(tenant=tenant)
    for response in [client.get("/admin/login/"), client.post("/admin/login/", {"username": "a", "password": "b"})]:
        assert response.headers["Location"] == "/account/login/?next=/admin/"


def test_customers_are_refused(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    person, _ = factories.member()
    client = client_for(person, tenant=tenant)
    assert [client.get(f"/admin/{page}").status_code for page in ["", "login/", "customers/customer/"]] == [403] * 3


def test_staff_see_the_start_page_under_the_tenants_name(tenant: Tenant, agent: Client) -> None:
    page = agent.get("/admin/").content.decode()
    assert tenant.name in page


def test_staff_of_another_tenant_are_strangers(
    tenant: Tenant, other_tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    with tenant_scope(other_tenant):
        stranger = factories.staff()
    client = client_for(stranger, tenant=other_tenant)
    response = client.get("/admin/", headers={"host": tenant.primary_host})
    assert response.headers["Location"].startswith("/account/login/")


def test_staff_who_are_switched_off_are_led_to_sign_in(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    person = factories.staff()
    client = client_for(person, tenant=tenant)
    person.is_active = False
    person.save()
    assert client.get("/admin/").status_code == 302


def test_signing_out_ends_the_session(agent: Client) -> None:
    assert agent.post("/admin/logout/").headers["Location"] == "/account/login/"
    assert agent.get("/admin/").status_code == 302
