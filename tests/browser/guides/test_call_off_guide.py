"""The call-off guide, 1.0 and 2: signing in, and each numbered field of the form."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal
from tests.browser.test_call_off_saves_itself import PDF

COMPANY = "kystretur"
JONAS = "jonas.berg@nordvag.example"


@pytest.fixture
def jonas(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, JONAS)


def test_1_0_signing_in_with_e_mail_and_password(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(portal.url(COMPANY))
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn")
    people.check(page)
    page.get_by_role("link", name="Passord").click()
    page.get_by_label("E-post").fill(JONAS)
    page.get_by_label("Passord", exact=True).fill("skranke-demo")
    page.get_by_role("button", name="Logg inn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Foreta avrop")


def test_2_1_the_form_has_every_field_of_the_picture(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    people.check(jonas)
    form = jonas.locator("main form").first
    expect(form.get_by_role("group", name="Type tjeneste")).to_be_visible()
    for label in (
        "Avfallsprodusent",
        "Finn avfallsfraksjon",
        "Mengde",
        "Enhet",
        "Antall kolli",
        "Type kolli",
        "Lastbærer eller tanknummer",
        "Størrelse",
        "Enhet for størrelsen",
        "Informasjon",
        "Henteadresse",
        "Kontaktperson",
        "PO, AO eller avropsnummer",
        "Vedlegg",
    ):
        expect(form.get_by_label(re.compile(f"^{label}( Valgfritt)?")).first).to_be_visible()
    for name in ("Lagre utkast", "Se over og send inn"):
        expect(form.get_by_role("button", name=name)).to_be_visible()


def test_field_1_make_a_call_off_is_in_the_menu(portal: RunningPortal, jonas: Page) -> None:
    jonas.goto(portal.url(COMPANY, "/callouts/history/"))
    steps.follow(jonas, "Foreta avrop")
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Foreta avrop")


def test_field_2_the_kind_of_service(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    expect(jonas.get_by_label("Avfall", exact=True)).to_be_checked()
    for kind in ("Tankvask", "Salg"):
        expect(jonas.get_by_label(kind, exact=True)).to_be_visible()
    jonas.get_by_label("Leie av utstyr").check()
    expect(jonas.get_by_label("Avfallsprodusent")).to_be_hidden()
    jonas.locator("#hits").get_by_label("Åpen container 10 m³, leie").check()
    jonas.get_by_role("textbox", name="Mengde").fill("1")
    steps.save_draft(jonas)
    expect(jonas.get_by_label("Leie av utstyr")).to_be_checked()
    expect(jonas.locator("#hits").get_by_label("Åpen container 10 m³, leie")).to_be_checked()


def test_field_3_the_producer_of_the_waste(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    producer = jonas.get_by_label("Avfallsprodusent")
    producer.select_option(label=steps.label_with(producer, "avd. produksjon"))
    steps.save_draft(jonas)
    expect(producer.locator("option:checked")).to_contain_text("Nordvåg Industri, avd. produksjon")


def test_field_4_hazardous_waste_takes_a_declaration_number(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    declaration = jonas.get_by_label("Deklarasjonsnummer")
    steps.choose_waste(jonas, "næringsavfall", "Blandet næringsavfall")
    expect(declaration).to_be_hidden()
    steps.choose_waste(jonas, "spillolje", "Spillolje, ikke refusjonsberettiget")
    expect(declaration).to_be_visible()
    jonas.get_by_role("button", name="Se over og send inn").click()
    expect(jonas.locator(".ds-error-summary")).to_contain_text("Skriv inn deklarasjonsnummeret")
    declaration.fill("123 456 789")
    steps.save_draft(jonas)
    expect(declaration).to_have_value(re.compile(r"123.?456.?789"))


def test_field_4_and_so_does_radioactive_waste(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    jonas.get_by_label("Kategori").select_option(label="Radioaktivt avfall")
    expect(jonas.locator("#hits")).to_contain_text("i Radioaktivt avfall")
    jonas.locator("#hits").get_by_role("radio").first.check()
    expect(jonas.get_by_label("Deklarasjonsnummer")).to_be_visible()


def test_field_5_load_carrier_or_tank(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    carrier = jonas.get_by_label("Lastbærer eller tanknummer")
    carrier.fill("MDE-331")
    steps.save_draft(jonas)
    expect(carrier).to_have_value("MDE-331")


def test_field_6_a_reference_for_the_invoice(portal: RunningPortal, jonas: Page) -> None:
    reference = steps.fresh("AO")
    steps.open_form(jonas, portal)
    expect(jonas.locator("main")).to_contain_text("Kommer på fakturaen.")
    jonas.get_by_label("PO, AO eller avropsnummer").fill(reference)
    steps.save_draft(jonas)
    steps.follow(jonas, "Påbegynte")
    expect(steps.row_of(jonas, reference)).to_be_visible()


def test_field_7_the_waste_is_found_by_name_and_by_code(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    finder, hits = jonas.get_by_label("Finn avfallsfraksjon"), jonas.locator("#hits")
    for words in ("13 02 05", "7012", "701201", "spillolje"):
        finder.fill(words)
        expect(hits).to_contain_text(f"treff på «{words}»")
        expect(hits.get_by_label("Spillolje, ikke refusjonsberettiget")).to_be_visible()
    hits.get_by_label("Spillolje, ikke refusjonsberettiget").check()
    steps.save_draft(jonas)
    expect(hits.get_by_label("Spillolje, ikke refusjonsberettiget")).to_be_checked()


def test_field_8_how_much(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    quantity = jonas.get_by_role("textbox", name="Mengde")
    quantity.fill("mye")
    jonas.get_by_role("button", name="Lagre utkast").click()
    expect(jonas.locator(".ds-error-summary")).to_be_visible()
    expect(quantity).to_have_value("mye")
    quantity.fill("1600,5")
    steps.save_draft(jonas)
    expect(quantity).to_have_value(re.compile(r"^1.?600,5$"))


def test_field_9_the_unit_of_the_quantity(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    steps.choose_waste(jonas, "spillolje", "Spillolje, ikke refusjonsberettiget")
    unit = jonas.get_by_label("Enhet", exact=True)
    expect(unit.locator("option")).to_have_text(["Velg", "kg", "tonn", "liter"])
    unit.select_option(label="liter")
    steps.save_draft(jonas)
    expect(unit.locator("option:checked")).to_have_text("liter")


def test_field_10_what_the_driver_and_the_plant_must_know(portal: RunningPortal, jonas: Page) -> None:
    note = steps.fresh("Fatene står bak hall 3.")
    steps.open_form(jonas, portal)
    jonas.get_by_label("Antall kolli").fill("4")
    jonas.get_by_label("Type kolli").select_option(label="Stålfat (1A)")
    jonas.get_by_label("Informasjon").fill(note)
    jonas.get_by_label("Henteadresse").select_option(label="Annen adresse")
    jonas.locator(".pickup__other").get_by_role("textbox").fill("Kai 7, 4098 Nordvåg")
    jonas.get_by_label("Kontaktperson").fill("Tor Berg")
    jonas.get_by_label("Mobilnummer").fill("912 34 599")
    steps.save_draft(jonas)
    jonas.goto(f"{jonas.url}review/")
    for said in ("4 stålfat", note, "Kai 7, 4098 Nordvåg", "Tor Berg, 912 34 599"):
        expect(jonas.locator("main")).to_contain_text(said)


def test_fields_11_and_12_size_and_unit_of_the_carrier(portal: RunningPortal, jonas: Page) -> None:
    steps.open_form(jonas, portal)
    jonas.get_by_label("Størrelse Valgfritt").fill("10")
    jonas.get_by_label("Enhet for størrelsen").select_option(label="m³")
    steps.save_draft(jonas)
    expect(jonas.get_by_label("Størrelse Valgfritt")).to_have_value("10")
    expect(jonas.get_by_label("Enhet for størrelsen").locator("option:checked")).to_have_text("m³")
    jonas.goto(f"{jonas.url}review/")
    expect(jonas.locator("main")).to_contain_text("10 m³")


@pytest.mark.parametrize(("kind", "name"), [("Sikkerhetsdatablad", "datablad.pdf"), ("NOFO-skjema", "skjema.pdf")])
def test_field_13_files(portal: RunningPortal, jonas: Page, kind: str, name: str) -> None:
    steps.open_form(jonas, portal)
    jonas.get_by_label("Type vedlegg").select_option(label=kind)
    jonas.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(jonas.locator("main").get_by_role("link", name=name)).to_be_visible()
    expect(jonas.get_by_label(re.compile(name)).locator("option:checked").first).to_have_text(kind)


def test_field_14_what_is_saved_and_not_sent_is_a_draft(portal: RunningPortal, jonas: Page) -> None:
    reference = steps.fresh("PO")
    steps.open_form(jonas, portal)
    jonas.get_by_label("PO, AO eller avropsnummer").fill(reference)
    steps.save_draft(jonas)
    steps.follow(jonas, "Påbegynte")
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Påbegynte avrop")
    expect(steps.row_of(jonas, reference)).to_be_visible()
    jonas.goto(portal.url(COMPANY, f"/callouts/history/?q={reference}"))
    expect(jonas.locator("main")).to_contain_text("Ingen avrop passer")


def test_field_15_what_is_sent_in_is_in_the_history(portal: RunningPortal, jonas: Page) -> None:
    reference = steps.fresh("AO")
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, reference)
    number = steps.send_in(jonas)
    steps.follow(jonas, "Historie")
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Avropshistorie")
    expect(steps.row_of(jonas, number)).to_contain_text(reference)
    assert "Blandet næringsavfall" in people.message_to(jonas, portal, JONAS, number)
