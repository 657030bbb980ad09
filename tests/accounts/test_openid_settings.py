"""The company's own client at the provider, in admin: only administrators, and the secret is never shown."""

import pytest
from django.test import Client

from portal.accounts.models import OpenIdProvider, StaffRole
from portal.tenancy.models import Tenant
from tests import factories

LIST, ADD = "/admin/accounts/openidprovider/", "/admin/accounts/openidprovider/add/"
FIELDS = {
    "is_on": "on",
    "name": "ID-porten",
    "issuer": "https://idporten.example",
    "client_id": "skranke",
    "authentication": "client_secret_basic",
    "secret": "very-secret-words",
    "scope": "openid profile",
    "acr_values": "idporten-loa-high",
    "pid_claim": "pid",
}


@pytest.fixture
def administrator(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(), tenant=tenant)


def test_an_administrator_sets_it_up_and_the_secret_is_not_shown(administrator: Client) -> None:
    assert administrator.post(ADD, FIELDS).status_code == 302
    made = OpenIdProvider.objects.get()
    assert (made.issuer, made.secret) == ("https://idporten.example", "very-secret-words")
    page = f"{LIST}{made.pk}/change/"
    assert administrator.get(LIST).headers["Location"] == page
    assert "very-secret-words" not in administrator.get(page).content.decode()


def test_an_empty_secret_keeps_the_one_there_is(administrator: Client) -> None:
    assert administrator.post(ADD, FIELDS | {"secret": ""}).status_code == 200
    administrator.post(ADD, FIELDS)
    made = OpenIdProvider.objects.get()
    administrator.post(f"{LIST}{made.pk}/change/", FIELDS | {"secret": "", "client_id": "other"})
    made.refresh_from_db()
    assert (made.client_id, made.secret) == ("other", "very-secret-words")


def test_customer_service_does_not_see_it(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)
    assert [client.get(path).status_code for path in (LIST, ADD)] == [403, 403]
