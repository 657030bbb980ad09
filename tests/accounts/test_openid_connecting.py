"""Connecting ID-porten with an account there is: on the security page, and at the first sign-in where the account asks
for a second factor.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from portal.accounts.models import Identity, OpenIdProvider, User
from portal.accounts.oidc.identity import hashes_of
from portal.audit.models import Entry
from portal.customers.models import Customer, CustomerIdentity, Membership
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts import openid
from tests.accounts.conftest import PASSWORD, configure, is_signed_in, newest_code
from tests.accounts.openid import NUMBER, Provider
from tests.accounts.openid_visits import begin, come_back
from tests.accounts.test_second_factor import app_code

CONNECT, DISCONNECT = "/account/login/openid/connect/", "/account/login/openid/disconnect/"
FIRST, TIE, SECOND = "/account/login/first/", "/account/login/tie/", "/account/login/second/"
SECURITY, PROVE = "/account/security/", "/account/prove/"


@pytest.fixture
def provider(tenant: Tenant) -> Iterator[Provider]:
    with openid.running() as running:
        configure(running.issuer)
        yield running


@pytest.fixture
def second_host(tenant: Tenant) -> Iterator[str]:
    """Another host of the tenant's, which only the database's owner can make."""
    hostname = f"second-{tenant.slug}.localhost"
    with psycopg.connect(factories.owner_dsn(), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO tenancy_tenanthost (hostname, tenant_id, is_primary) VALUES (%s, %s, false)",
            [hostname, tenant.pk],
        )
        yield hostname
        owner.execute("DELETE FROM tenancy_tenanthost WHERE hostname = %s", [hostname])


@pytest.fixture
def cabin(tenant: Tenant) -> Customer:
    made = factories.customer(kind=Customer.Kind.PRIVATE, name="Kari Nordmann")
    CustomerIdentity.objects.create(customer=made, number_hash=hashes_of(NUMBER)[0])
    return made


@pytest.fixture
def signed_in(visitor: Client, kari: User) -> Client:
    visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    assert is_signed_in(visitor)
    return visitor


@pytest.fixture
def with_app(kari: User) -> User:
    TOTP.activate(kari, factories.APP_KEY)
    return kari


def connect(client: Client, provider: Provider) -> Any:
    """Go to the provider and come back."""
    response = client.get(CONNECT)
    assert response.status_code == 302
    return client.get(provider.consent(response.headers["Location"]))


# On the security page -------------------------------------------------------------------------------


def test_an_account_is_connected_by_saying_yes(
    signed_in: Client, tenant: Tenant, provider: Provider, kari: User, cabin: Customer
) -> None:
    assert CONNECT in signed_in.get(SECURITY).content.decode()
    assert connect(signed_in, provider).headers["Location"] == TIE
    assert kari.email in signed_in.get(TIE).content.decode()
    assert not Identity.objects.exists()
    assert signed_in.post(TIE).headers["Location"] == SECURITY
    assert Identity.objects.get().user == kari
    assert Membership.objects.filter(user=kari, customer=cabin).exists()
    assert Message.objects.filter(event="accounts.security_changed", recipient=kari.email).exists()
    assert Entry.objects.filter(verb="accounts.identity_linked", by=kari).exists()
    assert DISCONNECT in signed_in.get(SECURITY).content.decode()
    elsewhere = factories.client_for(tenant=tenant)
    come_back(elsewhere, provider)
    assert is_signed_in(elsewhere)


def test_yes_works_once(signed_in: Client, provider: Provider) -> None:
    connect(signed_in, provider)
    signed_in.post(TIE)
    Identity.objects.all().delete()
    assert signed_in.post(TIE).headers["Location"] == SECURITY
    assert not Identity.objects.exists()


def test_nothing_can_be_tied_that_was_not_proved(signed_in: Client, provider: Provider) -> None:
    assert signed_in.get(TIE).headers["Location"] == SECURITY
    assert signed_in.post(TIE).headers["Location"] == SECURITY
    assert not Identity.objects.exists()


def test_connecting_asks_for_a_fresh_proof(tenant: Tenant, provider: Provider, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    for path in (CONNECT, DISCONNECT, TIE):
        assert client.get(path).headers["Location"].startswith(PROVE)
    for path in (DISCONNECT, TIE):
        assert client.post(path).headers["Location"].startswith(PROVE)


def test_somebody_elses_person_is_not_taken(signed_in: Client, provider: Provider) -> None:
    other = factories.user()
    Identity.objects.create(user=other, number_hash=hashes_of(NUMBER)[0], linked_at=other.date_joined)
    assert connect(signed_in, provider).headers["Location"] == SECURITY
    signed_in.post(TIE)
    assert Identity.objects.get().user == other


def test_an_account_is_one_persons(signed_in: Client, provider: Provider, kari: User) -> None:
    Identity.objects.create(user=kari, number_hash="0" * 64, linked_at=kari.date_joined)
    assert connect(signed_in, provider).headers["Location"] == SECURITY
    signed_in.post(TIE)
    assert Identity.objects.get().number_hash == "0" * 64


def test_an_answer_to_a_sign_in_connects_nothing(
    visitor: Client, tenant: Tenant, provider: Provider, kari: User
) -> None:
    """Begun as a visitor, come back signed in: somebody may have begun it for another."""
    url = begin(visitor)
    visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    assert visitor.get(provider.consent(url)).headers["Location"] == "/"
    visitor.post(TIE)
    assert not Identity.objects.exists()


def test_who_has_signed_out_meanwhile_connects_nothing(signed_in: Client, provider: Provider, cabin: Customer) -> None:
    back = provider.consent(signed_in.get(CONNECT).headers["Location"])
    signed_in.post("/account/logout/")
    assert signed_in.get(back).headers["Location"].startswith("/account/login/")
    assert not is_signed_in(signed_in)
    assert not Identity.objects.exists()


def test_a_no_there_leads_back_to_the_page(signed_in: Client, provider: Provider) -> None:
    provider.consent(signed_in.get(CONNECT).headers["Location"])
    assert signed_in.get(provider.back(error="access_denied")).headers["Location"] == SECURITY


def test_disconnecting_leaves_the_other_ways(signed_in: Client, tenant: Tenant, provider: Provider, kari: User) -> None:
    Identity.objects.create(user=kari, number_hash=hashes_of(NUMBER)[0], linked_at=kari.date_joined)
    assert signed_in.get(DISCONNECT).status_code == 200
    assert Identity.objects.exists()
    assert signed_in.post(DISCONNECT).headers["Location"] == SECURITY
    assert not Identity.objects.exists()
    assert Message.objects.filter(event="accounts.security_changed", recipient=kari.email).exists()
    assert is_signed_in(signed_in)
    elsewhere = factories.client_for(tenant=tenant)
    come_back(elsewhere, provider)
    assert not is_signed_in(elsewhere)


def test_without_a_provider_there_is_nothing_to_connect(signed_in: Client) -> None:
    assert signed_in.get(CONNECT).status_code == 404
    assert signed_in.get(DISCONNECT).status_code == 404
    assert CONNECT not in signed_in.get(SECURITY).content.decode()
    assert not OpenIdProvider.objects.exists()


# The first time, where the account has a second factor ----------------------------------------------


def give_address(client: Client, provider: Provider, email: str) -> Any:
    assert come_back(client, provider, "?next=/account/sessions/").headers["Location"] == FIRST
    client.post(FIRST, {"name": "Kari", "email": email})
    return client.post(FIRST, {"code": newest_code(email)})


def test_the_second_factor_is_shown_before_the_account_is_tied(
    visitor: Client, provider: Provider, with_app: User, cabin: Customer
) -> None:
    assert give_address(visitor, provider, with_app.email).headers["Location"].startswith(SECOND)
    assert visitor.get(TIE).headers["Location"].startswith("/account/login/")
    assert not is_signed_in(visitor)
    assert visitor.post(SECOND, {"code": app_code()}).headers["Location"] == TIE
    assert not Identity.objects.exists()
    assert visitor.post(TIE).headers["Location"] == "/account/sessions/"
    assert Identity.objects.get().user == with_app
    assert Membership.objects.filter(user=with_app, customer=cabin).exists()


def test_without_the_second_factor_nothing_is_tied(
    visitor: Client, provider: Provider, with_app: User, cabin: Customer
) -> None:
    give_address(visitor, provider, with_app.email)
    assert visitor.post(SECOND, {"code": "000000"}).status_code == 422
    visitor.post(TIE)
    visitor.post(FIRST, {"code": newest_code(with_app.email)})
    assert not Identity.objects.exists()
    assert not is_signed_in(visitor)


def test_staff_are_tied_the_same_way(visitor: Client, provider: Provider, cabin: Customer) -> None:
    staff = factories.staff(email="agent@example.com")
    assert give_address(visitor, provider, staff.email).headers["Location"].startswith(SECOND)
    assert not Identity.objects.exists()


def test_another_who_signs_in_here_is_not_asked(
    visitor: Client, provider: Provider, with_app: User, cabin: Customer
) -> None:
    """On a shared machine: what one person proved must not be tied to the next one's account."""
    give_address(visitor, provider, with_app.email)
    other = factories.user(email="next@example.com", password=PASSWORD)
    visitor.post("/account/login/password/", {"login": other.email, "password": PASSWORD})
    assert is_signed_in(visitor)
    assert visitor.get(TIE).headers["Location"] == SECURITY
    visitor.post(TIE)
    assert not Identity.objects.exists()


def test_at_another_host_it_begins_at_the_tenants_own(
    visitor: Client, provider: Provider, tenant: Tenant, second_host: str
) -> None:
    """The provider leads back there, and that session must know what was asked."""
    path = "/account/login/openid/?next=/account/sessions/"
    elsewhere = visitor.get(path, headers={"host": f"{second_host}:8000"})
    assert elsewhere.headers["Location"] == tenant.absolute_url(path)
    assert visitor.get(path).headers["Location"].startswith(provider.issuer)
