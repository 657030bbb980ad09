"""The ordering guide, its steps 1 to 10: waste is collected, moved or emptied."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal

COMPANY = "fjordsirkel"
# Acts for one customer.
HANNE = "hanne.rud@bratland.example"
# Acts for three.
MAGNUS = "magnus.tveiten@bratland.example"


@pytest.fixture
def hanne(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, HANNE)


@pytest.fixture
def magnus(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, MAGNUS)


def test_1_who_has_several_customers_chooses_and_changes(portal: RunningPortal, magnus: Page) -> None:
    magnus.goto(portal.url(COMPANY, "/customers/choose/"))
    people.choose_customer(magnus, "Tveiten Eiendom AS")
    expect(magnus.get_by_role("heading", level=1)).to_contain_text("Torggata 5")
    expect(magnus.locator("header")).to_contain_text("Tveiten Eiendom AS")

    # Last the one that is remembered: other tests of this person begin with it.
    magnus.get_by_role("link", name="Bytt kunde").click()
    people.choose_customer(magnus, "Bratland Entreprenør AS")
    expect(magnus.get_by_role("heading", level=1)).to_have_text("Dine adresser")
    expect(magnus.locator("header")).to_contain_text("Bratland Entreprenør AS")
    expect(magnus.locator("main")).to_contain_text("Skoleveien 8")
    expect(magnus.locator("main")).not_to_contain_text("Torggata 5")


def test_1_who_has_one_customer_is_not_asked(portal: RunningPortal, hanne: Page) -> None:
    hanne.goto(portal.url(COMPANY))
    expect(hanne.get_by_role("heading", level=1)).to_have_text("Dine adresser")
    expect(hanne.get_by_role("link", name="Bytt kunde")).to_have_count(0)


def test_2_the_address_is_chosen(portal: RunningPortal, hanne: Page) -> None:
    hanne.goto(portal.url(COMPANY))
    steps.follow(hanne, "Bestill")
    people.check(hanne)
    hanne.get_by_label("Søk etter adresse").fill("myrv")
    hanne.get_by_role("button", name="Søk").click()
    expect(hanne.locator("main").get_by_role("status").filter(has_text=re.compile("^1 adresse$"))).to_be_visible()
    hanne.get_by_role("link", name=re.compile("^Myrvangen 27, 3975 Lihagen")).click()
    expect(hanne.get_by_role("heading", level=1)).to_have_text("Myrvangen 27, 3975 Lihagen")
    expect(hanne.get_by_role("article")).to_contain_text("C-2252")
    people.check(hanne)


def test_3_the_waste_is_chosen_and_changed(portal: RunningPortal, hanne: Page) -> None:
    note = steps.fresh("Denne gangen er det gips.")
    steps.begin_with_empty_basket(hanne, portal)
    steps.open_address(hanne, portal, "Industriveien 44")
    expect(hanne.get_by_role("article").filter(has_text="C-1033")).to_contain_text("Metaller, blandet")
    steps.choose_job(hanne, "C-1033", "Tøm")
    waste = hanne.get_by_label("Avfallstype")
    expect(waste.locator("option:checked")).to_have_text("Metaller, blandet")
    waste.select_option(label="Gips")
    people.choose_later_day(hanne)
    hanne.get_by_label("Informasjon til sjåføren").fill(note)
    steps.put_in_basket(hanne)
    steps.follow(hanne, "Handlekurv")
    expect(hanne.get_by_role("article").filter(has_text=note)).to_contain_text("Gips")


def test_3_on_a_fixed_round_it_cannot_be_changed(portal: RunningPortal, hanne: Page) -> None:
    steps.open_address(hanne, portal, "Skoleveien 8")
    steps.choose_job(hanne, "B-6603", "Tøm")
    bin_ = hanne.get_by_role("article").filter(has_text="B-6603")
    expect(bin_).to_contain_text("Avfallstypen kan ikke endres på fast rute.")
    expect(bin_.get_by_role("button", name="Legg i handlekurv")).to_be_visible()
    expect(hanne.get_by_label("Avfallstype")).to_have_count(0)
    people.check(hanne)


@pytest.mark.parametrize(
    ("job", "what_it_is"),
    [
        ("Hent", "Vi henter enheten med det som er i den, og setter ikke ut noen ny."),
        ("Flytt", "Vi flytter enheten som den er. Den blir ikke tømt."),
        ("Tøm", "Vi henter den fulle enheten og setter en tom på samme plass."),
    ],
)
def test_4_collect_move_or_empty(portal: RunningPortal, hanne: Page, job: str, what_it_is: str) -> None:
    note = steps.fresh("Ring ti minutter før.")
    steps.begin_with_empty_basket(hanne, portal)
    steps.open_address(hanne, portal, "Industriveien 44")
    steps.choose_job(hanne, "C-10460", job)
    expect(hanne.get_by_role("article").filter(has_text="C-10460")).to_contain_text(what_it_is)
    if job == "Flytt":
        hanne.get_by_label("Beskriv den nye plassen").fill("Ved varemottaket")
    people.choose_later_day(hanne)
    hanne.get_by_label("Informasjon til sjåføren").fill(note)
    steps.put_in_basket(hanne)
    steps.follow(hanne, "Handlekurv")
    line = hanne.get_by_role("article").filter(has_text=note)
    expect(line.get_by_role("heading")).to_have_text(f"{job}, lukket container 10 m³")


def test_4_the_equipment_decides_the_transport(portal: RunningPortal, hanne: Page) -> None:
    steps.open_address(hanne, portal, "Havneveien 112")
    for unit, what_it_is in (
        ("C-1019", "setter en tom på samme plass"),
        ("K-2004", "tømmer"),
    ):
        steps.choose_job(hanne, unit, "Tøm")
        expect(hanne.get_by_role("article").filter(has_text=unit)).to_contain_text(what_it_is)


def test_5_words_about_the_job_reach_driver_and_invoice(
    portal: RunningPortal, hanne: Page, open_page: Callable[..., Page]
) -> None:
    note = steps.fresh("Port B er åpen fra 06.30.")
    steps.begin_with_empty_basket(hanne, portal)
    steps.open_address(hanne, portal, "Industriveien 44")
    steps.choose_job(hanne, "C-10460", "Tøm")
    people.choose_later_day(hanne)
    expect(hanne.locator("main")).to_contain_text("Kommer på kjøreseddelen.")
    hanne.get_by_label("Informasjon til sjåføren").fill(note)
    expect(hanne.locator("main")).to_contain_text("Kommer på fakturaen.")
    hanne.get_by_label("Ordrereferanse").fill("4460 Riggplass")
    steps.put_in_basket(hanne)
    steps.follow(hanne, "Handlekurv")
    number = steps.send_order(hanne)
    hanne.goto(portal.url(COMPANY, f"/orders/{number}/"))
    expect(hanne.get_by_role("article")).to_contain_text(note)
    expect(hanne.get_by_role("article")).to_contain_text("4460 Riggplass")

    staff = open_page("phone")
    people.sign_in_staff(staff, portal, COMPANY, "agent@fjordsirkel.example")
    staff.goto(portal.url(COMPANY, f"/admin/orders/orderline/?q={number}"))
    staff.locator("#result_list tbody th a").first.click()
    expect(staff.locator("#content-main")).to_contain_text(note)
    expect(staff.locator("#content-main")).to_contain_text("4460 Riggplass")


def test_6_it_goes_into_the_basket_and_the_page_says_so(portal: RunningPortal, hanne: Page) -> None:
    steps.begin_with_empty_basket(hanne, portal)
    steps.open_address(hanne, portal, "Rådhusplassen 1")
    steps.choose_job(hanne, "C-1041", "Tøm")
    people.choose_later_day(hanne)
    hanne.get_by_role("button", name="Legg i handlekurv").click()
    said = hanne.get_by_role("status").filter(has_text="handlekurv").first
    expect(said).to_be_visible()
    people.check(hanne)
    menu = hanne.get_by_role("navigation", name="Hovedmeny")
    expect(menu.get_by_role("link", name="Handlekurv (1)")).to_be_visible()


def test_7_in_the_basket_the_pencil_changes_and_the_bin_removes(portal: RunningPortal, hanne: Page) -> None:
    note, better = steps.fresh("Porten er låst."), steps.fresh("Porten er åpen.")
    job = steps.put_emptying_in_basket(hanne, portal, note)
    expect(job).to_contain_text("Industriveien 44, 3974 Strandmoen")
    expect(job).to_contain_text("Restavfall")
    people.check(hanne)

    job.get_by_role("link", name=re.compile("^Endre")).click()
    hanne.get_by_label("Informasjon til sjåføren").fill(better)
    hanne.get_by_role("button", name="Lagre").click()
    expect(hanne).to_have_url(re.compile("/orders/basket/"))
    job = hanne.get_by_role("article").filter(has_text=better)
    expect(job).to_be_visible()
    expect(hanne.locator("main")).not_to_contain_text(note)

    job.get_by_role("button", name=re.compile("^Fjern")).click()
    expect(hanne.get_by_role("status").filter(has_text="er tatt ut av handlekurven")).to_be_visible()
    expect(job).to_have_count(0)


def test_8_sending_is_confirmed_on_the_screen(portal: RunningPortal, hanne: Page) -> None:
    steps.put_emptying_in_basket(hanne, portal, steps.fresh("Ved porten."))
    number = steps.send_order(hanne)
    expect(hanne.get_by_role("heading", level=1)).to_have_text(f"Ordre {steps.shown(number)} er mottatt")
    expect(hanne.locator("main")).to_contain_text("Industriveien 44")
    people.check(hanne)


def test_9_it_is_in_the_overview_and_deleted(portal: RunningPortal, hanne: Page) -> None:
    steps.put_emptying_in_basket(hanne, portal, steps.fresh("Ved porten."))
    number = steps.send_order(hanne)
    hanne.get_by_role("link", name="Gå til ordreoversikten").click()
    expect(hanne.get_by_role("heading", level=1)).to_have_text("Ordreoversikt")
    table = steps.find_order(hanne, portal, number)
    expect(table).to_contain_text("Kan slettes til")
    table.get_by_role("link", name=re.compile("^Slett")).click()
    hanne.get_by_role("button", name="Ja, slett oppdraget").click()
    expect(hanne.get_by_role("status").filter(has_text="er avbestilt").first).to_be_visible()
    table = steps.find_order(hanne, portal, number)
    expect(table).to_contain_text("Avbestilt")
    expect(table.get_by_role("link", name=re.compile("^Slett"))).to_have_count(0)


def test_10_an_sms_confirms_it(portal: RunningPortal, hanne: Page) -> None:
    steps.put_emptying_in_basket(hanne, portal, steps.fresh("Ved porten."))
    number = steps.send_order(hanne)
    expect(hanne.locator("main")).to_contain_text("Bekreftelsen kommer til 912 34 502")
    message = people.message_to(hanne, portal, "SMS til 912 34 502", steps.shown(number))
    assert "Tøm" in message
