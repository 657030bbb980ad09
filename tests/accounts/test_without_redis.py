"""Redis gone: tries cannot be counted, so sign-in is closed; whoever is signed in goes on."""

import pytest
from django.core.cache import caches
from django.test import Client

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code, is_signed_in, newest_code


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the cache at a socket where nobody listens."""
    gone = caches.create_connection("default")
    monkeypatch.setattr(gone, "_servers", ["unix:///nowhere/redis.sock"])
    monkeypatch.setattr(caches._connections, "default", gone)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/login/password/", {"login": "kari@example.com", "password": PASSWORD}),
        ("/account/login/password/", {"login": "nobody@example.com", "password": PASSWORD}),
        ("/account/login/code/", {"email": "kari@example.com"}),
        ("/account/login/sms/", {"phone": "912 34 567"}),
        ("/account/password/reset/", {"login": "kari@example.com"}),
    ],
)
def test_every_way_in_says_that_it_is_closed_for_a_moment(
    visitor: Client, kari: User, no_redis: None, path: str, data: dict[str, str]
) -> None:
    assert visitor.get(path).status_code == 200
    response = visitor.post(path, data)
    assert response.status_code == 503
    assert "/account/login/" in response.content.decode()
    assert Message.objects.count() == 0
    assert not is_signed_in(visitor)


def test_whoever_is_signed_in_goes_on(tenant: Tenant, kari: User, no_redis: None) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert is_signed_in(client)
    assert client.post("/account/logout/").status_code == 302


def test_a_code_that_was_sent_before_still_works(visitor: Client, kari: User, request: pytest.FixtureRequest) -> None:
    ask_for_code(visitor)
    request.getfixturevalue("no_redis")
    visitor.post("/account/login/code/confirm/", {"code": newest_code()})
    assert is_signed_in(visitor)
