"""What the tests of the grid guide have in common: who walks through it, and steps of theirs."""

import re

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def go(page: Page, portal: RunningPortal, path: str, *, customer: str = "Ingrid Solbakken") -> None:
    """Open a page as a customer, whoever was chosen before."""
    page.goto(portal.url("vidnett", path))
    if "/choose/" in page.url:
        people.choose_customer(page, customer)
        page.goto(portal.url("vidnett", path))


def is_headed(page: Page, words: str) -> None:
    """The page one came to is there, and says what it is."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def choose_installation(page: Page, name: str) -> None:
    picker = page.locator("details.picker")
    picker.locator("summary").click()
    picker.get_by_role("link", name=re.compile(name)).click()
    expect(picker.locator("summary")).to_contain_text(name)


def fits(page: Page, selector: str) -> bool:
    """Tell whether nothing of a part is cut off at its side."""
    return bool(page.locator(selector).first.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 1"))
