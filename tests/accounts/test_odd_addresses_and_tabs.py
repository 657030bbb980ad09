"""E-mail addresses that look odd and are valid, and people with several tabs."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import is_signed_in, newest_code

CODE, SMS, CONFIRM = "/account/login/code/", "/account/login/sms/", "/account/login/code/confirm/"
ODD = [
    "o'hara+nett@sub.example.co.uk",
    "a_b-c.d@xn--blbr-roae8t.example",
    "x@example.museum",
    "!#$%&*/=?^`{|}~@example.com",
    f"{'long' * 16}@{'deep.' * 20}example.com",
]


@pytest.mark.parametrize("email", ODD)
@pytest.mark.parametrize("typed", [str, str.upper, lambda email: f"  {email} "])
def test_odd_addresses_lead_in(visitor: Client, tenant: Tenant, email: str, typed: type[str]) -> None:
    factories.user(email=email)
    assert visitor.post(CODE, {"email": typed(email)}).headers["Location"] == CONFIRM
    visitor.post(CONFIRM, {"code": newest_code(email)})
    assert is_signed_in(visitor)


@pytest.mark.parametrize("email", ["kari", "kari@", "@example.com", "kari@example", "a b@example.com", "a@b@c.no", ""])
def test_what_is_no_address_is_told_and_kept(visitor: Client, tenant: Tenant, email: str) -> None:
    answer = visitor.post(CODE, {"email": email})
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.content.decode() or not email
    assert not Message.objects.exists()


def test_the_newest_code_counts_whichever_tab_asked_for_it(visitor: Client, kari: User) -> None:
    visitor.post(CODE, {"email": kari.email})
    first = newest_code()
    visitor.post(CODE, {"email": kari.email})
    second = newest_code()
    if first != second:
        assert visitor.post(CONFIRM, {"code": first}).status_code == 422
    visitor.post(CONFIRM, {"code": second})
    assert is_signed_in(visitor)


def test_a_tab_that_waits_is_led_on_when_another_has_signed_in(visitor: Client, kari: User) -> None:
    visitor.post(f"{CODE}?next=/account/sessions/", {"email": kari.email})
    visitor.post(CONFIRM, {"code": newest_code()})
    assert visitor.get(f"{CONFIRM}?next=/account/sessions/").headers["Location"] == "/account/sessions/"
    assert visitor.post(CONFIRM, {"code": "123456"}).headers["Location"] == "/"
    assert visitor.get("/account/login/?next=/account/history/").headers["Location"] == "/account/history/"


def test_a_form_from_before_somebody_else_signed_in_changes_nothing(tenant: Tenant, kari: User) -> None:
    """Two tabs, two people after each other: the first one's form carries a token that has ended with their session."""
    client = Client(enforce_csrf_checks=True, headers={"host": tenant.primary_host})
    client.get("/account/login/password/")
    token = client.cookies["csrf"].value
    sent = {"login": kari.email, "password": "elleve rare elger", "csrfmiddlewaretoken": token}
    client.post("/account/login/password/", sent)
    stale = {"name": "Somebody Else", "language": "nb", "csrfmiddlewaretoken": token}
    assert client.post("/account/details/", stale).status_code == 403
    kari.refresh_from_db()
    assert kari.name == "Kari Nordmann"
