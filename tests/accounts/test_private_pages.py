"""What browsers may keep of signed-in pages, and what is left after sign-out."""

from django.test import Client

from portal.accounts.models import User
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code


def test_signed_in_pages_are_not_stored(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    for path in ("/", "/account/details/", "/customer-service/", "/nowhere/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_the_steps_of_signing_in_are_not_stored(visitor: Client, kari: User) -> None:
    ask_for_code(visitor)
    assert "no-store" in visitor.get("/account/login/code/confirm/").headers["Cache-Control"]
    response = visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    assert "no-store" in response.headers["Cache-Control"]


def test_signing_out_clears_what_the_browser_holds_but_not_the_language(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    response = client.post("/account/logout/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/account/login/").headers


def test_signed_out_pages_show_nothing_of_the_account(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert "Kari Nordmann" in client.get("/customer-service/").content.decode()
    client.post("/account/logout/")
    for path in ("/account/login/", "/account/login/code/", "/account/login/password/", "/customer-service/"):
        page = client.get(path).content.decode()
        assert "Kari" not in page
        assert "Nordmann AS" not in page


def test_pages_cannot_be_framed_or_sniffed(visitor: Client) -> None:
    headers = visitor.get("/account/login/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
