"""A site foreman has a container emptied at a desk, from sign-in to the text message; on a phone: see `guides/`."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

MAGNUS = "magnus.tveiten@bratland.example"


def test_a_container_is_emptied(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in_with_code(page, portal, "fjordsirkel", MAGNUS)
    if "/choose/" in page.url:
        people.choose_customer(page, "Bratland Entreprenør AS")
    people.check(page)

    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Bestill").click()
    page.get_by_role("link", name=re.compile("Skoleveien 8")).click()
    people.check(page)
    page.get_by_role("link", name=re.compile("^Tøm")).first.click()
    people.check(page)
    page.get_by_label("Informasjon til sjåføren").fill("Port B er åpen fra 06.30.")
    page.get_by_label("Ordrereferanse").fill("4417 Eidnes skole")
    people.choose_later_day(page)
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()
    people.check(page)

    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Handlekurv").click()
    expect(page.get_by_text("Port B er åpen fra 06.30.").first).to_be_visible()
    people.check(page)
    page.get_by_role("button", name="Send bestilling").click()

    expect(page).to_have_url(re.compile("/confirmation/$"))
    people.check(page)
    number = re.search(r"/orders/(\d+)/", page.url)
    assert number
    shown = f"{int(number[1]):,}".replace(",", "\N{NO-BREAK SPACE}")
    expect(page.locator("main")).to_contain_text(shown)

    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Ordreoversikt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ordreoversikt")
    # Around holidays the day may lie past the week the overview begins with.
    page.goto(portal.url("fjordsirkel", f"/orders/overview/?q={number[1]}"))
    expect(page.locator("main table")).to_contain_text(shown)
    people.check(page)
    assert "Tøm" in people.message_to(page, portal, "SMS", shown.replace("\N{NO-BREAK SPACE}", " "))
