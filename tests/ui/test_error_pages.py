"""What goes wrong looks like the company, speaks the person's language, and tells the next step."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.template import engines
from django.test import Client, RequestFactory

from portal.tenancy.models import Tenant
from portal.ui import errors
from tests import factories

ClientFor = Callable[..., Client]


@pytest.fixture
def request_at_tenant() -> Any:
    """A request as it is when the database cannot be asked: this test has no access to it."""
    request: Any = RequestFactory().get("/orders/")
    request.tenant = Tenant(name="Fjord", legal_name="Fjord AS", phone="21 23 45 67", theme="fjordsirkel")
    return request


def test_a_page_that_does_not_exist_is_told_in_the_company_s_look(tenant: Tenant, client_for: ClientFor) -> None:
    response = client_for(tenant=tenant).get("/no/such/page/")

    assert response.status_code == 404
    assert f"– {tenant.name}</title>" in response.content.decode()
    assert 'class="ds-button" href="/"' in response.content.decode()


def test_a_signed_in_person_keeps_the_menu_on_it(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    assert 'class="menu"' in client_for(person, tenant=tenant).get("/no/such/page/").content.decode()


def test_too_weak_a_role_is_told_so(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    response = client_for(person, tenant=tenant).get("/admin/")

    assert response.status_code == 403
    assert f"– {tenant.name}</title>" in response.content.decode()


def test_a_stale_form_is_refused_kindly(tenant: Tenant, client_for: ClientFor) -> None:
    client = Client(headers={"host": tenant.primary_host}, enforce_csrf_checks=True)

    response = client.post("/account/language/", {"language": "nn"})

    assert response.status_code == 403
    assert f"– {tenant.name}</title>" in response.content.decode()


def test_a_server_error_does_not_take_anybody_for_signed_out(request_at_tenant: Any) -> None:
    assert "Logg inn" not in errors.server_error(request_at_tenant).content.decode()


def test_a_server_error_asks_the_database_nothing(request_at_tenant: Any) -> None:
    response = errors.server_error(request_at_tenant)

    assert response.status_code == 500
    assert "themes/fjordsirkel.css" in response.content.decode()
    assert "21\u00a023\u00a045\u00a067" in response.content.decode()


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Something went wrong with us"), ("nb", "Noe gikk galt hos oss")]
)
def test_a_server_error_is_told_in_the_language_of_the_page(
    request_at_tenant: Any, language: str, expected: str
) -> None:
    request_at_tenant.LANGUAGE_CODE = language  # as the middleware leaves it
    assert expected in errors.server_error(request_at_tenant).content.decode()


@pytest.mark.parametrize(
    ("method", "expected"), [("GET", "The page cannot be shown just now."), ("POST", "What you sent was not saved.")]
)
def test_a_server_error_tells_what_became_of_it(request_at_tenant: Any, method: str, expected: str) -> None:
    request_at_tenant.LANGUAGE_CODE, request_at_tenant.method = "en", method
    assert expected in errors.server_error(request_at_tenant).content.decode()


def test_a_server_error_is_answered_even_when_the_page_for_it_fails(request_at_tenant: Any) -> None:
    request_at_tenant.tenant = object()

    response = errors.server_error(request_at_tenant)

    assert response.status_code == 500
    assert b"Server error" in response.content


def test_a_request_that_makes_no_sense_is_a_400(request_at_tenant: Any) -> None:
    response = errors.bad_request(request_at_tenant, SuspiciousOperation("too many fields"))

    assert response.status_code == 400
    assert b"too many fields" not in response.content


def test_an_unknown_host_gets_a_plain_page_of_nobody_s(db: None) -> None:
    response = Client(headers={"host": "nobody.example"}).get("/")

    assert response.status_code == 404
    assert b"stylesheet" not in response.content


def test_error_pages_have_no_inline_style_or_script() -> None:
    for name in ("400", "403", "404", "500"):
        html = engines["django"].get_template(f"{name}.html").render({"theme": "skranke", "tenant": None})
        assert "style=" not in html
        assert "<style" not in html
