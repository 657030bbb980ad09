"""The grid guide, section 4.3: consumption and production, invoices, and everything about the grid rent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import grid, steps
from tests.browser.running_portal import RunningPortal

KRONER = re.compile(r"\d,\d\d\skr")
# The first time a worker draws it, and the page waits.
DRAWN = """async url => {
  for (let tries = 0; tries < 150; tries++) {
    const got = await fetch(url);
    if (got.status !== 202) return [got.status, got.headers.get("content-type")];
    await new Promise(later => setTimeout(later, 200));
  }
}"""
Pages = Callable[[str, str], Page]


@pytest.fixture
def page(page_of: Pages) -> Page:
    """Ingrid's: she has two installations, one of which makes power too."""
    return page_of("vidnett", grid.INGRID)


def test_4_3_the_overview_has_its_parts(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    parts = page.get_by_role("navigation", name="Deler av oversikten")
    for part in ("Forbruk", "Produksjon", "Fakturaer"):
        expect(parts.get_by_role("link", name=part)).to_be_visible()
    expect(page.get_by_role("heading", level=2, name="Nettleie", exact=True)).to_be_visible()
    people.check(page)


def test_4_3_1_consumption_by_year_month_week_and_day_and_production(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    scale = page.get_by_role("navigation", name="Vis per")
    # A month that is over has all its days, whatever day it is today.
    title = page.locator("#readings-title")
    shown = title.inner_text()
    page.locator("a[rel=prev]").click()
    expect(title).not_to_have_text(shown)
    for name, heading in [("År", r"Forbruk\s\d{4}"), ("Måned", r"Forbruk \w+\s\d{4}"), ("Uke", r"Forbruk\suke")]:
        scale.get_by_role("link", name=name).click()
        expect(scale.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
        expect(page.locator("#readings-title")).to_have_text(re.compile(heading))
        figures = page.locator("dl.figures").first
        expect(figures).to_contain_text(re.compile(r"Forbruk\s*[\d\s]+,\d\skWh"))
        expect(figures).to_contain_text(re.compile(r"Strømstøtte\s*−?[\d\s]+,\d\d\skr"))
    page.locator(".chart__hits a .chart__hit").first.click()
    expect(scale.get_by_role("link", name="Dag")).to_have_attribute("aria-current", "true")
    page.get_by_text("Vis som tabell").click()
    expect(page.get_by_role("row", name=re.compile(r"00.00–01.00|00–01")).first).to_be_visible()
    people.check(page)
    page.get_by_role("link", name="Produksjon").click()
    expect(page.locator("#readings-title")).to_have_text(re.compile("Produksjon"))
    expect(page.locator("dl.figures").first).to_contain_text("kWh")
    people.check(page)


def test_4_3_2_an_invoice_is_chosen_and_read_line_by_line(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("navigation", name="Deler av oversikten").get_by_role("link", name="Fakturaer").click()
    grid.is_headed(page, "Fakturaer")
    expect(page.locator("main")).to_contain_text("De siste 12 månedene")
    # Those of the installation one came from.
    expect(page.locator(".cards-table")).not_to_contain_text("Tverrliveien")
    people.check(page)
    # The oldest of them is paid, and nobody settles its month anew.
    paid = page.locator(".cards-table tbody tr").filter(has_text="Betalt").filter(has_text="Bjørkehaugen 14").last
    expect(paid).to_contain_text(KRONER)
    paid.get_by_role("link").first.click()
    grid.is_headed(page, r"Faktura \w+\s20\d\d")
    main = page.locator("main")
    for fact in ("Kundenummer", "Fakturanummer", "Fakturadato", "Målepunktadresse", "Målernummer", "MålepunktID"):
        expect(main.get_by_text(fact, exact=True)).to_be_visible()
    for line in ("Energiledd, dag", "Energiledd, natt", "Enova-avgift", "Elavgift", "Kapasitetsledd"):
        expect(main.get_by_role("row", name=re.compile(line)).first).to_contain_text(re.compile(r"\d,\d\d"))
    people.check(page)
    pdf = page.get_by_role("link", name=re.compile(r"^Se faktura \(PDF")).get_attribute("href")
    assert page.evaluate(DRAWN, pdf) == [200, "application/pdf"]


def test_4_3_3_the_grid_rent_stands_on_the_overview(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/#grid-rent")
    rent = page.locator("main")
    for words in ("Energiledd og kapasitetsledd", "Slik er nettleien satt sammen", "øre/kWh", "kr/måned"):
        expect(rent).to_contain_text(words)
    for name, heading in [
        ("Se prøveavregningen", "Prøveavregning"),
        ("Se de siste 12 månedene", "Dine forbrukstopper"),
        ("Se alle nettleiepriser", "Nettleiepriser"),
        ("Se måned for måned", "Strømstøtte"),
    ]:
        page.get_by_role("link", name=name).last.click()
        grid.is_headed(page, heading)
        page.get_by_role("link", name="Oversikt").last.click()
        grid.is_headed(page, "Oversikt")


def test_4_3_3_1_the_trial_settlement(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("link", name="Se prøveavregningen").last.click()
    grid.is_headed(page, "Prøveavregning")
    expect(page.locator("dl.figures").first).to_contain_text("Nettleie så langt")
    people.check(page)
    # On the first of a month there is nothing yet to reckon from: the month before shows all of it.
    page.locator("a[rel=prev]").click()
    peaks = page.get_by_role("region", name="Dine tre forbrukstopper")
    expect(peaks.get_by_role("listitem")).to_have_count(4)
    expect(peaks).to_contain_text(re.compile(r"Snitt\s*\d+,\d\d\skW"))
    lines = page.locator("table.lines")
    for line in ("Energiledd, dag", "Energiledd, natt", "Elavgift", "Kapasitetsledd", "Sum nettleie"):
        expect(lines.get_by_role("row", name=re.compile(line)).first).to_contain_text(re.compile(r"\d,\d\d"))
    expect(page.get_by_role("region", name="Trinnene i kapasitetsleddet")).to_be_visible()
    grid.choose_installation(page, "Tverrliveien 203")
    grid.is_headed(page, "Prøveavregning")


def test_4_3_3_2_the_peaks_of_twelve_months(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("link", name="Se de siste 12 månedene").click()
    grid.is_headed(page, "Dine forbrukstopper")
    grid.go(page, portal, "/billing/peaks/")
    counted = page.get_by_role("region", name="Teller med")
    expect(counted).to_contain_text(re.compile(r"kl\.\s\d\d–\d\d\s*\d+,\d\d\skW"))
    months = page.get_by_role("region", name="De siste 12 månedene").locator("ul.rows a")
    expect(months).to_have_count(12)
    people.check(page)
    month = (months.last.text_content() or "").strip().lower().replace("\N{NO-BREAK SPACE}", " ")
    months.last.click()
    heading = page.get_by_role("heading", name=re.compile("Høyeste time hver dag i"))
    expect(heading).to_have_text(re.compile(month.replace(" ", r"\s")))


def test_4_3_3_3_the_prices_of_this_kind_of_customer(portal: RunningPortal, page: Page, page_of: Pages) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("link", name="Se alle nettleiepriser").click()
    grid.is_headed(page, "Nettleiepriser")
    expect(page.locator("main")).to_contain_text("Priser for bolig, med mva.")
    tiers = page.get_by_role("region", name="Alle trinn")
    expect(tiers.get_by_role("listitem")).to_have_count(10)
    expect(tiers.get_by_text("Du er her")).to_have_count(1)
    expect(page.get_by_role("region", name="Energiledd")).to_contain_text("Natt (22–06)")
    page.locator(".versions summary").first.click()
    people.check(page)
    business = page_of("vidnett", "amina.yusuf@solvikabakeri.example")
    grid.go(business, portal, "/billing/prices/")
    expect(business.locator("main")).to_contain_text("uten mva.")


def test_4_3_3_4_what_the_grid_rent_is(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("link", name="Les mer om nettleieprisen").click()
    grid.is_headed(page, "Nettleiepriser")
    parts = page.get_by_role("region", name="Slik er nettleien satt sammen")
    for part in ("Energiledd", "Kapasitetsledd", "Offentlige avgifter"):
        expect(parts).to_contain_text(part)
    steps.follow(page, "Kundeservice")
    page.get_by_role("link", name="Nettleieprisen").first.click()
    grid.is_headed(page, "Nettleieprisen")


def test_4_3_3_5_support_by_month_day_and_hour(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.get_by_role("link", name="Se måned for måned").click()
    grid.is_headed(page, "Strømstøtte")
    months = page.locator("ul.rows a")
    expect(months).to_have_count(12)
    expect(page.locator("ul.rows li").nth(1)).to_contain_text(KRONER)
    people.check(page)
    # Last month is whole; its first day has hours, and each has its kroner on the screen.
    months.nth(1).click()
    expect(page.locator("a[rel=next]")).to_be_visible()
    people.check(page)
    page.locator("tbody a").first.click()
    expect(page.locator("table.hours")).to_be_visible()
    assert grid.fits(page, "table.hours")
    people.check(page)
