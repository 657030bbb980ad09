"""My details, and the language of the page."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests import factories

DETAILS = "/account/details/"


@pytest.fixture
def client(tenant: Tenant, kari: User) -> Client:
    return factories.client_for(kari, tenant=tenant)


def test_name_and_language_can_be_changed(client: Client, kari: User) -> None:
    response = client.post(DETAILS, {"name": "  Kari   Normann ", "language": "nn"})
    assert response.headers["Location"] == DETAILS
    kari.refresh_from_db()
    assert (kari.name, kari.language) == ("Kari Normann", "nn")
    assert client.get(DETAILS).headers["Content-Language"] == "nn"
    assert Entry.objects.filter(verb="accounts.details_changed", by=kari).count() == 1


def test_a_name_is_needed(client: Client, kari: User) -> None:
    assert client.post(DETAILS, {"name": " ", "language": "nn"}).status_code == 422
    kari.refresh_from_db()
    assert (kari.name, kari.language) == ("Kari Nordmann", "")


def test_address_and_role_cannot_be_changed_here(client: Client, kari: User) -> None:
    extra = {"email": "other@example.com", "phone": "+4799887766", "is_staff": "on", "staff_role": "administrator"}
    client.post(DETAILS, {"name": "Kari", "language": "nb"} | extra)
    kari.refresh_from_db()
    assert (kari.email, kari.phone, kari.is_staff) == ("kari@example.com", "+4791234567", False)


def test_a_visitor_chooses_the_language_of_the_device(visitor: Client) -> None:
    response = visitor.post("/account/language/", {"language": "en", "next": "/account/login/"})
    assert response.headers["Location"] == "/account/login/"
    cookie = response.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("en", True, "Lax", "/")
    assert visitor.get("/account/login/").headers["Content-Language"] == "en"


def test_a_signed_in_user_takes_the_choice_along_to_other_devices(client: Client, tenant: Tenant, kari: User) -> None:
    client.post("/account/language/", {"language": "en"})
    elsewhere = factories.client_for(User.objects.get(pk=kari.pk), tenant=tenant)
    assert elsewhere.get(DETAILS).headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["de", "", "../../x"])
def test_a_language_we_do_not_have_changes_nothing(visitor: Client, language: str) -> None:
    response = visitor.post("/account/language/", {"language": language})
    assert (response.status_code, "language" in response.cookies) == (302, False)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_choice_leads_back_only_to_our_own_pages(visitor: Client, wanted: str) -> None:
    response = visitor.post("/account/language/", {"language": "en", "next": wanted})
    assert response.headers["Location"] == "/"


def test_changing_language_takes_a_post(visitor: Client) -> None:
    assert visitor.get("/account/language/?language=en").status_code == 405
