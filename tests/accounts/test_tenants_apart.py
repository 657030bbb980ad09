"""The same person at two companies is two accounts, which know nothing of each other."""

from django.test import Client

from portal.accounts.models import User
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code, is_signed_in, newest_code

SIGN_IN = "/account/login/password/"
CONFIRM = "/account/login/code/confirm/"


def test_the_same_address_signs_in_at_each_with_its_own_password(
    visitor: Client, other_tenant: Tenant, kari: User
) -> None:
    with tenant_scope(other_tenant):
        factories.user(email=kari.email, password="annet passord her", name="Other Kari")
    elsewhere = factories.client_for(tenant=other_tenant)
    assert elsewhere.post(SIGN_IN, {"login": kari.email, "password": PASSWORD}).status_code == 422
    assert visitor.post(SIGN_IN, {"login": kari.email, "password": "annet passord her"}).status_code == 422
    elsewhere.post(SIGN_IN, {"login": kari.email, "password": "annet passord her"})
    visitor.post(SIGN_IN, {"login": kari.email, "password": PASSWORD})
    assert "Other Kari" in elsewhere.get("/account/details/").content.decode()
    assert "Kari Nordmann" in visitor.get("/account/details/").content.decode()


def test_the_same_address_signs_in_at_each_with_its_own_code(visitor: Client, other_tenant: Tenant, kari: User) -> None:
    elsewhere = factories.client_for(tenant=other_tenant)
    ask_for_code(visitor)
    code = newest_code()
    with tenant_scope(other_tenant):
        factories.user(email=kari.email)
        ask_for_code(elsewhere)
        other_code = newest_code()
    if code != other_code:
        elsewhere.post(CONFIRM, {"code": code})
        assert not is_signed_in(elsewhere)
    elsewhere.post(CONFIRM, {"code": other_code})
    visitor.post(CONFIRM, {"code": code})
    assert is_signed_in(elsewhere)
    assert is_signed_in(visitor)


def test_a_customer_of_one_is_unknown_at_the_other(other_tenant: Tenant, kari: User) -> None:
    client = factories.client_for(tenant=other_tenant)
    assert client.post(SIGN_IN, {"login": kari.email, "password": PASSWORD}).status_code == 422
    ask_for_code(client)
    with tenant_scope(other_tenant):
        code = newest_code()
    assert client.post(CONFIRM, {"code": code}).headers["Location"] == "/account/no-access/"
    assert not is_signed_in(client)


def test_a_session_of_one_is_nobodys_at_the_other(tenant: Tenant, other_tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert is_signed_in(client)
    stolen = factories.client_for(tenant=other_tenant)
    stolen.cookies["session"] = client.cookies["session"].value
    assert stolen.get("/account/details/").headers["Location"].startswith("/account/login/")
    assert is_signed_in(client)


def test_limits_at_one_do_not_count_at_the_other(visitor: Client, other_tenant: Tenant, kari: User) -> None:
    for _ in range(6):
        visitor.post(SIGN_IN, {"login": kari.email, "password": "wrong"})
        visitor.post("/account/login/code/", {"email": kari.email})
    with tenant_scope(other_tenant):
        factories.user(email=kari.email, password=PASSWORD)
    elsewhere = factories.client_for(tenant=other_tenant)
    ask_for_code(elsewhere)
    elsewhere.post(SIGN_IN, {"login": kari.email, "password": PASSWORD})
    assert is_signed_in(elsewhere)
