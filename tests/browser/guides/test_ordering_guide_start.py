"""The ordering guide, getting started: the app, access to it, the first sign-in and the PIN."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal
from tests.browser.test_access import LINK, approve, ask, come_in
from tests.browser.test_sign_in_ways import IPHONE, away_for_long

COMPANY = "fjordsirkel"
KNUT = "knut.moe@bratland.example"
KNUTS_MOBILE = "912 34 503"
WAY_IN = re.compile(r"/account/start/[\w-]+/")


def test_the_page_can_be_installed(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(portal.url(COMPANY))
    browser = page.context.new_cdp_session(page)
    app = browser.send("Page.getAppManifest")
    assert app["url"] == portal.url(COMPANY, "/app.webmanifest")
    assert app["errors"] == []
    # The browser's own verdict; tests run in a window that keeps nothing, where it installs nothing.
    faults = {fault["errorId"] for fault in browser.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert faults <= {"in-incognito"}


def test_access_is_ordered_and_comes_by_sms(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page, staff = open_page(), open_page("desktop")
    email, mobile = f"{steps.fresh('oddvar').replace(' ', '.')}@example.com", steps.fresh_mobile()
    ask(page, portal, email, f"+47 {mobile}")
    approve(staff, portal, email)
    link = LINK.search(people.message_to(page, portal, f"SMS til {mobile}", "/customers/invitation/"))
    assert link
    come_in(page, portal, link[0], email)


def send_way_in(staff: Page, portal: RunningPortal) -> None:
    people.sign_in_staff(staff, portal, COMPANY, "admin@fjordsirkel.example")
    staff.goto(portal.url(COMPANY, f"/admin/accounts/user/?q={KNUT}"))
    staff.locator("#result_list input[name=_selected_action]").check()
    staff.get_by_label("Handling").select_option(label="Send tilgangslenke på nytt")
    staff.get_by_role("button", name="Gå", exact=True).click()
    staff.get_by_role("button", name="Send på nytt").click()
    expect(staff.locator(".messagelist")).to_contain_text("1 bruker")


def test_signing_in_the_first_time_and_later(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page, staff = open_page(user_agent=IPHONE), open_page("desktop")
    send_way_in(staff, portal)
    link = WAY_IN.search(people.message_to(page, portal, f"SMS til {KNUTS_MOBILE}", "/account/start/"))
    assert link
    page.goto(portal.url(COMPANY, link[0]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Velkommen")
    people.check(page)
    page.get_by_role("button", name="Gå videre").click()

    password = steps.fresh("tolv rare elger")
    page.get_by_label("Nytt passord").fill(password)
    people.check(page)
    page.get_by_role("button", name="Lagre passordet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Åpne med PIN neste gang?")
    page.get_by_role("button", name="Ikke på denne enheten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dine adresser")

    phone = open_page(user_agent=IPHONE)
    phone.goto(portal.url(COMPANY, "/account/login/"))
    phone.get_by_role("link", name="Passord").click()
    phone.get_by_label("E-post").fill(KNUTS_MOBILE)
    phone.get_by_label("Passord", exact=True).fill(password)
    phone.get_by_role("button", name="Logg inn").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Åpne med PIN neste gang?")
    phone.get_by_label("Ny PIN-kode").fill("4827")
    phone.get_by_label("Den samme PIN-koden").fill("4827")
    phone.get_by_role("button", name="Sett PIN-kode").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Dine adresser")
    with away_for_long(portal, COMPANY):
        phone.goto(portal.url(COMPANY, "/orders/basket/"))
        expect(phone.get_by_role("heading", level=1)).to_have_text("Skriv PIN-koden")
    phone.get_by_label("PIN-kode").fill("4827")
    phone.get_by_role("button", name="Lås opp").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Handlekurv")
