"""A customer of the grid company sees on the phone what it costs: settlement, support, price lists, spot price."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def fits(page: Page, selector: str) -> bool:
    """Tell whether nothing of a part is cut off at its side."""
    return bool(page.locator(selector).first.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 1"))


def test_what_it_costs_is_there_on_a_phone(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.goto(portal.url("vidnett", "/grid/"))
    expect(page.get_by_role("heading", level=2, name="Nettleie", exact=True)).to_be_visible()
    people.check(page)

    page.get_by_role("link", name="Se prøveavregningen").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prøveavregning")
    people.check(page)

    page.goto(portal.url("vidnett", "/billing/prices/"))
    page.locator(".versions summary").first.click()
    people.check(page)

    # Last month is whole; its first day has hours, and each has its kroner on the screen.
    page.goto(portal.url("vidnett", "/billing/support/"))
    people.check(page)
    page.locator("ul.rows a").nth(1).click()
    expect(page.locator("a[rel=next]")).to_be_visible()
    people.check(page)
    page.locator("tbody a").first.click()
    expect(page.locator("table.hours")).to_be_visible()
    assert fits(page, "table.hours")
    people.check(page)


def test_the_price_now_goes_on_by_itself(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    page.clock.install()
    page.goto(portal.url("vidnett", "/billing/spot/"))
    expect(page.locator("#prices[data-now-ends]")).to_be_visible()
    people.check(page)
    page.get_by_text("Vis som tabell").click()
    page.locator("#prices").evaluate("one => { one.dataset.seen = 'yes'; }")
    page.clock.fast_forward("01:00:05")
    expect(page.locator("#prices[data-seen]")).to_have_count(0)
    # What was open stays open.
    expect(page.locator("#prices details.as-table[open]")).to_have_count(1)
