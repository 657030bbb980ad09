"""At a desk a customer of the grid company sees the month and the day; the guide does so on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def test_the_month_and_the_day_are_shown(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oversikt")
    people.check(page)

    page.get_by_text("Vis som tabell").click()
    expect(page.get_by_role("table").first).to_be_visible()
    people.check(page)
    page.locator(".chart__hits a .chart__hit").first.click()
    expect(page.get_by_role("link", name="Dag", exact=True)).to_have_attribute("aria-current", "true")
    page.get_by_text("Vis som tabell").click()
    expect(page.get_by_role("row", name=re.compile(r"00.00–01.00|00–01")).first).to_be_visible()
    people.check(page)

    page.get_by_role("link", name="Produksjon").click()
    expect(page.locator("main")).to_contain_text("kWh")
    people.check(page)
