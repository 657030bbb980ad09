"""The lights go out: a visitor looks, a customer looks, somebody reports a hazard, and the duty takes it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

EMILY = "emily.clarke@post.example"
INGRID = "ingrid.solbakken@post.example"


def test_a_visitor_finds_the_power_cut_and_chooses_an_area(portal: RunningPortal, page: Page) -> None:
    page.goto(portal.url("vidnett", "/account/login/"))
    page.get_by_text("Velg strømnettet ditt").click()
    people.check(page)
    page.get_by_role("button", name="Solvika").click()
    page.get_by_role("link", name="Strømbrudd nå og planlagt arbeid").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drift")
    people.check(page)
    expect(page.locator("#board")).to_contain_text("Fjellveien")
    expect(page.locator("#board")).not_to_contain_text("Granvik")
    page.get_by_role("link", name=re.compile("Fjellveien")).click()
    expect(page.locator(".timeline")).to_contain_text("Strømmen gikk.")
    people.check(page)


def test_a_customer_sees_their_own_first(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.get_by_role("link", name="Drift", exact=True).click()
    own = page.get_by_role("region", name="Hos deg")
    expect(own).to_contain_text("Bjørkehaugen 14")
    people.check(page)


def test_a_stranger_reports_a_hazard_with_a_picture_and_a_position(portal: RunningPortal, page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 59.91, "longitude": 10.75, "accuracy": 12})
    page.goto(portal.url("vidnett", "/outages/report/"))
    people.check(page)
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_role("heading", name=re.compile("Rett opp"))).to_be_visible()
    people.check(page)
    page.get_by_label("Åpent eller ødelagt elektrisk skap").check()
    page.get_by_label("Adresse eller sted").fill("Strandgata 5, ved lekeplassen")
    page.get_by_label("Bilder").set_input_files(people.picture("skap.jpg"))
    page.get_by_role("button", name="Legg ved posisjonen min").click()
    expect(page.locator("[data-position] [role=status]")).to_contain_text("12 meter")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Takk, meldingen er mottatt")
    expect(page.locator("main")).to_contain_text(re.compile(r"F-\d{5}"))
    people.check(page)


def test_a_hazard_can_be_reported_without_javascript(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone", javascript=False)
    page.goto(portal.url("vidnett", "/outages/report/"))
    expect(page.get_by_role("button", name="Legg ved posisjonen min")).to_be_hidden()
    page.get_by_label("Skadet mast").check()
    page.get_by_label("Adresse eller sted").fill("Åsen 4")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Takk, meldingen er mottatt")


def test_news_are_new_until_they_are_read(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in(page, portal, "vidnett", EMILY)
    page.get_by_role("link", name=re.compile("News")).first.click()
    people.check(page)
    page.get_by_role("link", name="How to prepare for a power cut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to prepare for a power cut")
    expect(page.locator("article img")).to_be_visible()
    people.check(page)
