"""The ordering guide, more functions 1 to 4, and customer service."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal

COMPANY = "fjordsirkel"
HANNE = "hanne.rud@bratland.example"
STATUSES = re.compile("Mottatt|Planlagt|På vei|Utført|Forsøkt|Avbestilt")


@pytest.fixture
def hanne(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, HANNE)


def open_filters(page: Page, portal: RunningPortal) -> None:
    page.goto(portal.url(COMPANY))
    steps.follow(page, "Ordreoversikt")
    page.locator("details.filters summary").click()


def order_numbers(page: Page) -> list[int]:
    """Return the numbers of the orders on the page, from the top."""
    links = page.locator("main table th a").all()
    return [int(re.sub(r"\D", "", link.get_attribute("href") or "")) for link in links]


def day_in(page: Page, label: str) -> datetime:
    return datetime.strptime(page.get_by_label(label).input_value(), "%d.%m.%Y")  # noqa: DTZ007  (a day only)


def test_1_what_the_overview_shows(portal: RunningPortal, hanne: Page) -> None:
    hanne.goto(portal.url(COMPANY))
    steps.follow(hanne, "Ordreoversikt")
    expect(hanne.get_by_role("heading", level=1)).to_have_text("Ordreoversikt")
    people.check(hanne)
    job = hanne.locator("main table tbody tr").first
    expect(job.get_by_role("rowheader")).to_contain_text(re.compile("^(Tøm|Hent|Flytt|Ny enhet), "))
    expect(job).to_contain_text(re.compile(r"\d{3}\s\d{3}"))
    expect(job).to_contain_text(re.compile(r"\d+\.\s\w+"))
    expect(job.locator(".at-status")).to_contain_text(STATUSES)


def test_1_the_period_shown_and_one_of_ones_own(portal: RunningPortal, hanne: Page) -> None:
    open_filters(hanne, portal)
    first, last = day_in(hanne, "Fra dato"), day_in(hanne, "Til dato")
    assert timedelta(28 + 7) <= last - first <= timedelta(31 + 7)
    by_default = order_numbers(hanne)

    hanne.get_by_label("Fra dato").fill(f"{first - timedelta(35):%d.%m.%Y}")
    hanne.get_by_label("Til dato").fill(f"{first - timedelta(1):%d.%m.%Y}")
    hanne.get_by_role("button", name="Vis ordrer").click()
    expect(hanne).to_have_url(re.compile("first="))
    assert day_in(hanne, "Til dato") == first - timedelta(1)
    earlier = order_numbers(hanne)
    assert earlier
    assert not set(earlier) & set(by_default)


def test_2_it_is_grouped_and_sorted(portal: RunningPortal, hanne: Page) -> None:
    open_filters(hanne, portal)
    hanne.get_by_label("Sorter etter").select_option(label="Eldste bestilling først")
    hanne.get_by_role("button", name="Vis ordrer").click()
    expect(hanne).to_have_url(re.compile("sort="))
    numbers = order_numbers(hanne)
    assert len(numbers) > 1
    assert numbers == sorted(numbers)

    hanne.locator("details.filters summary").click()
    hanne.get_by_label("Grupper etter").select_option(label="Adresse")
    hanne.get_by_role("button", name="Vis ordrer").click()
    expect(hanne).to_have_url(re.compile("group=location"))
    people.check(hanne)
    heads = hanne.locator("main table tr.group th").all_inner_texts()
    assert len(heads) > 1
    assert len(heads) == len(set(heads))
    assert all(re.search(r", \d{4} ", head) for head in heads), heads


def test_3_an_address_is_registered(portal: RunningPortal, hanne: Page) -> None:
    street = steps.fresh("Nyveien")
    steps.begin_with_empty_basket(hanne, portal)
    hanne.goto(portal.url(COMPANY, "/orders/"))
    hanne.get_by_role("link", name=re.compile("^Registrer ny adresse")).click()
    people.check(hanne)
    expect(hanne.get_by_label("Nei, som i dag")).to_be_checked()
    hanne.get_by_label("Gateadresse").fill(street)
    hanne.get_by_label("Postnummer").fill("3971")
    hanne.get_by_label("Poststed").fill("Nordeidnes")
    hanne.get_by_label("Avfallstype").select_option(label="Gips")
    hanne.get_by_role("radio", name=re.compile("Åpen container 8")).check()
    hanne.get_by_label("Antall enheter").fill("2")
    people.choose_later_day(hanne)
    hanne.get_by_label("Informasjon til sjåføren").fill("Sett dem ved låven.")
    steps.put_in_basket(hanne)
    steps.follow(hanne, "Handlekurv")
    expect(hanne.get_by_role("article").filter(has_text=street)).to_contain_text("Ny enhet, 2 × åpen container 8 m³")
    steps.send_order(hanne)
    hanne.goto(portal.url(COMPANY, f"/orders/?q={street}"))
    expect(hanne.get_by_role("link", name=re.compile(street))).to_be_visible()


def test_3_a_new_customer_number(portal: RunningPortal, hanne: Page) -> None:
    hanne.goto(portal.url(COMPANY, "/orders/locations/new/"))
    hanne.get_by_label("Ja, et nytt").check()
    expect(hanne.get_by_label("Gateadresse")).to_be_hidden()
    hanne.get_by_role("link", name="Skriv til oss").click()
    expect(hanne.get_by_label("Nytt kunde- eller prosjektnummer")).to_be_checked()
    write(hanne, steps.fresh("Nytt prosjekt"), "Vi begynner på Fjellskole i mai og trenger et eget nummer.")


def test_4_a_new_unit_is_ordered_to_the_same_address(portal: RunningPortal, hanne: Page) -> None:
    steps.begin_with_empty_basket(hanne, portal)
    steps.open_address(hanne, portal, "Åsveien 90")
    people.check(hanne)
    hanne.get_by_role("link", name="Bestill ny enhet hit").click()
    people.check(hanne)
    expect(hanne.locator("main")).to_contain_text("Åsveien 90, 3973 Øvre Strand")
    expect(hanne.get_by_label("Gateadresse")).to_have_count(0)
    hanne.get_by_label("Avfallstype").select_option(label="Rent trevirke")
    hanne.get_by_role("radio", name=re.compile("Åpen container 22")).check()
    people.choose_later_day(hanne)
    steps.put_in_basket(hanne)
    steps.follow(hanne, "Handlekurv")
    people.check(hanne)
    number = steps.send_order(hanne)
    expect(hanne.locator("main")).to_contain_text("Ny enhet, åpen container 22 m³")
    expect(hanne.locator("main")).to_contain_text("Åsveien 90")

    # The pencil and the bin of an order that is sent.
    hanne.goto(portal.url(COMPANY, f"/orders/{number}/"))
    people.check(hanne)
    unit = hanne.get_by_role("article")
    unit.get_by_role("link", name=re.compile("^Endre")).click()
    people.check(hanne)
    hanne.get_by_label("Antall enheter").fill("3")
    hanne.get_by_role("button", name="Lagre endringen").click()
    expect(hanne.locator("main")).to_contain_text("(revisjon 2)")
    unit.get_by_role("link", name=re.compile("^Slett")).click()
    people.check(hanne)
    hanne.get_by_role("button", name="Ja, slett oppdraget").click()
    expect(unit).to_contain_text("Avbestilt")


def test_customer_service_is_called_or_written_to(portal: RunningPortal, hanne: Page) -> None:
    hanne.goto(portal.url(COMPANY))
    steps.follow(hanne, "Kundeservice")
    expect(hanne.get_by_role("heading", level=1)).to_have_text("Kundeservice")
    phone = hanne.locator("main").get_by_role("link", name=re.compile("52 34 56 78"))
    expect(phone).to_have_attribute("href", "tel:52345678")
    hanne.get_by_role("link", name="Kontakt oss").click()
    hanne.get_by_label("Generelt").check()
    write(hanne, steps.fresh("Åpningstider"), "Er mottaket åpent på lørdager?")


def write(page: Page, subject: str, words: str) -> None:
    """Send an enquiry, and find it in its thread."""
    page.get_by_label("Med få ord").fill(subject)
    page.get_by_label("Melding").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("main")).to_contain_text(subject)
    expect(page.locator("main")).to_contain_text(words)
