"""Host → tenant, the scope and transaction the whole request runs in, and what no request may hold."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponseNotFound
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone

from portal import registry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import remembering, tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def hostname_of(host: str) -> str:
    """Return a host's name as tenants have it: "min.fjord.example" for "MIN.fjord.example.:443"."""
    return split_domain_port(host)[0].rstrip(".")


def tenant_of_host(hostname: str) -> Tenant | None:
    """Return the active tenant that answers at a host name, or None."""
    return Tenant.objects.filter(hosts__hostname=hostname, is_active=True).first()


class TenantMiddleware:
    """Opens the tenant's scope, clock and one transaction around everything behind it, session and sign-in included.

    The transaction is rolled back when the answer is a server error. ATOMIC_REQUESTS would leave the other
    middleware's queries outside, where row-level security shows no rows at all.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # Whose page says that the database is gone. By host name: a visitor may write a host in any number of ways,
        # but no more host names lead to a tenant than the tenants have.
        self.last_known: dict[str, Tenant] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hostname = hostname_of(request.get_host())
        try:
            tenant = tenant_of_host(hostname)
        except (OperationalError, InterfaceError):
            request.tenant = self.last_known.get(hostname)  # type: ignore[attr-defined]
            raise
        if tenant:
            self.last_known[hostname] = tenant
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            return self.without_tenant(request, hostname)
        with tenant_scope(tenant), remembering(), timezone.override(tenant.zone), transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def without_tenant(self, request: HttpRequest, hostname: str) -> HttpResponseBase:
        if settings.DEMO and hostname in settings.DEMO_HOSTS:
            request.urlconf = "portal.demo.urls"
            return self.get_response(request)
        return HttpResponseNotFound(render_to_string("errors/unknown_host.html"))


class NulMiddleware:
    """Answers 400 to a NUL in a cookie or the address: PostgreSQL holds none, so a search for one is a server error.

    Nobody can type it. What is posted goes through forms, whose text fields refuse it with words.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        in_address = (value for _, values in request.GET.lists() for value in values)
        if any("\0" in value for value in (*request.COOKIES.values(), *in_address)):
            raise SuspiciousOperation("A cookie or the address holds a NUL.")
        return self.get_response(request)


class ModuleMiddleware:
    """A page of a module that the tenant has not switched on does not exist."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        match = request.resolver_match
        tenant: Tenant | None = getattr(request, "tenant", None)
        if match and match.app_names and tenant and not registry.is_offered(match.app_names[0], tenant):
            raise Http404
