"""Who asks for the head of a page gets that of the page: monitors, link checkers and caches ask so."""

from django.test import Client

from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.guards.test_every_url_declares_access import OURS, Address, at

TOLD = ("Content-Type", "Location", "Allow")


def told(client: Client, method: str, address: Address) -> tuple[int, dict[str, str]]:
    answer = client.generic(method, address.path)
    if method == "HEAD":
        assert answer.content == b""
    return answer.status_code, {name: answer.headers.get(name, "") for name in TOLD}


@at([address for address in OURS if address.access == "public"])
def test_a_visitor_gets_the_head_of_a_public_page(tenant: Tenant, address: Address) -> None:
    # Each asks for the first time: some pages remember who was there.
    asked = (told(factories.client_for(tenant=tenant), method, address) for method in ("GET", "HEAD"))
    assert next(asked) == next(asked)


@at([address for address in OURS if address.access != "public"])
def test_a_member_gets_the_head_of_a_page(tenant: Tenant, address: Address) -> None:
    person, _ = factories.member(Role.OWNER)
    asked = (told(factories.client_for(person, tenant=tenant), method, address) for method in ("GET", "HEAD"))
    assert next(asked) == next(asked)
