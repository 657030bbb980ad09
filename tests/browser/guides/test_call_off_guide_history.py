"""The call-off guide, 3.0 and 4.0: the history of what is sent in, and the drafts that are not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.guides import steps
from tests.browser.running_portal import RunningPortal

COMPANY = "kystretur"
JONAS = "jonas.berg@nordvag.example"


@pytest.fixture
def jonas(page_of: Callable[[str, str], Page]) -> Page:
    return page_of(COMPANY, JONAS)


@pytest.fixture
def sent(portal: RunningPortal, jonas: Page) -> str:
    """The number of a call-off that Jonas has just sent in."""
    steps.open_form(jonas, portal)
    steps.fill_in_call_off(jonas, steps.fresh("AO"))
    return steps.send_in(jonas)


def test_3_0_what_the_history_shows(portal: RunningPortal, jonas: Page, sent: str) -> None:
    steps.follow(jonas, "Historie")
    people.check(jonas)
    row = steps.row_of(jonas, sent)
    expect(row.get_by_role("rowheader")).to_contain_text("Blandet næringsavfall")
    expect(row).to_contain_text(re.compile(r"\d+\.\s\w+\.?\s.*\d\d\.\d\d"))
    expect(row.locator(".at-status")).to_have_text("Mottatt")
    expect(row).to_contain_text("2 tonn")


def test_3_0_what_is_sent_in_is_locked(portal: RunningPortal, jonas: Page, sent: str) -> None:
    jonas.goto(portal.url(COMPANY, "/callouts/history/"))
    jonas.get_by_role("link", name=f"Se avrop {sent}").click()
    expect(jonas.get_by_role("heading", level=1)).to_have_text(f"Avrop {sent}")
    people.check(jonas)
    main = jonas.locator("main")
    expect(main).to_contain_text("Låst da Jonas Berg sendte inn")
    expect(main.get_by_role("textbox")).to_have_count(0)
    expect(main.get_by_role("link", name=re.compile("^Endre"))).to_have_count(0)


def test_3_0_an_earlier_one_is_copied_and_used_again(portal: RunningPortal, jonas: Page, sent: str) -> None:
    reference = steps.fresh("Kopi")
    jonas.goto(portal.url(COMPANY, f"/callouts/history/{sent}/"))
    jonas.get_by_role("link", name="Kopier til nytt avrop").click()
    people.check(jonas)
    jonas.get_by_role("button", name="Lag utkastet").click()
    expect(jonas).to_have_url(re.compile(r"/callouts/drafts/\d+/$"))
    expect(jonas.get_by_role("textbox", name="Mengde")).to_have_value("2")
    expect(jonas.locator("#hits").get_by_label("Blandet næringsavfall")).to_be_checked()
    jonas.get_by_label("PO, AO eller avropsnummer").fill(reference)
    assert steps.send_in(jonas) != sent


def test_4_0_a_draft_is_changed_and_sent_in(portal: RunningPortal, jonas: Page) -> None:
    reference, note = steps.fresh("AO"), steps.fresh("Ring porten.")
    steps.open_form(jonas, portal)
    jonas.get_by_label("PO, AO eller avropsnummer").fill(reference)
    steps.save_draft(jonas)

    steps.follow(jonas, "Påbegynte")
    people.check(jonas)
    steps.row_of(jonas, reference).get_by_role("rowheader").get_by_role("link").click()
    expect(jonas.get_by_label("PO, AO eller avropsnummer")).to_have_value(reference)
    steps.fill_in_call_off(jonas, f"{reference} endret")
    jonas.get_by_label("Informasjon").fill(note)
    steps.look_over(jonas)
    people.check(jonas)
    expect(jonas.locator("main")).to_contain_text(note)

    # Looked over and not sent in, it is a draft still.
    steps.follow(jonas, "Påbegynte")
    draft = steps.row_of(jonas, f"{reference} endret")
    draft.get_by_role("link", name=re.compile("^Se over og send inn")).click()
    jonas.get_by_role("button", name="Send inn avropet").click()
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Suksess! Avrop er sendt inn.")
    steps.follow(jonas, "Påbegynte")
    expect(jonas.get_by_role("heading", level=1)).to_have_text("Påbegynte avrop")
    expect(draft).to_have_count(0)
