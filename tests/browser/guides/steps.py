"""Steps that the guides have in common, as people do them on a phone."""

import re
import secrets

from playwright.sync_api import Locator, Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal


def fresh(word: str) -> str:
    """Return a text that no other test, and no other try of this one, has written."""
    return f"{word} {secrets.token_hex(4)}"


def fresh_mobile() -> str:
    """Return a mobile number as it is shown, which hardly anybody else has got."""
    digits = str(secrets.randbelow(10**5)).zfill(5)
    return f"412 {digits[:2]} {digits[2:]}"


def follow(page: Page, name: str) -> None:
    """Choose in the main menu."""
    menu = page.get_by_role("navigation", name="Hovedmeny")
    menu.get_by_role("link", name=re.compile(f"^{name}")).click()


# Ordering a pickup -----------------------------------------------------------------------------------


def open_address(page: Page, portal: RunningPortal, address: str) -> None:
    page.goto(portal.url("fjordsirkel", "/orders/"))
    page.locator("main").get_by_role("link", name=re.compile(address)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(address)


def choose_job(page: Page, unit: str, job: str) -> None:
    """Press Tøm, Flytt or Hent beside a unit; its form opens."""
    jobs = page.get_by_role("group", name=f"Velg oppdrag for {unit}")
    jobs.get_by_role("link", name=job, exact=True).click()
    expect(jobs.get_by_role("link", name=job, exact=True)).to_have_attribute("aria-current", "true")


def put_in_basket(page: Page) -> None:
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()


def begin_with_empty_basket(page: Page, portal: RunningPortal) -> None:
    """Take out what a try that broke off may have left: it would be sent along."""
    page.goto(portal.url("fjordsirkel", "/orders/basket/"))
    remove = page.get_by_role("button", name=re.compile("^Fjern"))
    for left in range(remove.count() - 1, -1, -1):
        remove.first.click()
        expect(remove).to_have_count(left)


def put_emptying_in_basket(page: Page, portal: RunningPortal, note: str) -> Locator:
    """Put the emptying of a skip in an empty basket, and open it there; `note` is for the driver."""
    begin_with_empty_basket(page, portal)
    open_address(page, portal, "Industriveien 44")
    choose_job(page, "C-10460", "Tøm")
    people.choose_later_day(page)
    page.get_by_label("Informasjon til sjåføren").fill(note)
    put_in_basket(page)
    follow(page, "Handlekurv")
    job = page.get_by_role("article").filter(has_text=note)
    expect(job).to_be_visible()
    return job


def send_order(page: Page) -> str:
    """Send the basket and return the order's number as it is in addresses: digits only."""
    page.get_by_role("button", name="Send bestilling").click()
    expect(page).to_have_url(re.compile(r"/orders/\d+/confirmation/$"))
    number = re.search(r"/orders/(\d+)/", page.url)
    assert number
    return number[1]


def shown(number: str) -> str:
    """Return an order's number as people read it; Playwright takes any space for a space."""
    return f"{int(number):,}".replace(",", " ")


def find_order(page: Page, portal: RunningPortal, number: str) -> Locator:
    """Search the overview: around holidays the day may lie past the week that it begins with. Returns the table."""
    page.goto(portal.url("fjordsirkel", f"/orders/overview/?q={number}"))
    table = page.get_by_role("table")
    expect(table).to_contain_text(shown(number))
    return table


# A call-off ------------------------------------------------------------------------------------------

CALL_OFF = re.compile(r"A-\d+")


def open_form(page: Page, portal: RunningPortal) -> None:
    page.goto(portal.url("kystretur", "/callouts/new/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Foreta avrop")


def choose_waste(page: Page, words: str, name: str) -> None:
    """Search as one writes, and choose among what is found."""
    page.get_by_label("Finn avfallsfraksjon").fill(words)
    expect(page.locator("#hits")).to_contain_text(f"treff på «{words}»")
    page.locator("#hits").get_by_label(name, exact=True).check()


def fill_in_call_off(page: Page, reference: str) -> None:
    """Fill in all that a call-off of common waste needs; `reference` is what to find it by."""
    producer = page.get_by_label("Avfallsprodusent")
    producer.select_option(label=label_with(producer, "avd. verft"))
    choose_waste(page, "næringsavfall", "Blandet næringsavfall")
    page.get_by_role("textbox", name="Mengde").fill("2")
    page.get_by_label("Enhet", exact=True).select_option(label="tonn")
    page.get_by_label("Antall kolli").fill("1")
    page.get_by_label("Type kolli").select_option(label="Container (CN)")
    page.get_by_label("Henteadresse").select_option(index=1)
    page.get_by_label("PO, AO eller avropsnummer").fill(reference)


def label_with(select: Locator, part: str) -> str:
    """Return the whole text of the choice that has `part` in it."""
    return select.locator("option").filter(has_text=part).first.inner_text()


def save_draft(page: Page) -> None:
    page.get_by_role("button", name="Lagre utkast").click()
    expect(page.get_by_role("status").filter(has_text="Utkastet er lagret.").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/callouts/drafts/\d+/$"))


def look_over(page: Page) -> None:
    page.get_by_role("button", name="Se over og send inn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se over avropet")


def send_in(page: Page) -> str:
    """Look over and send in; returns the number, "A-20419"."""
    look_over(page)
    page.get_by_role("button", name="Send inn avropet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suksess! Avrop er sendt inn.")
    number = CALL_OFF.search(page.locator("main").inner_text())
    assert number
    return number[0]


def row_of(page: Page, text: str) -> Locator:
    """Return the row of a list that has this text in it."""
    return page.locator("main table tbody tr").filter(has_text=text)
