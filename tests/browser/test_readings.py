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


def test_a_swipe_over_the_chart_leads_to_the_period_before_and_back(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.get_by_role("link", name="Uke", exact=True).click()
    expect(page.get_by_role("link", name="Uke", exact=True)).to_have_attribute("aria-current", "true")
    week_before = page.get_by_role("link", name="Forrige uke")
    # From the newest week there is no way on.
    page.goto(portal.url("vidnett", week_before.get_attribute("href") or ""))
    shown, before = page.url, week_before.get_attribute("href") or ""
    # Somebody who scrolls, or only touches, stays where they are.
    _swipe(page, 20, 150)
    _swipe(page, 30, 0)
    assert page.url == shown
    _swipe(page, 140, 10)
    page.wait_for_url(f"**{before}")
    _swipe(page, -140, 10)
    expect(week_before).to_have_attribute("href", before)


def _swipe(page: Page, across: int, down: int) -> None:
    """Draw a finger over the middle of the chart."""
    chart = page.locator("[data-swipe] svg").first
    expect(chart).to_be_visible()
    chart.evaluate("chart => chart.scrollIntoView({block: 'center'})")
    box = chart.bounding_box()
    assert box
    x, y = box["x"] + (box["width"] - across) / 2, box["y"] + (box["height"] - down) / 2
    session = page.context.new_cdp_session(page)
    finger = [("touchStart", 0.0), ("touchMove", 0.5), ("touchMove", 1.0)]
    for kind, part in finger:
        points = [{"x": x + across * part, "y": y + down * part}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_the_page_stays_where_it_is_from_period_to_period(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    title, arrow = page.locator("#readings-title"), page.locator("#earlier")
    expect(title).to_be_attached()
    before = title.inner_text()
    page.evaluate("document.body.dataset.same = 'page'")
    page.evaluate("document.querySelector('.period').scrollIntoView({ behavior: 'instant' })")
    top = page.evaluate("scrollY")
    arrow.click()
    expect(title).not_to_have_text(before)
    expect(page.locator("#overview-said")).to_have_text(title.inner_text())
    expect(page.locator("body")).to_have_attribute("data-same", "page")
    expect(arrow).to_be_focused()
    assert top > 0
    assert abs(page.evaluate("scrollY") - top) < 50
    people.check(page)
