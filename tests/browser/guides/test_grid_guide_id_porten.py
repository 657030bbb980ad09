"""The grid guide, section 4.1: signing in by ID-porten, which a provider on this machine stands in for."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow, token_hex

import psycopg
import pytest
from playwright.sync_api import Page, expect
from stdnum.no import fodselsnummer

from tests.accounts import openid
from tests.browser import people
from tests.browser.running_portal import CHECKOUT, RunningPortal, environment


@dataclass(frozen=True)
class Turid:
    """A customer nobody has signed in as: the first time is only once."""

    customer: str
    email: str
    identity: str


def somebody_new() -> Turid:
    customer, identity = str(600_000 + randbelow(100_000)), ""
    while not fodselsnummer.is_valid(identity):
        # As the provider's own number: of the year 1901, of nobody.
        start = f"{1 + randbelow(28):02}{1 + randbelow(12):02}01{randbelow(100):03}"
        first = fodselsnummer.calc_check_digit1(start)
        identity = start + first + fodselsnummer.calc_check_digit2(start + first)
    return Turid(customer, f"turid.{token_hex(4)}@post.example", identity)


def take_in(portal: RunningPortal, command: str, file: str) -> None:
    """Hand a file to a command, as the one who runs the portal does."""
    env = environment(portal.database, portal.port, Path("/nowhere"))
    manage = [sys.executable, "manage.py", command, "--tenant", "vidnett", "-"]
    subprocess.run(manage, env=env, cwd=CHECKOUT, input=file.encode(), check=True, capture_output=True)


@pytest.fixture
def turid(portal: RunningPortal) -> Turid:
    """The company tells who its customers are."""
    turid = somebody_new()
    take_in(portal, "import_customers", f"number;kind;name;email\n{turid.customer};private;Turid Aasen;{turid.email}\n")
    take_in(portal, "import_identities", f"number;identity_number\n{turid.customer};{turid.identity}\n")
    return turid


@pytest.fixture
def provider(portal: RunningPortal, turid: Turid, open_page: Callable[..., Page]) -> Iterator[openid.Provider]:
    """An administrator turns ID-porten on."""
    with openid.running() as running:
        running.number = turid.identity
        staff = open_page("desktop")
        people.sign_in_staff(staff, portal, "vidnett", "admin@vidnett.example")
        staff.goto(portal.url("vidnett", "/admin/accounts/openidprovider/"))
        staff.locator("[name=is_on]").check()
        staff.locator("[name=issuer]").fill(running.issuer)
        staff.locator("[name=client_id]").fill("skranke")
        staff.locator("[name=authentication]").select_option("client_secret_basic")
        staff.locator("[name=secret]").fill("secret-of-the-client-32-characters")
        staff.locator("[name=_save]").click()
        expect(staff.locator(".messagelist")).to_be_visible()
        yield running
    with psycopg.connect(portal.database.owner_url) as owner:
        tenant = "(SELECT id::text FROM tenancy_tenant WHERE slug = 'vidnett')"
        owner.execute(f"SELECT set_config('app.tenant_id', {tenant}, true)")
        owner.execute("DELETE FROM accounts_openidprovider")


def at_the_provider(page: Page, portal: RunningPortal, answer: str) -> None:
    page.goto(portal.url("vidnett", "/account/login/"))
    people.check(page)
    page.get_by_role("link", name=re.compile("ID-porten")).click()
    page.get_by_role("link", name=answer).click()


def test_4_1_id_porten_leads_in_the_first_time_and_after(
    portal: RunningPortal, turid: Turid, provider: openid.Provider, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    at_the_provider(page, portal, "Avbryt")
    expect(page.get_by_text("Du avbrøt hos ID-porten")).to_be_visible()
    people.check(page)
    at_the_provider(page, portal, "Logg inn som Turid")
    expect(page.get_by_role("heading", level=1)).to_have_text("Velkommen")
    expect(page.get_by_label("Navn")).to_have_value("Turid Aasen")
    people.check(page)
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv inn koden")
    people.check(page)
    page.locator("input[name=code]").fill(people.code_for(page, portal, turid.email))
    page.get_by_role("button", name="Gå videre").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto(portal.url("vidnett", "/account/security/"))
    expect(page.get_by_role("heading", name="ID-porten")).to_be_visible()
    people.check(page)
    page.get_by_role("link", name="Koble fra").click()
    people.check(page)
    page.get_by_role("button", name="Koble fra").click()
    page.get_by_role("link", name="Koble til denne kontoen").click()
    page.get_by_role("link", name="Logg inn som Turid").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Koble til kontoen din")
    people.check(page)
    page.get_by_role("button", name="Koble til").click()
    expect(page.get_by_role("link", name="Koble fra")).to_be_visible()
    page.context.clear_cookies()
    at_the_provider(page, portal, "Logg inn som Turid")
    page.wait_for_url(lambda url: "/account/" not in url and str(provider.port) not in url)
