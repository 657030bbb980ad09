"""Signing in through an OpenID provider, against one that runs on loopback and signs for real."""

import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import oidc_provider_mock
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Identity, OpenIdProvider, User
from portal.accounts.oidc.identity import hashes_of
from portal.audit.models import Entry
from portal.customers.models import Customer, CustomerIdentity, Membership
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts import openid
from tests.accounts.conftest import SECRET, configure, is_signed_in, newest_code
from tests.accounts.openid import NUMBER, Provider
from tests.accounts.openid_visits import CALLBACK, FIRST, LOGIN, begin, come_back, is_refused


def test_a_known_person_is_let_in_to_the_page_they_wanted(visitor: Client, provider: Provider, linked: User) -> None:
    before = visitor.session.session_key
    response = come_back(visitor, provider, "?next=/account/sessions/")
    assert response.headers["Location"] == "/account/sessions/"
    assert is_signed_in(visitor)
    assert visitor.session.session_key != before
    entry = Entry.objects.get(verb="accounts.signed_in")
    assert (entry.by, entry.data["method"]) == (linked, "openid")
    assert Membership.objects.filter(user=linked, customer__name="Ola Nordmann").exists()


def test_what_is_asked_for_is_ours_alone(visitor: Client, provider: Provider) -> None:
    """A visitor's own parameters could ask for a weaker level, another client or another way back."""
    query = "?" + urlencode(
        {
            "auth_params": "acr_values=weak",
            "acr_values": "weak",
            "scope": "all",
            "redirect_uri": "https://evil.example/",
        }
    )
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(visitor, query)).query).items()}
    assert asked["acr_values"] == f"{openid.SUBSTANTIAL} {openid.HIGH}"
    assert asked["redirect_uri"].endswith(CALLBACK)
    assert "evil" not in str(asked)
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == (
        "S256",
        "code",
        "openid profile",
    )
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = {name: values[0] for name, values in parse_qs(urlsplit(begin(visitor, query)).query).items()}
    assert not {again[name] for name in ("state", "nonce", "code_challenge")} & set(asked.values())


def test_the_number_is_kept_nowhere(
    visitor: Client, provider: Provider, linked: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        come_back(visitor, provider)
    assert is_signed_in(visitor)
    assert NUMBER not in caplog.text
    assert all(NUMBER not in str(session.get_decoded()) for session in Session.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{NUMBER}%"])
            assert cursor.fetchone() == (0,), table


def test_the_first_time_asks_for_an_address_and_makes_the_account(
    visitor: Client, provider: Provider, customer: Customer
) -> None:
    assert come_back(visitor, provider).headers["Location"] == FIRST
    page = visitor.get(FIRST).content.decode()
    assert "Ola Nordmann" in page
    assert "ola@example.com" in page
    assert not User.objects.exists()
    visitor.post(FIRST, {"name": "Ola Nordmann", "email": "Ola@Example.com"})
    assert visitor.post(FIRST, {"code": "000000"}).status_code in {422, 302}
    assert not User.objects.exists()
    visitor.post(FIRST, {"code": newest_code("ola@example.com")})
    assert is_signed_in(visitor)
    user = User.objects.get()
    assert (user.email, user.name) == ("ola@example.com", "Ola Nordmann")
    assert Membership.objects.get().customer == customer
    assert not Message.objects.filter(event="accounts.security_changed").exists()
    # From then on it goes straight in.
    again = factories.client_for(tenant=customer.tenant)
    come_back(again, provider)
    assert is_signed_in(again)


def test_an_account_with_the_address_becomes_theirs(visitor: Client, provider: Provider, customer: Customer) -> None:
    user = factories.user(email="ola@example.com")
    come_back(visitor, provider)
    visitor.post(FIRST, {"name": "Ola", "email": "ola@example.com"})
    visitor.post(FIRST, {"code": newest_code("ola@example.com")})
    assert is_signed_in(visitor)
    assert Identity.objects.get().user == user
    assert Message.objects.filter(event="accounts.security_changed", recipient="ola@example.com").exists()


def test_who_is_no_customer_is_told_so(visitor: Client, provider: Provider) -> None:
    response = come_back(visitor, provider)
    assert response.headers["Location"] == "/account/no-access/"
    page = visitor.get("/account/no-access/").content.decode()
    assert "ID-porten" in page
    assert NUMBER not in page
    assert visitor.get(FIRST).headers["Location"] == LOGIN


def test_a_person_acts_for_what_has_become_theirs_since(visitor: Client, provider: Provider, linked: User) -> None:
    cabin = factories.customer(kind=Customer.Kind.PRIVATE)
    CustomerIdentity.objects.create(customer=cabin, number_hash=hashes_of(NUMBER)[0])
    come_back(visitor, provider)
    assert Membership.objects.filter(user=linked).count() == 2


def test_a_second_factor_is_still_asked_for(visitor: Client, provider: Provider, customer: Customer) -> None:
    staff = factories.staff(email="ola@example.com")
    Identity.objects.create(user=staff, number_hash=hashes_of(NUMBER)[0], linked_at=staff.date_joined)
    assert come_back(visitor, provider).headers["Location"].startswith("/account/login/second/")
    assert not is_signed_in(visitor)


def test_a_disabled_user_stays_out(visitor: Client, provider: Provider, linked: User) -> None:
    User.objects.update(is_active=False)
    come_back(visitor, provider)
    assert not is_signed_in(visitor)
    assert not Membership.objects.exists()


def test_two_companies_have_two_hashes_of_a_person(tenant: Tenant, other_tenant: Tenant) -> None:
    here = hashes_of(NUMBER)
    with tenant_scope(other_tenant):
        assert set(hashes_of(NUMBER)).isdisjoint(here)


def test_a_new_secret_key_still_finds_and_renews_the_hash(
    visitor: Client, provider: Provider, linked: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Identity.objects.get().number_hash
    OpenIdProvider.objects.update(secret=SECRET)
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [settings.SECRET_KEY])
    monkeypatch.setattr(settings, "SECRET_KEY", "another key, long enough to be one, made up for this test")
    come_back(visitor, provider)
    assert is_signed_in(visitor)
    assert Identity.objects.get().number_hash == hashes_of(NUMBER)[0] != old


def test_signing_out_at_the_provider_is_offered(visitor: Client, provider: Provider, linked: User) -> None:
    come_back(visitor, provider)
    visitor.post("/account/logout/")
    assert "/account/login/openid/end/" in visitor.get(LOGIN).content.decode()
    assert "/account/login/openid/end/" not in visitor.get(LOGIN).content.decode()
    location = visitor.get("/account/login/openid/end/").headers["Location"]
    assert location.startswith(f"{provider.issuer}/logout?client_id=skranke&post_logout_redirect_uri=")


def test_a_private_key_speaks_for_us(visitor: Client, provider: Provider, linked: User) -> None:
    key = openid.KEYS[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chosen = OpenIdProvider.objects.get()
    chosen.authentication, chosen.secret, chosen.key_id = "private_key_jwt", key.decode(), "our-key"
    chosen.save()
    come_back(visitor, provider)
    assert is_signed_in(visitor)
    sent = provider.token_requests[-1]["client_assertion"]
    claims = jwt.decode(sent, openid.KEYS[1].public_key(), algorithms=["RS256"], audience=provider.issuer)
    assert (claims["iss"], claims["sub"], jwt.get_unverified_header(sent)["kid"]) == ("skranke", "skranke", "our-key")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_openidprovider")
        assert "PRIVATE" not in cursor.fetchone()[0]


def test_who_came_this_way_proves_it_later_by_a_code_and_finds_what_they_had_typed(
    visitor: Client, provider: Provider, linked: User
) -> None:
    come_back(visitor, provider)
    assert visitor.get("/account/phone/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        asked = visitor.post("/account/phone/", {"phone": "998 87 766"}).headers["Location"]
        visitor.post(asked, {"action": "send"})
        assert visitor.post(asked, {"code": newest_code(linked.email)}).headers["Location"] == "/account/phone/"
        assert "998 87 766" in visitor.get("/account/phone/").content.decode()


# A provider that others have written ----------------------------------------------------------------


def at(url: str, **form: str) -> str:
    """Do there what a person does, and return the path and query they come back to."""
    answer = httpx.post(url, data=form)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


# It is built on an older interface of its own library, which warns while it works.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_works_with_a_provider_from_elsewhere(visitor: Client, tenant: Tenant, linked: User) -> None:
    with oidc_provider_mock.run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        configure(issuer, pid_claim="pid")
        httpx.put(f"{issuer}/users/ola", json={"pid": NUMBER, "acr": openid.HIGH}).raise_for_status()
        httpx.put(f"{issuer}/users/weak", json={"pid": NUMBER, "acr": "idporten-loa-low"}).raise_for_status()
        visitor.get(at(begin(visitor), sub="ola"))
        assert is_signed_in(visitor)
        stranger = factories.client_for(tenant=tenant)
        assert is_refused(stranger, stranger.get(at(begin(stranger), sub="weak")))
        # An answer, and its nonce, that belong to a sign-in elsewhere.
        replayed = parse_qs(urlsplit(at(begin(factories.client_for(tenant=tenant)), sub="ola")).query)["code"][0]
        state = parse_qs(urlsplit(begin(stranger)).query)["state"][0]
        assert is_refused(stranger, stranger.get(f"{CALLBACK}?code={replayed}&state={state}"))
        stranger.get(at(begin(stranger), action="deny"))
        assert "Du avbrøt hos ID-porten" in stranger.get(LOGIN).content.decode()
