"""The call-off guide, 5: questions that are often asked."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal
from tests.browser.test_call_off_saves_itself import PDF

COMPANY = "kystretur"
JONAS = "jonas.berg@nordvag.example"
# Owns the account.
SIRI = "siri.nordheim@nordvag.example"
# Reads English.
MARTE = "marte.foss@nordvag.example"
INVITATION = re.compile(r"/customers/invitation/[\w-]+/")
WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


@pytest.fixture
def jonas(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, JONAS)


@pytest.fixture
def siri(portal: RunningPortal, page_of: Callable[[str, str], Page]) -> Page:
    page = page_of(COMPANY, SIRI)
    page.goto(portal.url(COMPANY, "/customers/choose/"))
    page.get_by_role("button", name="Nordvåg Industri AS").click()
    expect(page.locator("header")).to_contain_text("Nordvåg Industri AS")
    return page


def fresh_org_no() -> str:
    """Return an organisation number of the series for tests, with a right check digit."""
    while True:
        digits = [3, *(secrets.randbelow(10) for _ in range(7))]
        rest = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
        if rest != 1:
            return "".join(map(str, [*digits, (11 - rest) % 11]))


def test_5_1_a_company_registers_itself(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page, staff = open_page(), open_page("desktop")
    firm, email = steps.fresh("Verksted"), f"{steps.fresh('arvid').replace(' ', '.')}@example.com"
    page.goto(portal.url(COMPANY, "/account/login/"))
    page.get_by_role("link", name="Bestill tilgang").click()
    page.get_by_role("link", name="Registrer firmaet").click()
    people.check(page)
    page.get_by_label("Organisasjonsnummer").fill(fresh_org_no())
    page.get_by_label("Firma", exact=True).fill(firm)
    page.get_by_label("Adresse").fill("Kaiveien 8")
    page.get_by_label("Postnummer").fill("4098")
    page.get_by_label("Poststed").fill("Nordvåg")
    page.get_by_label("Navnet ditt").fill("Arvid Lunde")
    page.get_by_label("Mobil").fill(steps.fresh_mobile())
    page.get_by_label("E-post").fill(email)
    page.get_by_role("button", name="Send forespørselen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vi har fått forespørselen din")

    people.sign_in_staff(staff, portal, COMPANY, "agent@kystretur.example")
    staff.get_by_role("link", name="Forespørsler om tilgang").first.click()
    staff.get_by_role("row").filter(has_text=email).get_by_role("link").first.click()
    people.check(staff)
    staff.locator("select[name=channel]").select_option("email")
    staff.get_by_role("button", name="Godkjenn og inviter").click()
    expect(staff.locator(".messagelist")).to_contain_text("Godkjent")

    link = INVITATION.search(people.message_to(page, portal, f"e-post til {email}", "/customers/invitation/"))
    assert link
    page.goto(portal.url(COMPANY, link[0]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Du er invitert")
    page.get_by_role("button", name="Åpne tilgangen min").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Foreta avrop")
    expect(page.get_by_role("status").first).to_contain_text(firm)


def test_5_2_an_owner_registers_a_producer(portal: RunningPortal, siri: Page) -> None:
    name = steps.fresh("Nordvåg Industri, tankanlegg")
    steps.open_form(siri, portal)
    siri.get_by_label("PO, AO eller avropsnummer").fill(steps.fresh("AO"))
    siri.get_by_role("button", name="Registrer ny produsent").click()
    fill_in_producer(siri, name)
    siri.get_by_role("button", name="Registrer produsenten").click()
    expect(siri.get_by_role("heading", level=1)).to_have_text("Foreta avrop")
    producer = siri.get_by_label("Avfallsprodusent")
    expect(producer.locator("option:checked")).to_contain_text(name)
    steps.save_draft(siri)
    expect(producer.locator("option:checked")).to_contain_text(name)


def test_5_2_others_ask_for_one(portal: RunningPortal, jonas: Page) -> None:
    name = steps.fresh("Nordvåg Industri, tørrdokk")
    steps.open_form(jonas, portal)
    jonas.get_by_label("PO, AO eller avropsnummer").fill(steps.fresh("AO"))
    jonas.get_by_role("button", name="Foreslå ny produsent").click()
    fill_in_producer(jonas, name)
    jonas.get_by_role("button", name="Foreslå produsenten").click()
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Foreta avrop")
    assert name in people.message_to(jonas, portal, SIRI, name)


def fill_in_producer(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("ny produsent")
    page.get_by_label("Organisasjonsnummer").fill(fresh_org_no())
    page.get_by_label("Navn", exact=True).fill(name)


def test_5_3_waste_that_is_not_on_the_list(portal: RunningPortal, jonas: Page) -> None:
    description = steps.fresh("Filterduk med rester av sink fra hall 2.")
    steps.open_form(jonas, portal)
    hits = jonas.locator("#hits")
    jonas.get_by_label("Kategori").select_option(label="Oljeavfall")
    expect(hits).to_contain_text("i Oljeavfall")
    expect(hits.get_by_label("Spillolje, ikke refusjonsberettiget")).to_be_visible()
    expect(hits.get_by_label("Blandet næringsavfall")).to_have_count(0)
    jonas.get_by_label("Kategori").select_option(label="Alle kategorier")
    jonas.get_by_label("Finn avfallsfraksjon").fill("qwertyuiop")
    expect(hits).to_contain_text("Fant ingenting for «qwertyuiop»")

    jonas.get_by_role("button", name=re.compile("^Finner du ikke avfallet")).click()
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Avfallet står ikke på listen")
    jonas.get_by_label("Beskriv avfallet med egne ord").fill(description)
    jonas.get_by_role("button", name="Send spørsmålet").click()
    expect(jonas.locator("main")).to_contain_text(description)


def test_5_4_number_and_kind_of_packages(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    steps.choose_waste(jonas, "spillolje", "Spillolje, ikke refusjonsberettiget")
    jonas.get_by_label("Antall kolli").fill("3")
    jonas.get_by_label("Type kolli").select_option(label="Stålfat (1A)")
    steps.save_draft(jonas)
    expect(jonas.get_by_label("Antall kolli")).to_have_value("3")
    jonas.goto(f"{jonas.url}review/")
    expect(jonas.locator("main")).to_contain_text("3 stålfat")


def test_5_5_we_declare_if_authorized(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, steps.fresh("AO"))
    steps.choose_waste(jonas, "spillolje", "Spillolje, ikke refusjonsberettiget")
    jonas.get_by_label("Type kolli").select_option(label="Stålfat (1A)")
    producer = jonas.get_by_label("Avfallsprodusent")
    producer.select_option(label=steps.label_with(producer, "avd. produksjon"))
    jonas.get_by_label("Kystretur deklarerer for oss").check()
    jonas.get_by_role("button", name="Se over og send inn").click()
    expect(jonas.locator(".ds-error-summary")).to_contain_text("fullmakt")

    producer.select_option(label=steps.label_with(producer, "avd. verft"))
    steps.send_in(jonas)
    jonas.get_by_role("link", name="Se avropet").click()
    expect(jonas.locator("main")).to_contain_text("Kystretur deklarerer")


def test_5_6_a_green_confirmation_in_ones_own_language(
    portal: RunningPortal, jonas: Page, page_of: Callable[[str, str], Page]
) -> None:
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, steps.fresh("AO"))
    number = steps.send_in(jonas)
    people.check(jonas)
    expect(jonas.locator("main .ds-alert")).to_have_attribute("data-color", "success")
    expect(jonas.locator("main .ds-alert")).to_contain_text(number)

    marte = page_of(COMPANY, MARTE)
    marte.goto(jonas.url)
    expect(marte.get_by_role("heading", level=1)).to_have_text("Success! The call-off has been submitted.")


def test_5_6_a_data_sheet_goes_along(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, steps.fresh("AO"))
    sheet = {"name": "datablad.pdf", "mimeType": "application/pdf", "buffer": PDF}
    jonas.locator("input[type=file]").set_input_files(sheet)  # type: ignore[arg-type]
    expect(jonas.locator("main").get_by_role("link", name="datablad.pdf")).to_be_visible()
    steps.send_in(jonas)
    jonas.get_by_role("link", name="Se avropet").click()
    expect(jonas.locator("main").get_by_role("link", name="datablad.pdf")).to_be_visible()


def test_5_7_fetched_by_us_or_delivered_by_the_customer(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, steps.fresh("AO"))
    expect(jonas.get_by_label("Kystretur henter")).to_be_checked()
    expect(jonas.get_by_label("Henteadresse")).to_be_visible()
    jonas.get_by_label("Vi leverer selv").check()
    expect(jonas.get_by_label("Henteadresse")).to_be_hidden()
    expect(jonas.locator(".own-way .ds-alert")).to_contain_text("Mottaket, Kaigata 2")
    steps.look_over(jonas)
    expect(jonas.locator("main")).to_contain_text("Vi leverer selv")
