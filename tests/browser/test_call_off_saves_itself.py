"""The call-off form saves itself, keeps what is written without a connection, and takes files, lines and copies."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.conftest import SIZES
from tests.browser.running_portal import RunningPortal
from tests.browser.test_call_off import begin, fill_in

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """What is kept does not go by the size of the screen: a yard's phone, where connections are lost."""
    return open_page("phone")


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Utkastet ble lagret", timeout=15_000)


def test_what_is_written_is_saved_without_a_press_and_survives_a_reload(portal: RunningPortal, page: Page) -> None:
    begin(portal, page)
    page.get_by_label("PO, AO eller avropsnummer").fill("AO-90001")
    saved(page)
    expect(page).to_have_url(re.compile(r"/callouts/drafts/\d+/$"))
    page.reload()
    expect(page.get_by_label("PO, AO eller avropsnummer")).to_have_value("AO-90001")


def test_a_lost_connection_loses_nothing(portal: RunningPortal, page: Page) -> None:
    begin(portal, page)
    page.get_by_label("PO, AO eller avropsnummer").fill("AO-90002")
    saved(page)
    lost = re.compile(r"/callouts/(new/|drafts/\d+/)$")
    page.route(lost, lambda route: route.abort("internetdisconnected"))
    page.get_by_label("Informasjon").fill("Skrevet uten forbindelse")
    expect(page.locator("#saved")).to_contain_text("Ingen forbindelse", timeout=15_000)
    page.unroute(lost)
    # The tab is closed before the connection is tried again.
    page.reload()
    expect(page.get_by_label("Informasjon")).to_have_value("Skrevet uten forbindelse")
    saved(page)
    page.reload()
    expect(page.get_by_label("Informasjon")).to_have_value("Skrevet uten forbindelse")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('call-off:')).length") == 0


def test_pressed_without_a_connection_the_page_stays_and_what_does_not_fit_is_said_at_once(
    portal: RunningPortal, page: Page
) -> None:
    begin(portal, page)
    page.get_by_label("PO, AO eller avropsnummer").fill("AO-90005")
    saved(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Lagre utkast").click()
    expect(page.get_by_role("alert")).to_contain_text("ikke er på nett")
    expect(page.get_by_label("PO, AO eller avropsnummer")).to_have_value("AO-90005")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)

    too_many = [{"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": PDF} for number in range(11)]
    page.locator("input[type=file]").set_input_files(too_many)
    expect(page.locator("#id_files-error")).to_contain_text("høyst 10 filer")
    expect(page.get_by_role("button", name="Last opp filene")).to_be_hidden()

    page.get_by_label("Finn avfallsfraksjon").fill("spillolje")
    page.locator("#hits").get_by_label("Spillolje, ikke refusjonsberettiget").check()
    expect(page.locator("select[name=unit] option")).to_have_text(["Velg", "kg", "tonn", "liter"])
    page.get_by_role("button", name="Lagre utkast").click()
    expect(page.locator("main")).to_contain_text("Utkastet ble lagret")


def test_what_was_kept_is_not_lost_when_somebody_else_saved_meanwhile(
    portal: RunningPortal, page: Page, open_page: Callable[..., Page]
) -> None:
    begin(portal, page)
    page.get_by_label("PO, AO eller avropsnummer").fill("AO-90003")
    saved(page)
    draft = re.compile(r"/callouts/drafts/\d+/$")
    page.route(draft, lambda route: route.abort("internetdisconnected"))
    page.get_by_label("Informasjon").fill("Skrevet uten forbindelse")
    expect(page.locator("#saved")).to_contain_text("Ingen forbindelse", timeout=15_000)

    other = open_page("phone", storage_state={"cookies": page.context.cookies(), "origins": []})
    other.goto(page.url)
    with other.expect_response(lambda answer: answer.request.method == "POST", timeout=15_000):
        other.get_by_label("PO, AO eller avropsnummer").fill("AO-90004")

    page.unroute(draft)
    page.reload()
    expect(page.get_by_label("Informasjon")).to_have_value("Skrevet uten forbindelse")
    expect(page.locator("#saved")).to_have_attribute("data-color", "warning")
    page.get_by_role("button", name="Lagre utkast").click()
    expect(page.get_by_role("alert")).to_contain_text("Skrevet uten forbindelse")
    expect(page.get_by_label("Informasjon")).to_have_value("Skrevet uten forbindelse")


def test_files_and_a_second_line_are_added_and_the_whole_is_sent_in(
    portal: RunningPortal, page: Page, tmp_path: Path
) -> None:
    begin(portal, page)
    fill_in(page)
    sheet = tmp_path / "datablad.pdf"
    sheet.write_bytes(PDF)
    page.locator("input[type=file]").set_input_files(sheet)
    expect(page.locator("main").get_by_role("link", name="datablad.pdf")).to_be_visible()
    people.check(page)

    page.get_by_role("button", name="Legg til en linje").click()
    expect(page.get_by_role("heading", name="Linje 2 av 2")).to_be_visible()
    people.check(page)
    page.get_by_label("Finn avfallsfraksjon").fill("næringsavfall")
    page.get_by_role("button", name="Søk", exact=True).click()
    expect(page.locator("#hits")).to_contain_text("treff på")
    page.locator("input[name=fraction]").first.check()
    page.get_by_role("textbox", name="Mengde").fill("2")
    page.locator("select[name=unit]").select_option(label="tonn")
    page.get_by_label("Antall kolli").fill("1")
    page.get_by_label("Type kolli").select_option(index=1)
    page.get_by_role("button", name="Se over og send inn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se over avropet")
    expect(page.locator("main")).to_contain_text("Linje 2 av 2")
    people.check(page)
    page.get_by_role("button", name="Send inn avropet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suksess! Avrop er sendt inn.")
    page.get_by_role("link", name="Se avropet").click()
    expect(page.get_by_role("link", name="datablad.pdf")).to_be_visible()
    people.check(page)

    page.get_by_role("link", name="Kopier til nytt avrop").click()
    people.check(page)
    page.get_by_role("button", name="Lag utkastet").click()
    expect(page.locator("main").get_by_role("link", name="datablad.pdf")).to_be_visible()
    expect(page.get_by_role("textbox", name="Mengde")).to_have_value(re.compile(r"1.600"))
    people.check(page)


@pytest.mark.parametrize("size", list(SIZES))
def test_the_other_pages_hold_what_holds_for_all(
    portal: RunningPortal, open_page: Callable[..., Page], size: str
) -> None:
    page = open_page(size)
    begin(portal, page)
    for path in ("templates/", "producers/", "producers/new/", "not-on-the-list/", "drafts/", "history/"):
        page.goto(portal.url("kystretur", f"/callouts/{path}"))
        people.check(page)
    page.goto(portal.url("kystretur", "/callouts/producers/"))
    page.locator("main table a").first.click()
    people.check(page)
    page.get_by_role("link", name="Gi en fullmakt").click()
    people.check(page)
