"""A customer finds an invoice, sees why it is what it is, and gets its PDF."""

import re

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def test_an_invoice_is_found_read_and_fetched_as_pdf(portal: RunningPortal, page: Page) -> None:
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

    address = page.get_by_role("link", name=re.compile(r"^Se faktura \(PDF")).get_attribute("href")
    assert address
    first = page.request.get(portal.url("vidnett", address))
    assert first.status in (200, 202)

    def is_drawn() -> bool:
        return page.request.get(portal.url("vidnett", address)).headers["content-type"] == "application/pdf"

    for _ in range(60):
        if is_drawn():
            break
        page.wait_for_timeout(500)
    drawn = page.request.get(portal.url("vidnett", address))
    assert (drawn.status, drawn.body()[:5]) == (200, b"%PDF-")
