"""A locked session hides the account, not the emergency: what everybody may see is shown as to a visitor."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from outages.models import HazardReport
from portal.accounts.models import User
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD
from tests.outages import makers

OPEN = ["/outages/", "/outages/report/", "/news/", "/customer-service/", "/billing/spot/"]
SECRETS = ["Kari", "Nordmann", "kari@example.com", "912\N{NO-BREAK SPACE}34", "Min side"]


@pytest.fixture
def phone(visitor: Client, kari: User) -> Client:
    """Kari's, locked."""
    visitor.post("/account/login/password/", {"login": "kari@example.com", "password": PASSWORD})
    assert visitor.post("/account/pin/", {"pin": "4827", "again": "4827"}).status_code == 302
    assert "Kari Nordmann" in visitor.get("/outages/").content.decode()
    return visitor


def away() -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=16))


def test_the_pages_for_everybody_are_shown_and_say_nothing_of_the_account(phone: Client) -> None:
    with away():
        for path in OPEN:
            page = phone.get(path)
            assert page.status_code == 200, path
            assert page.headers["Cache-Control"] == "private, no-store"
            assert [secret for secret in SECRETS if secret in page.content.decode()] == []
            assert "/account/login/" in page.content.decode()


def test_the_session_stays_locked(phone: Client) -> None:
    with away():
        first = phone.get("/outages/")
        assert first.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert phone.get("/account/details/").headers["Location"].startswith("/account/unlock/")
        assert phone.get("/account/login/").headers["Location"].startswith("/account/unlock/")


def test_the_lock_leads_to_them(phone: Client) -> None:
    with away():
        phone.get("/")
        page = phone.get("/account/unlock/").content.decode()
    assert 'href="/outages/"' in page
    assert 'href="/outages/report/"' in page


def test_a_hazard_is_taken_in_as_from_a_visitor(phone: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False) as clock:
        assert makers.send(phone, clock).status_code == 302
    assert HazardReport.objects.get().user is None


def test_where_one_signs_in_or_answers_stays_shut(phone: Client) -> None:
    with away():
        phone.get("/")
        for path in ["/customers/access/", "/customers/register/", "/account/access/", "/account/login/sms/"]:
            assert phone.get(path).headers["Location"].startswith("/account/unlock/"), path


def test_what_is_no_public_page_stays_shut(phone: Client, tenant: Tenant) -> None:
    factories.staff()
    with away():
        phone.get("/")
        for path in ["/", "/admin/", "/customers/choose/", "/no/such/"]:
            assert phone.get(path).headers["Location"].startswith("/account/unlock/"), path
