"""Every address says who may come in, and keeps out everyone else. Each one is called, not only looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from portal import registry
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

# Who guards the addresses below a prefix, where our own guards cannot stand on the views.
GUARDED_ELSEWHERE = {"admin/": "TenantAdminSite.admin_view wraps every view of the admin: staff only."}

# What anyone may see, and why.
PUBLIC = {
    "account_login": "where one signs in",
    "billing:spot": "spot prices are the same for everybody",
    "account_password_login": "where one signs in",
    "account_request_login_code": "where one signs in",
    "account_confirm_login_code": "where one signs in; the code is bound to the session",
    "accounts:request_sms_code": "where one signs in",
    "accounts:openid_start": "where one signs in",
    "accounts:openid_callback": "where one signs in; the state is bound to the session",
    "accounts:first_steps": "told to who has shown who they are; others are led on",
    "accounts:openid_end": "leads to the provider, where signing out twice is no error",
    "accounts:code_trouble": "what became of the code of this session",
    "accounts:no_access": "told to who has proved an address that leads nowhere; others are led on",
    "accounts:open_link": "the link that staff have sent is the proof",
    "accounts:start": "the link that staff have sent is the proof; its key is in the session",
    "mfa_login_webauthn": "where one signs in",
    "mfa_authenticate": "the second step of signing in; who has not taken the first is led to it",
    "accounts:unlock": "the PIN of a locked session; others are led on",
    "account_logout": "signing out twice is no error",
    "account_signup": "how to get access",
    "account_reset_password": "who has forgotten the password cannot be signed in",
    "account_reset_password_done": "says the same to everyone",
    "account_reset_password_from_key": "the link from the e-mail is the proof",
    "set_language": "a visitor has a language too",
    "content:customer_service": "how to reach the company",
    "content:manifest": "the browser asks for it before anybody has signed in",
    "content:choose_area": "a visitor lives somewhere, too",
    "content:news": "what is meant for everybody",
    "content:news_feed": "what is meant for everybody",
    "content:news_item": "what is meant for everybody; the rest is not found",
    "content:news_picture": "as the news it belongs to",
    "content:page": "privacy, accessibility and terms must be open",
    "customers:ask_for_access": "who has no access cannot be signed in",
    "customers:asked": "says the same to everyone",
    "customers:register_company": "a company that is no customer yet",
    "customers:find_company": "fills in that form from an open register",
    "customers:invitation": "the secret in the link is the proof",
    "customers:invitation_code": "the secret in the link and the code are the proof",
    "customers:accept_invitation": "the secret in the link is the proof; leads to signing in",
    "customers:sign_out_for_invitation": "signing out twice is no error",
    "forms_catalog:write": "who is no customer has questions, too",
    "forms_catalog:written": "the receipt, at an address only the writer has",
    "forms_catalog:open_thread": "the key in the address went to the writer's e-mail",
    "outages:index": "where the power is out",
    "outages:board": "where the power is out",
    "outages:outage": "where the power is out",
    "outages:report": "whoever sees a hazard must be able to say so",
    "outages:reported": "the receipt, at an address only the reporter has",
    "notifications:sms_receipt": "the gateway calls it, with a shared secret",
}

SAMPLES = {
    "int": "999999",
    "slug": "no-such",
    "str": "no-such",
    "path": "no/such",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


@dataclass(frozen=True)
class Address:
    path: str
    name: str
    view: Any = field(compare=False)
    app: str = ""
    has_arguments: bool = False

    @property
    def access(self) -> str:
        return getattr(self.view, "access", "")

    @property
    def is_elsewhere(self) -> bool:
        return any(self.path.startswith(f"/{prefix}") for prefix in GUARDED_ELSEWHERE)

    def __str__(self) -> str:
        return self.name or self.path


def sample(pattern: Any) -> str:
    """Return a path that the pattern matches."""
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], text)
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "999999", text)
    return re.sub(r"^\^|\$$|\\Z$", "", text).replace(".*", "no-such")


def addresses(patterns: list[Any], path: str = "/", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in patterns:
        here = path + sample(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry.url_patterns, here, inner)
        elif isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name or ""]) if entry.name else ""
            arguments = bool(entry.pattern.regex.groups or "<" in str(entry.pattern))
            yield Address(here, name, entry.callback, spaces[0] if spaces else "", arguments)


ALL = list(addresses(get_resolver().url_patterns))
OURS = [address for address in ALL if not address.is_elsewhere]
CLOSED = [address for address in ALL if address.access != "public"]
TOO_WEAK = [
    (role, address)
    for address in OURS
    for role in Role
    if address.access.startswith("customer:") and not role.includes(Role(address.access.partition(":")[2]))
]


def at(found: list[Address]) -> Any:
    return pytest.mark.parametrize("address", found, ids=[f"{address} {address.path}" for address in found])


def by_place(found: list[Address]) -> Any:
    """Parametrize by the beginning of the path: for what holds for hundreds, and needs a company and people."""
    places: dict[str, list[Address]] = {}
    for address in found:
        places.setdefault("/".join(address.path.split("/")[1:3]), []).append(address)
    return pytest.mark.parametrize("place", places.values(), ids=places.keys())


def call(client: Client, address: Address) -> list[HttpResponse]:
    """Call the address in both ways, and return the answers to those it takes."""
    answers = [client.get(address.path), client.post(address.path)]
    taken = [answer for answer in answers if answer.status_code != 405]
    assert taken, "neither GET nor POST is taken"
    return taken


def statuses(client: Client, address: Address) -> set[int]:
    return {answer.status_code for answer in call(client, address)}


@pytest.fixture
def owner(tenant: Tenant) -> Client:
    person, _ = factories.member(Role.OWNER)
    return factories.client_for(person, tenant=tenant)


# What is declared ------------------------------------------------------------------------------------


@at(OURS)
def test_the_view_declares_its_access(address: Address) -> None:
    allowed = {"public", "signed_in", "staff", *(f"customer:{role}" for role in Role.values)}
    assert address.access in allowed, "put one guard of portal.customers.access on the view"


def test_what_is_public_is_listed_with_a_reason_and_the_list_is_not_stale() -> None:
    assert {address.name for address in OURS if address.access == "public"} == PUBLIC.keys()


def test_what_is_guarded_elsewhere_exists_and_is_not_guarded_here() -> None:
    for prefix in GUARDED_ELSEWHERE:
        below = [address for address in ALL if address.path.startswith(f"/{prefix}")]
        assert below
        assert not [address for address in below if address.access]


# What happens ----------------------------------------------------------------------------------------


def not_led_to_sign_in(client: Client, address: Address) -> list[tuple[str, int]]:
    answers = call(client, address)
    return [
        (str(address), answer.status_code)
        for answer in answers
        if not answer.headers.get("Location", "").startswith("/account/login/")
    ]


@by_place(CLOSED)
def test_a_visitor_is_led_to_sign_in(tenant: Tenant, place: list[Address]) -> None:
    client = factories.client_for(tenant=tenant)
    assert [found for address in place for found in not_led_to_sign_in(client, address)] == []


@by_place(CLOSED)
def test_a_session_of_another_tenant_is_nobodys(tenant: Tenant, other_tenant: Tenant, place: list[Address]) -> None:
    with tenant_scope(other_tenant):
        person = factories.staff()
        factories.membership(person, factories.customer())
    found = []
    for address in place:
        client = factories.client_for(person, tenant=other_tenant)
        assert client.get("/account/details/").status_code == 200
        client.defaults["HTTP_HOST"] = tenant.primary_host
        found += not_led_to_sign_in(client, address)
    assert found == []


@at([address for address in OURS if address.access == "public"])
def test_a_public_address_answers_a_visitor(tenant: Tenant, address: Address) -> None:
    assert all(status < 500 for status in statuses(factories.client_for(tenant=tenant), address))


@at([address for address in OURS if address.access.startswith("customer:")])
def test_a_user_without_a_customer_is_led_to_choose_one(tenant: Tenant, address: Address) -> None:
    client = factories.client_for(factories.user(), tenant=tenant)
    for answer in call(client, address):
        assert answer.headers.get("Location") == "/customers/choose/", answer.status_code


@pytest.mark.parametrize(("role", "address"), TOO_WEAK, ids=[f"{role}-{address}" for role, address in TOO_WEAK])
def test_too_weak_a_role_is_refused(tenant: Tenant, role: Role, address: Address) -> None:
    person, _ = factories.member(role)
    assert statuses(factories.client_for(person, tenant=tenant), address) == {403}


@by_place([address for address in CLOSED if address.is_elsewhere or address.access == "staff"])
def test_a_customer_may_not_see_what_is_for_staff(owner: Client, place: list[Address]) -> None:
    assert [(str(address), found) for address in place if (found := statuses(owner, address)) != {403}] == []


@at([address for address in OURS if address.has_arguments and address.access != "public"])
def test_what_does_not_exist_is_not_found(owner: Client, address: Address) -> None:
    assert statuses(owner, address) == {404}


@at([address for address in OURS if registry.module_of_app(address.app)])
def test_a_module_that_is_switched_off_does_not_exist(db: None, address: Address) -> None:
    bare = factories.tenant("bare", modules=[])
    with tenant_scope(bare):
        person, _ = factories.member(Role.OWNER)
    assert statuses(factories.client_for(person, tenant=bare), address) == {404}
