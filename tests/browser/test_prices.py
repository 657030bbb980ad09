"""The spot price keeps up with the clock in a page that stays open."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal


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
