"""What a person does who signs in through an OpenID provider."""

from typing import Any

from django.test import Client

from tests.accounts.conftest import is_signed_in
from tests.accounts.openid import Provider

START, CALLBACK = "/account/login/openid/", "/account/login/openid/callback/"
FIRST, LOGIN = "/account/login/first/", "/account/login/"


def begin(client: Client, query: str = "") -> str:
    """Return where the provider's page is, with all that is asked for there."""
    response = client.get(START + query)
    assert response.status_code == 302
    return str(response.headers["Location"])


def come_back(client: Client, provider: Provider, query: str = "") -> Any:
    return client.get(provider.consent(begin(client, query)))


def is_refused(client: Client, response: Any) -> bool:
    """Whether the person was led to the other ways in, and told something."""
    assert response.status_code == 302
    assert response.headers["Location"].startswith(LOGIN)
    return "ds-alert slim toast" in client.get(LOGIN).content.decode() and not is_signed_in(client)
