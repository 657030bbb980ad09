"""Whom an OpenID provider's answer does not let in, and what they are told; the provider runs on loopback."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.oidc import provider as oidc_provider
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import configure, is_signed_in
from tests.accounts.openid import Provider
from tests.accounts.openid_visits import CALLBACK, LOGIN, START, begin, come_back, is_refused

BAD = {
    "another audience": {"aud": "somebody-else"},
    "more audiences": {"aud": ["skranke", "somebody-else"]},
    "another issuer": {"iss": "http://localhost:1"},
    "no nonce": {"nonce": None},
    "a nonce of another sign-in": {"nonce": "replayed"},
    "expired, beyond clock skew": {"exp": -120},
    "from the future, beyond clock skew": {"iat": 300},
    "an old one": {"iat": -3600},
    "no level": {"acr": None},
    "a weak level": {"acr": "idporten-loa-low"},
    "a level much like the right one": {"acr": "idporten-loa-high-not"},
    "no number": {"pid": None},
    "a number that is none": {"pid": "12345"},
}


@pytest.mark.parametrize("what", BAD)
def test_a_token_that_does_not_hold_lets_nobody_in(
    visitor: Client, provider: Provider, linked: User, what: str
) -> None:
    claims: dict[str, Any] = dict(BAD[what])
    provider.claims = {
        name: int(time.time()) + value if name in {"exp", "iat"} else value for name, value in claims.items()
    }
    assert is_refused(visitor, come_back(visitor, provider))
    assert Entry.objects.filter(verb="accounts.sign_in_refused", data__method="openid").count() == 1


@pytest.mark.parametrize("claims", [{"exp": -30}, {"iat": 30}])
def test_clocks_may_differ_a_little(visitor: Client, provider: Provider, linked: User, claims: dict[str, int]) -> None:
    provider.claims = {name: int(time.time()) + value for name, value in claims.items()}
    come_back(visitor, provider)
    assert is_signed_in(visitor)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_real_signature_is_refused(
    visitor: Client, provider: Provider, linked: User, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert is_refused(visitor, come_back(visitor, provider))


def test_a_token_under_a_key_that_is_not_published_is_refused(
    visitor: Client, provider: Provider, linked: User
) -> None:
    provider.key = 1
    assert is_refused(visitor, come_back(visitor, provider))


def test_new_keys_are_fetched_when_they_change_and_not_for_every_token(
    visitor: Client, provider: Provider, linked: User
) -> None:
    come_back(visitor, provider)
    visitor.post("/account/logout/")
    provider.key, provider.published = 1, [0, 1]
    come_back(visitor, provider)
    assert is_signed_in(visitor)
    assert provider.keys_fetched == 2
    visitor.post("/account/logout/")
    come_back(visitor, provider)
    provider.published = [0]
    assert provider.keys_fetched == 2


def test_a_refused_consent_leads_to_the_other_ways_and_on_to_the_page_wanted(
    visitor: Client, provider: Provider
) -> None:
    provider.consent(begin(visitor, "?next=/account/sessions/"))
    response = visitor.get(provider.back(error="access_denied"))
    assert response.headers["Location"] == LOGIN + "?next=%2Faccount%2Fsessions%2F"
    page = visitor.get(response.headers["Location"]).content.decode()
    assert "Du avbrøt hos ID-porten" in page
    assert "/account/login/code/?next=%2Faccount%2Fsessions%2F" in page
    assert Entry.objects.get(verb="accounts.sign_in_refused").data["why"] == "cancelled at the provider"


@pytest.mark.parametrize("query", ["?error=access_denied", "?error=access_denied&state=made-up"])
def test_a_no_without_a_state_is_a_no_all_the_same(visitor: Client, provider: Provider, query: str) -> None:
    """It uses nothing up: the sign-in that is on its way still works."""
    begin(visitor)
    waiting = visitor.session["openid_waiting"]
    assert visitor.get(CALLBACK + query).headers["Location"] == LOGIN
    page = visitor.get(LOGIN).content.decode()
    assert "Du avbrøt hos ID-porten" in page
    assert "/account/login/code/" in page
    assert visitor.session["openid_waiting"] == waiting


def test_an_error_of_the_provider_is_told_and_logged(visitor: Client, provider: Provider) -> None:
    provider.consent(begin(visitor))
    assert is_refused(visitor, visitor.get(provider.back(error="server_error")))
    assert Entry.objects.get(verb="accounts.sign_in_refused").data["why"] == "the provider answered with an error"


def test_a_state_works_once_and_only_where_it_was_begun(
    visitor: Client, tenant: Tenant, provider: Provider, linked: User
) -> None:
    back = provider.consent(begin(visitor))
    thief = factories.client_for(tenant=tenant)
    assert is_refused(thief, thief.get(back))
    visitor.get(back)
    assert is_signed_in(visitor)
    visitor.post("/account/logout/")
    assert is_refused(visitor, visitor.get(back))
    assert is_refused(visitor, visitor.get(f"{CALLBACK}?code=x&state=made-up"))
    assert is_refused(visitor, visitor.get(CALLBACK))


def test_a_code_of_another_sign_in_is_refused(
    visitor: Client, tenant: Tenant, provider: Provider, linked: User
) -> None:
    """Somebody else's code, brought back with one's own state: the provider checks PKCE, and we the nonce."""
    elsewhere = factories.client_for(tenant=tenant)
    stolen = parse_qs(urlsplit(provider.consent(begin(elsewhere))).query)["code"][0]
    provider.consent(begin(visitor))
    assert is_refused(visitor, visitor.get(provider.back(code=stolen)))


def test_an_answer_in_the_name_of_another_issuer_is_refused(visitor: Client, provider: Provider, linked: User) -> None:
    back = provider.consent(begin(visitor))
    assert is_refused(visitor, visitor.get(f"{back}&iss=https://evil.example"))


def test_two_tabs_do_not_disturb_each_other(visitor: Client, provider: Provider, linked: User) -> None:
    first, second = begin(visitor), begin(visitor)
    visitor.get(provider.consent(first))
    assert is_signed_in(visitor)
    assert visitor.get(provider.consent(second)).headers["Location"] == "/"


@pytest.mark.parametrize("status", [500, 404])
def test_when_the_provider_is_down_the_other_ways_are_there(visitor: Client, provider: Provider, status: int) -> None:
    provider.status = status
    assert is_refused(visitor, visitor.get(START))
    assert "/account/login/code/" in visitor.get(LOGIN).content.decode()


def test_when_nobody_answers_the_person_is_told(visitor: Client, tenant: Tenant) -> None:
    configure("http://localhost:9")
    assert is_refused(visitor, visitor.get(START))


@pytest.mark.parametrize("is_on_the_way", [False, True])
def test_a_slow_provider_is_given_up_and_the_other_ways_are_offered(
    visitor: Client, provider: Provider, linked: User, monkeypatch: pytest.MonkeyPatch, *, is_on_the_way: bool
) -> None:
    """It answers at last, but nobody should look at an empty page for so long: nothing of its answer is used."""
    path = provider.consent(begin(visitor, "?next=/account/sessions/")) if is_on_the_way else START
    monkeypatch.setattr(oidc_provider, "TIMEOUT", 0.2)
    monkeypatch.setattr(oidc_provider, "DEADLINE", 0.4)
    provider.slow = 1
    assert is_refused(visitor, visitor.get(path))
    page = visitor.get(LOGIN + "?next=/account/sessions/").content.decode()
    assert "/account/login/code/?next=%2Faccount%2Fsessions%2F" in page


def test_when_it_goes_down_on_the_way_the_person_is_told(visitor: Client, provider: Provider, linked: User) -> None:
    back = provider.consent(begin(visitor))
    provider.status = 500
    assert is_refused(visitor, visitor.get(back))


def test_a_company_without_a_provider_has_no_such_way(visitor: Client, tenant: Tenant) -> None:
    assert "openid" not in visitor.get(LOGIN).content.decode()
    for path in (START, CALLBACK, "/account/login/openid/end/"):
        assert visitor.get(path).status_code == 404


def test_another_companys_provider_is_not_ours(visitor: Client, tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        configure("http://localhost:9")
    assert visitor.get(START).status_code == 404
