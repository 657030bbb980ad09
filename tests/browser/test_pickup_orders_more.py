"""What else a site foreman does: a new unit, a move marked on a photo, a change, a cancellation, no connection."""

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, StorageState, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

MAGNUS = "magnus.tveiten@bratland.example"


def sign_in(page: Page, portal: RunningPortal) -> None:
    people.sign_in(page, portal, "fjordsirkel", MAGNUS)
    if "/choose/" in page.url:
        people.choose_customer(page, "Bratland Entreprenør AS")


def signed_in_state(page: Page, portal: RunningPortal) -> StorageState:
    sign_in(page, portal)
    return page.context.storage_state()


def open_address(page: Page, portal: RunningPortal, address: str) -> None:
    page.goto(portal.url("fjordsirkel", "/orders/"))
    page.locator("main").get_by_role("link", name=re.compile(address)).first.click()


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1200, 900), (120, 150, 120)).save(file, "JPEG")
    return file.getvalue()


def test_a_new_unit_is_ordered_changed_and_cancelled(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    sign_in(page, portal)
    open_address(page, portal, "Åsveien 90")
    people.check(page)
    page.get_by_role("link", name="Bestill ny enhet hit").click()
    people.check(page)
    page.get_by_label("Avfallstype").select_option(label="Rent trevirke")
    page.get_by_role("radio", name=re.compile("Åpen container 22")).check()
    page.get_by_label("Antall enheter").fill("2")
    people.choose_later_day(page)
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()

    page.goto(portal.url("fjordsirkel", "/orders/basket/"))
    people.check(page)
    page.get_by_role("button", name="Send bestilling").click()
    expect(page).to_have_url(re.compile("/confirmation/$"))
    people.check(page)

    page.get_by_role("link", name="ordren", exact=True).click()
    people.check(page)
    new_unit = page.locator("article").filter(has_text="Ny enhet")
    new_unit.get_by_role("link", name=re.compile("^Endre")).click()
    people.check(page)
    page.get_by_label("Antall enheter").fill("3")
    page.get_by_role("button", name="Lagre endringen").click()
    expect(page.locator("main")).to_contain_text("(revisjon 2)")
    people.check(page)

    new_unit.get_by_role("link", name=re.compile("^Slett")).click()
    people.check(page)
    page.get_by_role("button", name="Ja, slett oppdraget").click()
    expect(new_unit).to_contain_text("Avbestilt")


def test_a_move_is_marked_on_a_photo_with_a_tap(portal: RunningPortal, page: Page) -> None:
    sign_in(page, portal)
    open_address(page, portal, "Myrvangen 27")
    page.get_by_role("link", name=re.compile("^Flytt")).first.click()
    people.check(page)
    people.choose_later_day(page)
    page.get_by_label("Bilder").set_input_files({"name": "yard.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page).to_have_url(re.compile("/mark/$"))
    people.check(page)
    picture = page.locator("input[type=image]")
    expect(page.locator(".photo.is-wide")).to_be_visible()
    box = picture.bounding_box()
    assert box
    picture.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})
    expect(page.get_by_role("heading", name="Plassen er merket")).to_be_visible()
    people.check(page)
    spot = page.locator(".photo__spot circle").first
    assert abs(float((spot.get_attribute("cx") or "0").rstrip("%")) - 75) < 1
    assert abs(float((spot.get_attribute("cy") or "0").rstrip("%")) - 50) < 1


def test_a_form_that_is_sent_without_a_connection_is_kept(portal: RunningPortal, page: Page) -> None:
    sign_in(page, portal)
    open_address(page, portal, "Kirkegata 3")
    page.get_by_role("link", name=re.compile("^Tøm")).first.click()
    page.get_by_label("Informasjon til sjåføren").fill("Ring ti minutter før.")
    people.choose_later_day(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page.get_by_role("alert")).to_contain_text("ikke er på nett")
    expect(page.get_by_label("Informasjon til sjåføren")).to_have_value("Ring ti minutter før.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Legg i handlekurv").click()
    expect(page.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()


def test_the_basket_without_javascript(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    # The session is a cookie; what holds a page against the rules needs JavaScript itself.
    with_scripts = open_page("phone")
    state = signed_in_state(with_scripts, portal)
    open_address(with_scripts, portal, "Kirkegata 3")
    with_scripts.get_by_role("link", name=re.compile("^Tøm")).first.click()
    people.choose_later_day(with_scripts)
    with_scripts.get_by_role("button", name="Legg i handlekurv").click()
    expect(with_scripts.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()
    page = open_page("phone", javascript=False, storage_state=state)
    page.goto(portal.url("fjordsirkel", "/orders/basket/"))
    page.get_by_role("button", name=re.compile("^Fjern")).first.click()
    expect(page.locator(".undo")).to_contain_text("er tatt ut av handlekurven")
    page.get_by_role("button", name=re.compile("^Angre")).first.click()
    expect(page.locator(".undo")).to_have_count(0)


def test_the_overview_grouped_and_repeated(portal: RunningPortal, page: Page) -> None:
    sign_in(page, portal)
    page.goto(portal.url("fjordsirkel", "/orders/overview/?group=status"))
    people.check(page)
    page.get_by_role("button", name=re.compile("^Bestill igjen")).first.click()
    expect(page).to_have_url(re.compile("/basket/$"))
    people.check(page)
    page.goto(portal.url("fjordsirkel", "/orders/locations/new/"))
    people.check(page)
