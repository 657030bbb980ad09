"""At a desk a customer finds an invoice, and sees why it is what it is; the guide does so on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def test_an_invoice_is_found_and_read(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.get_by_role("navigation", name="Deler av oversikten").get_by_role("link", name="Fakturaer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fakturaer")
    people.check(page)

    page.goto(portal.url("vidnett", "/invoices/?status=paid"))
    page.locator(".cards-table th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Faktura \w+\s20\d\d"))
    expect(page.get_by_text("Betalt", exact=True).first).to_be_visible()
    expect(page.get_by_text("KID", exact=True)).to_be_visible()
    people.check(page)

    link = page.get_by_role("link", name=re.compile(r"^Se faktura \(PDF"))
    expect(link).to_have_attribute("href", re.compile(r"^/invoices/[0-9a-f-]+/pdf/$"))
