"""A yard clerk files a call-off: draft, opened again, submitted, locked."""

import re

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

SIRI = "siri.nordheim@nordvag.example"


def begin(portal: RunningPortal, page: Page) -> None:
    people.sign_in(page, portal, "kystretur", SIRI)
    if "/choose/" in page.url:
        people.choose_customer(page, "Nordvåg Industri AS")
    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Foreta avrop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Foreta avrop")
    people.check(page)


def fill_in(page: Page) -> None:
    page.get_by_label("Avfall", exact=True).check()
    page.get_by_label("Avfallsprodusent").select_option(index=1)
    page.get_by_label("Finn avfallsfraksjon").fill("spillolje")
    page.get_by_role("button", name="Søk", exact=True).click()
    expect(page.locator("#hits")).to_contain_text("treff på «spillolje»")
    page.locator("input[name=fraction]").first.check()
    page.locator("input[name=declared_by][value=customer]").check()
    page.get_by_label("Deklarasjonsnummer").fill("123 456 789")
    page.get_by_role("textbox", name="Mengde").fill("1 600")
    page.locator("select[name=unit]").select_option(label="kg")
    page.get_by_label("Antall kolli").fill("2")
    page.get_by_label("Type kolli").select_option(index=1)
    page.locator("input[name=transport]").last.check()
    page.get_by_label("PO, AO eller avropsnummer").fill("AO-77140")


def test_a_call_off_is_saved_opened_again_and_sent_in(portal: RunningPortal, page: Page) -> None:
    begin(portal, page)
    fill_in(page)
    people.check(page)
    page.get_by_role("button", name="Lagre utkast").click()
    people.check(page)

    page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name=re.compile("Påbegynt")).click()
    people.check(page)
    page.get_by_role("link", name=re.compile("spillolje", re.IGNORECASE)).first.click()
    if not page.locator("input[name=q]").count():
        page.get_by_role("link", name=re.compile("(Åpne|Endre)")).first.click()
    expect(page.get_by_label("PO, AO eller avropsnummer")).to_have_value("AO-77140")
    page.get_by_role("button", name="Se over og send inn").click()
    people.check(page)
    page.get_by_role("button", name="Send inn").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Suksess! Avrop er sendt inn.")
    people.check(page)
    number = re.search(r"A-\d+", page.locator("main").inner_text())
    assert number

    page.get_by_role("navigation", name="Hovedmeny").get_by_role(
        "link", name=re.compile("Avropshistorie|Historie")
    ).click()
    expect(page.locator("main")).to_contain_text(number[0])
    people.check(page)
    page.get_by_role("link", name=re.compile(f"avrop {number[0]}")).first.click()
    expect(page.locator("main")).to_contain_text("AO-77140")
    expect(page.locator("main").get_by_role("textbox")).to_have_count(0)
    people.check(page)


def test_what_is_missing_is_said_at_the_top_and_at_the_field(portal: RunningPortal, page: Page) -> None:
    begin(portal, page)
    page.get_by_role("button", name="Se over og send inn").click()
    expect(page).to_have_title(re.compile("^Feil: "))
    expect(page.locator(".ds-error-summary")).to_be_focused()
    people.check(page)
    page.locator(".ds-error-summary a").first.click()
    assert page.evaluate("document.activeElement.name || document.activeElement.id") != ""
