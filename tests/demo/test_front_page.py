"""The demo's front page: the companies, who to sign in as, and every message sent. Nowhere but in the demo."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.demo import urls
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

HOST = "localhost:8042"


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def browser(db: None) -> Client:
    return Client(headers={"host": HOST})


def message(tenant: Tenant, key: str = "k", **fields: Any) -> Message:
    defaults = {"event": "e", "channel": "sms", "recipient": "+4791234567", "language": "nb", "state": "delivered"}
    with tenant_scope(tenant):
        return Message.objects.create(**({"key": key, "tenant": tenant} | defaults | fields))


@pytest.mark.parametrize("path", ["/", "/language/", "/?company=fjord"])
def test_outside_the_demo_there_is_no_such_page(browser: Client, settings: Any, path: str) -> None:
    settings.DEMO = False
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("host", ["fjord.localhost", "localhost.example.com", "example.com", "[::1]"])
def test_at_other_hosts_there_is_no_message_box(tenant: Tenant, host: str) -> None:
    message(tenant, body="A secret")
    page = Client(headers={"host": host}).get("/")
    assert "A secret" not in page.content.decode()


def test_every_company_is_linked_at_the_same_port(browser: Client, tenant: Tenant, other_tenant: Tenant) -> None:
    page = browser.get("/").content.decode()
    assert 'href="http://fjord.localhost:8042/"' in page
    assert 'href="http://other.localhost:8042/"' in page


def test_the_people_of_a_made_up_company_and_the_password_are_named(browser: Client, db: None) -> None:
    factories.tenant("vidnett")
    page = browser.get("/").content.decode()
    assert "ingrid.solbakken@post.example" in page
    assert "admin@vidnett.example" in page
    assert "skranke-demo" in page


def test_the_box_shows_the_messages_of_all_companies_newest_first(
    browser: Client, tenant: Tenant, other_tenant: Tenant
) -> None:
    message(tenant, body="the first")
    message(other_tenant, body="the second")
    page = browser.get("/").content.decode()
    assert re.findall("the first|the second", page) == ["the second", "the first"]


def test_the_box_can_show_one_company_only(browser: Client, tenant: Tenant, other_tenant: Tenant) -> None:
    message(tenant, body="of mine")
    message(other_tenant, body="of theirs")
    page = browser.get("/", {"company": "other"}).content.decode()
    assert re.findall("of mine|of theirs", page) == ["of theirs"]


def test_a_code_is_shown_large(browser: Client, tenant: Tenant) -> None:
    message(tenant, body="Order 20417: your code is 483920", is_sensitive=True)
    assert '<p class="demo-code">483920</p>' in browser.get("/").content.decode()


def test_a_number_in_an_ordinary_message_is_no_code(browser: Client, tenant: Tenant) -> None:
    message(tenant, body="Order 20417 is received")
    assert 'class="demo-code"' not in browser.get("/").content.decode()


def test_what_people_wrote_is_escaped(browser: Client, tenant: Tenant) -> None:
    message(tenant, body="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/").content.decode()


def test_the_box_alone_is_fetched_again_only_when_it_has_changed(browser: Client, tenant: Tenant) -> None:
    message(tenant, body="Hello")
    poll_url = browser.get("/").context["poll_url"]
    assert browser.get(f"/{poll_url}", headers={"HX-Request": "true"}).status_code == 204
    message(tenant, "later", body="News")
    fragment = browser.get(f"/{poll_url}", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "News" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_a_paused_box_does_not_fetch(browser: Client, tenant: Tenant) -> None:
    assert 'hx-trigger="every 3s"' in browser.get("/").content.decode()
    assert 'hx-trigger="every 3s"' not in browser.get("/", {"paused": "1"}).content.decode()


def test_the_language_is_switched_there_too(browser: Client, tenant: Tenant) -> None:
    assert browser.post("/language/", {"language": "nn", "next": "/"}).status_code == 302
    assert '<html lang="nn"' in browser.get("/").content.decode()


def test_an_unknown_page_there_is_404(browser: Client) -> None:
    assert browser.get("/orders/").status_code == 404


@pytest.mark.parametrize("messages", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_messages(
    browser: Client, tenant: Tenant, django_assert_num_queries: Any, messages: int
) -> None:
    for number in range(messages):
        message(tenant, str(number), body="Hello")
    browser.get("/", {"company": "fjord"})
    with django_assert_num_queries(QUERIES + Tenant.objects.filter(is_active=True).count()):
        browser.get("/", {"company": "fjord"})


# The host, the companies, one outbox with its savepoint and scope; and each company's address.
QUERIES = 5


def test_every_page_there_declares_who_may_see_it() -> None:
    assert [pattern.callback.access for pattern in urls.urlpatterns] == ["public", "public"]  # type: ignore[attr-defined]


def test_the_code_of_the_staff_s_app_is_shown_and_changes(browser: Client, tenant: Tenant) -> None:
    def shown() -> str:
        found = re.search(r'<strong class="demo-password">(\d{6})</strong>', browser.get("/").content.decode())
        assert found
        return found[1]

    with time_machine.travel(datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC), tick=False):
        first = shown()
    with time_machine.travel(datetime(2026, 11, 21, 12, 0, 35, tzinfo=UTC), tick=False):
        assert shown() != first
