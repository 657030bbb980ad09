"""The database is gone: a kind page in the person's language and the company's look, and a short log."""

import logging

import pytest
from celery import signals
from django.db import OperationalError
from django.test import Client

from portal import logs
from portal.tenancy import middleware
from portal.tenancy.models import Tenant
from tests import factories

GONE = OperationalError("connection to server failed: Connection refused\n\tIs the server running?")
TITLES = {"nb": "Vi er straks tilbake", "en": "We will be back in a moment"}


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """A visitor who has seen a page before, and whose browser says what fails instead of raising it here."""
    client = Client(headers={"host": tenant.primary_host}, raise_request_exception=False)
    assert client.get("/account/login/").status_code == 200
    return client


@pytest.fixture
def no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise GONE

    monkeypatch.setattr(middleware, "tenant_of_host", fail)


@pytest.mark.usefixtures("no_database")
def test_the_page_comes_in_the_companys_look(client: Client, tenant: Tenant) -> None:
    page = client.get("/account/login/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert f"{TITLES['nb']} – {tenant.name}</title>" in page.content.decode()


@pytest.mark.usefixtures("no_database")
def test_it_does_so_however_the_host_is_written(client: Client, tenant: Tenant) -> None:
    page = client.get("/account/login/", headers={"host": f"{tenant.primary_host.upper()}.:8000"})
    assert f"{TITLES['nb']} – {tenant.name}</title>" in page.content.decode()


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("cookie", "browser", "shown"),
    [("en", "nb", "en"), ("", "en-GB,en;q=0.9", "en"), ("", "no,en;q=0.5", "nb"), ("", "de", "nb"), ("xx", "", "nb")],
)
def test_it_comes_in_the_persons_language(client: Client, cookie: str, browser: str, shown: str) -> None:
    if cookie:
        client.cookies["language"] = cookie
    page = client.get("/account/login/", headers={"accept-language": browser})
    assert TITLES[shown] in page.content.decode()


def test_a_view_that_loses_the_database_answers_in_the_language_of_the_signed_in(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _ = factories.member()
    person.language = "en"
    person.save()
    client = factories.client_for(person, tenant=tenant, raise_request_exception=False)
    from portal.accounts import my_page

    def fail(*_: object, **__: object) -> None:
        raise GONE

    monkeypatch.setattr(my_page, "render", fail)
    page = client.get("/account/")
    assert (page.status_code, TITLES["en"] in page.content.decode()) == (503, True)


@pytest.mark.usefixtures("no_database")
def test_a_host_that_was_never_seen_gets_a_neutral_page() -> None:
    page = Client(headers={"host": "new.localhost"}, raise_request_exception=False).get("/")
    assert (page.status_code, "Skranke</title>" in page.content.decode()) == (503, True)


@pytest.mark.usefixtures("no_database")
def test_the_log_has_one_line_for_it(client: Client, written: list[str]) -> None:
    client.get("/account/login/")
    line = (
        "Service Unavailable: /account/login/: connection to server failed: Connection refused Is the server running?"
    )
    assert written == [f"ERROR django.request: {line}"]


def test_a_traceback_quotes_no_row() -> None:
    error = ValueError("duplicate key value\nDETAIL:  Key (email)=(kari@example.com) already exists.\n")
    record = logging.makeLogRecord({"msg": "Failed", "exc_info": (ValueError, error, None)})
    text = logs.Line().format(record)
    assert ("duplicate key value" in text, "kari" in text) == (True, False)


def test_neither_does_an_error_in_one_line() -> None:
    error = ValueError("duplicate key value\nDETAIL:  Key (email)=(kari@example.com) already exists.\nand so on")
    text = logs.Line().format(logging.makeLogRecord({"msg": f"Task failed: {error!r}"}))
    assert text == "Task failed: ValueError('duplicate key value\\nDETAIL: (left out)\\nand so on')"


def test_the_worker_writes_its_log_as_the_web_does() -> None:
    assert signals.setup_logging.receivers
