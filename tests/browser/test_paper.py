"""A page on paper: what is read and whose it is, in the light colours, a table as a table."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal


def test_a_list_is_printed_as_a_table_without_what_only_a_screen_can_do(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page("desktop", color_scheme="dark")
    people.sign_in(page, portal, "fjordsirkel", "magnus.tveiten@bratland.example")
    if "/choose/" in page.url:
        people.choose_customer(page, "Bratland Entreprenør AS")
    expect(page.locator(".mainnav")).to_be_visible()
    page.goto(portal.url("fjordsirkel", "/orders/overview/"))
    expect(page.locator(".on-paper")).to_be_hidden()
    dark = page.evaluate("getComputedStyle(document.body).color")

    # As wide as A4 between its margins, which is narrower than where the screen makes cards of rows.
    page.set_viewport_size({"width": 688, "height": 970})
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.locator(".on-paper")).to_contain_text("Kundenr.")
    expect(page.locator(".brand").first).to_be_visible()
    for gone in (".mainnav", ".menu", ".footer", "main .ds-button >> nth=0", ".filters__form"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".cards-table tbody tr").first).to_have_css("display", "table-row")
    expect(page.locator("body")).not_to_have_css("color", dark)
