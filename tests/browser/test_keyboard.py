"""Somebody who uses no mouse signs in and finds their way, on the Tab and Enter keys alone."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.running_portal import RunningPortal


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
