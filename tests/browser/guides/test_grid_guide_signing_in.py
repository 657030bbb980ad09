"""The grid guide, chapters 1 to 3 and sections 4.1 and 4.2: what it is, the way in, and finding one's way."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import grid, steps
from tests.browser.running_portal import RunningPortal

# Signs for a housing cooperative; and for a bakery.
PER, PERS_NUMBER = "per.haugen@bjorkehaugen.example", "912 34 522"
AMINA = "amina.yusuf@solvikabakeri.example"


def code_by_sms(page: Page, portal: RunningPortal, number: str) -> None:
    page.get_by_role("link", name="Engangskode på SMS").click()
    page.get_by_label("Mobilnummer").fill(number)
    page.get_by_role("button", name="Send kode").click()
    grid.is_headed(page, "Skriv inn koden")
    code = re.search(r"\b(\d{6}) er koden", people.message_to(page, portal, number, "er koden din"))
    assert code
    page.locator("input[name=code]").fill(code[1])
    page.get_by_role("button", name="Logg inn").click()


def sign_out(page: Page) -> None:
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url(lambda url: "/grid/" not in url)


def test_1_whoever_is_no_customer_is_told_so(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone")
    page.goto(portal.url("vidnett", "/account/login/"))
    expect(page.locator("main")).to_contain_text("For alle, også næring og borettslag.")
    code_by_sms(page, portal, "998 87 755")
    grid.is_headed(page, "Vi finner deg ikke")


def test_1_one_chooses_among_several_installations(portal: RunningPortal, page_of: Callable[..., Page]) -> None:
    page = page_of("vidnett", grid.INGRID)
    grid.go(page, portal, "/grid/")
    grid.choose_installation(page, "Tverrliveien 203")
    expect(page.locator("dl.facts, dl").filter(has_text="Tverrliveien 203").first).to_be_visible()
    grid.choose_installation(page, "Bjørkehaugen 14")


def test_2_what_is_new_there_is_here(portal: RunningPortal, page_of: Callable[..., Page]) -> None:
    """Settings of one's own; all installations and invoices, also those one is trusted with; support by the hour."""
    page = page_of("vidnett", grid.INGRID)
    grid.go(page, portal, "/account/notices/")
    grid.is_headed(page, "Varsler")
    grid.go(page, portal, "/grid/installations/")
    expect(page.locator("main table")).to_contain_text("Tverrliveien 203")
    people.check(page)
    page.get_by_role("link", name="Se dem samlet i én graf").click()
    grid.is_headed(page, "Oversikt")
    grid.go(page, portal, "/invoices/")
    page.get_by_role("link", name="Fakturaer for alle mine kundeforhold").click()
    expect(page.locator(".cards-table")).to_contain_text("Sameiet Bjørkehaugen")


def test_3_it_is_put_on_the_home_screen_from_the_browser(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone")
    page.goto(portal.url("vidnett", "/account/login/"))
    address = page.locator("link[rel=manifest]").get_attribute("href")
    told = page.evaluate("async url => (await fetch(url)).json()", address)
    assert (told["name"], told["display"], told["start_url"]) == ("Vidnett", "standalone", "/")
    kinds = page.evaluate(
        "urls => Promise.all(urls.map(async url => (await fetch(url)).headers.get('content-type')))",
        [icon["src"] for icon in told["icons"]],
    )
    assert set(kinds) == {"image/png"}


def test_4_1_choosing_the_grid_then_a_code_by_sms_and_another_user_by_e_mail(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    page.goto(portal.url("vidnett", "/"))
    page.get_by_text("Velg strømnettet ditt").click()
    page.get_by_role("button", name="Solvika").click()
    page.goto(portal.url("vidnett", "/account/login/"))
    expect(page.locator("main details summary").first).to_contain_text("Solvika")
    code_by_sms(page, portal, PERS_NUMBER)
    grid.is_headed(page, "Oversikt")
    expect(page.locator("dl.figures").first).to_contain_text("kWh")
    sign_out(page)
    page.goto(portal.url("vidnett", "/grid/"))
    expect(page).to_have_url(re.compile("/account/login/"))
    people.sign_in_with_code(page, portal, "vidnett", AMINA)
    grid.is_headed(page, "Oversikt")
    expect(page.locator("main")).to_contain_text("Torget 3")


def test_4_2_five_sections_lead_everywhere(portal: RunningPortal, page_of: Callable[..., Page]) -> None:
    page = page_of("vidnett", grid.INGRID)
    grid.go(page, portal, "/grid/")
    menu = page.get_by_role("navigation", name="Hovedmeny")
    expect(menu.get_by_role("link")).to_have_count(5)
    for section in ("Aktuelt", "Drift", "Spotpris", "Kundeservice", "Oversikt"):
        steps.follow(page, section)
        grid.is_headed(page, f"^{section}")
        expect(menu.get_by_role("link", name=re.compile(f"^{section}"))).to_have_attribute("aria-current", "page")
