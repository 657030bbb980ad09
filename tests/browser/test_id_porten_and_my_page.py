"""At phone size: ID-porten, from a provider on loopback, the first time and after; and every page of Min side."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accounts import openid
from tests.browser import people
from tests.browser.running_portal import CHECKOUT, RunningPortal, environment

TURID = "turid.aasen@post.example"
CUSTOMERS = "number;kind;name;email\n590001;private;Turid Aasen;" + TURID + "\n"
IDENTITIES = f"number;identity_number\n590001;{openid.NUMBER}\n"


def take_in(portal: RunningPortal, command: str, file: str) -> None:
    """Hand a file to a command, as the one who runs the portal does."""
    env = environment(portal.database, portal.port, Path("/nowhere"))
    manage = [sys.executable, "manage.py", command, "--tenant", "vidnett", "-"]
    subprocess.run(manage, env=env, cwd=CHECKOUT, input=file.encode(), check=True, capture_output=True)


@pytest.fixture
def provider(portal: RunningPortal, open_page: Callable[..., Page]) -> Iterator[openid.Provider]:
    """An administrator turns ID-porten on, and the company tells who its customers are."""
    take_in(portal, "import_customers", CUSTOMERS)
    take_in(portal, "import_identities", IDENTITIES)
    with openid.running() as running:
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


def test_id_porten_leads_in_and_is_found_on_the_security_page(
    portal: RunningPortal, provider: openid.Provider, open_page: Callable[..., Page]
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
    page.locator("input[name=code]").fill(people.code_for(page, portal, TURID))
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


PAGES = ["details/", "notices/", "security/", "sessions/", "history/", "data/", "close/"]


def test_every_page_of_min_side_is_reached_and_fits_a_phone(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    people.sign_in(page, portal, "vidnett", "emily.clarke@post.example")
    for name in PAGES:
        page.goto(portal.url("vidnett", "/account/"))
        people.check(page)
        page.locator(f'main a[href="/account/{name}"]').click()
        page.wait_for_url(re.compile(f"/account/{name}"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        people.check(page)
    page.goto(portal.url("vidnett", "/customers/my-access/"))
    people.check(page)


def tab_to(page: Page, target: Locator) -> None:
    """Go on with the Tab key until something has the focus, as whoever uses no mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{page.url}: the Tab key does not reach {target}")


def test_the_keyboard_alone_leads_in_and_through_min_side(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto(portal.url("vidnett", "/account/login/?next=/account/"))
    tab_to(page, page.get_by_role("link", name=re.compile("^Passord")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn med passord")
    tab_to(page, page.get_by_label("E-post"))
    page.keyboard.type("amina.yusuf@solvikabakeri.example")
    tab_to(page, page.get_by_label("Passord", exact=True))
    page.keyboard.type("skranke-demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Min side")
    tab_to(page, page.get_by_role("link", name=re.compile("^Mine opplysninger")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine opplysninger")
    tab_to(page, page.get_by_role("textbox", name="Navn"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("lagret")
