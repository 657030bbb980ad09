"""A customer fills in a form, is told what is missing, and writes in its thread; and reports a deviation mended."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

INGRID = "ingrid.solbakken@post.example"


def test_a_form_from_the_list_to_its_thread(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.goto(portal.url("vidnett", "/customer-service/"))
    people.check(page)
    page.get_by_role("link", name="Se alle tjenester og skjemaer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tjenester og skjemaer")
    people.check(page)
    page.get_by_role("link", name=re.compile("Bestille trefelling")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("trefelling")
    owner = page.get_by_label(re.compile("Hvem eier tomta"))
    expect(owner).to_be_hidden()
    people.check(page)
    page.get_by_role("button", name="Se over").click()
    expect(page.get_by_role("heading", name=re.compile("Rett opp"))).to_be_visible()
    people.check(page)
    page.get_by_label("Nei", exact=True).check()
    expect(owner).to_be_visible()
    owner.fill("Kommunen")
    page.get_by_label(re.compile("Nærmeste gateadresse")).fill("Bjørkehaugen 14")
    page.get_by_label("At dere feller").check()
    page.get_by_label("Beskriv hva du ønsker utført").fill("En stor gran står rett ved linja.")
    page.get_by_label(re.compile("^Bilde")).set_input_files(people.picture("gran.jpg"))
    page.get_by_label(re.compile("Telefon vi kan")).fill("912 34 567")
    page.get_by_role("button", name="Se over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se over svarene dine")
    expect(page.locator("main")).to_contain_text("Kommunen")
    expect(page.locator("main")).to_contain_text("gran.jpg")
    people.check(page)
    page.get_by_role("button", name="Send bestillingen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sendt:")
    people.check(page)
    page.get_by_role("link", name="Se det du har sendt").click()
    expect(page.locator("main")).to_contain_text("Bjørkehaugen 14")
    people.check(page)
    page.get_by_label("Melding").fill("Det haster litt.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".thread")).to_contain_text("Det haster litt.")


def test_a_deviation_is_reported_mended(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone", javascript=False)
    people.sign_in(page, portal, "vidnett", INGRID)
    if "/choose/" in page.url:
        people.choose_customer(page, "Ingrid Solbakken")
    page.goto(portal.url("vidnett", "/contact/inspections/"))
    page.locator("main .form-list a").first.click()
    page.get_by_role("link", name=re.compile("Det er rettet")).first.click()
    page.get_by_label("Hva ble gjort, og av hvem?").fill("Klemmen er byttet av elektriker.")
    page.get_by_role("button", name="Meld som rettet").click()
    expect(page.locator("main")).to_contain_text("Klemmen er byttet av elektriker.")
