"""The host leads to the tenant; the whole request runs in its scope and in one transaction."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.customers.models import Customer
from portal.tenancy.middleware import TenantMiddleware
from portal.tenancy.models import Tenant, current_tenant_or_none
from tests import factories


def request_at(host: str) -> HttpRequest:
    return RequestFactory(headers={"host": host}).get("/")


@pytest.mark.parametrize("host", ["nobody.localhost", "fjord.localhost.evil.example", "10.0.0.1", "fjord"])
def test_an_unknown_host_is_a_plain_404(tenant: Tenant, host: str) -> None:
    response = Client(headers={"host": host}).get("/")
    assert response.status_code == 404
    assert tenant.name not in response.content.decode()


@pytest.mark.parametrize("host", ["fjord.localhost", "FJORD.localhost:8000", "fjord.localhost."])
def test_a_known_host_is_found_however_it_is_written(tenant: Tenant, host: str) -> None:
    seen: list[Tenant | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_tenant_or_none())
        return HttpResponse()

    TenantMiddleware(view)(request_at(host))
    assert seen == [tenant]


def test_what_is_remembered_of_a_host_does_not_grow_with_how_it_is_written(tenant: Tenant) -> None:
    """A stranger may write it in any number of ways."""
    middleware = TenantMiddleware(lambda _: HttpResponse())
    for host in ("fjord.localhost", "FJORD.localhost:8000", "Fjord.Localhost.", "fjord.localhost:1", "10.0.0.1"):
        middleware(request_at(host))
    assert middleware.last_known == {"fjord.localhost": tenant}


def test_a_tenant_that_is_switched_off_is_a_404(tenant: Tenant) -> None:
    Tenant.objects.update(is_active=False)
    assert Client(headers={"host": "fjord.localhost"}).get("/").status_code == 404


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (404, 1), (500, 0), (503, 0)])
def test_a_server_error_rolls_back_what_the_request_wrote(tenant: Tenant, status: int, kept: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        factories.customer()
        return HttpResponse(status=status)

    TenantMiddleware(view)(request_at("fjord.localhost"))
    assert Customer.objects.count() == kept


def test_the_scope_ends_with_the_request(tenant: Tenant) -> None:
    from portal.tenancy.scope import tenant_scope

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    with tenant_scope(None):
        TenantMiddleware(view)(request_at("fjord.localhost"))
        assert current_tenant_or_none() is None


@pytest.mark.parametrize("error", [Http404, PermissionDenied])
def test_the_scope_ends_also_when_the_view_raises(tenant: Tenant, error: type[Exception]) -> None:
    from portal.tenancy.scope import tenant_scope

    def view(request: HttpRequest) -> HttpResponse:
        raise error

    with tenant_scope(None):
        with pytest.raises(error):
            TenantMiddleware(view)(request_at("fjord.localhost"))
        assert current_tenant_or_none() is None


def test_the_demo_front_page_is_not_there_outside_a_demo(db: None, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert Client(headers={"host": "localhost"}).get("/").status_code == 404


def test_probes_are_answered_at_any_host(db: None) -> None:
    client = Client(headers={"host": "10.0.0.1"})
    assert (client.get("/livez").content, client.get("/readyz").json()) == (b"ok\n", {"database": "ok", "broker": "ok"})


def test_the_database_is_asked_as_seldom_as_can_be_for_a_probe(db: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        Client(headers={"host": "10.0.0.1"}).get("/livez")


@pytest.mark.parametrize("cookie", ["session", "csrf", "language"])
def test_a_nul_in_a_cookie_is_a_400_in_the_tenants_look(tenant: Tenant, cookie: str) -> None:
    """Cookies may be written with octal escapes, which Django resolves."""
    response = Client(headers={"host": "fjord.localhost", "cookie": f'{cookie}="abcdefgh\\000"'}).get("/account/login/")
    assert (response.status_code, tenant.name in response.content.decode()) == (400, True)


@pytest.mark.parametrize("query", ["next=%00", "%00=1", "a=1&a=%00"])
def test_a_nul_in_the_address_is_a_400(tenant: Tenant, query: str) -> None:
    status = Client(headers={"host": "fjord.localhost"}).get(f"/account/login/?{query}").status_code
    # The name of a value is never searched for.
    assert status == (200 if query.startswith("%00") else 400)
