"""The grid guide, sections 4.4 to 4.7: news, power cuts, the spot price, and everything one asks the company for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from forms_catalog.rules.definition import Definition, FieldSpec, Kind
from forms_catalog.shipped import Shipped, shipped
from tests.browser import people
from tests.browser.guides import grid, steps
from tests.browser.running_portal import RunningPortal

Pages = Callable[[str, str], Page]
TOPICS = ["Generelt", "Strømbrudd", "Nettleie og faktura", "Tilsyn (DLE)", "Åpent kabelskap", "Skadet mast"]
TOPICS += ["Åpenhetsloven"]
FORMS = [one for one in shipped() if one.module == "grid"]


@pytest.fixture
def page(page_of: Pages) -> Page:
    return page_of("vidnett", grid.INGRID)


def test_4_4_news_that_concern_oneself(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    steps.follow(page, "Aktuelt")
    grid.is_headed(page, "Aktuelt")
    people.check(page)
    page.get_by_role("link", name="Vi rydder skog langs linjene i Solvika").click()
    grid.is_headed(page, "Vi rydder skog langs linjene i Solvika")
    people.check(page)


def test_4_5_power_cuts_and_planned_work_ones_own_first(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    steps.follow(page, "Drift")
    own = page.get_by_role("region", name="Hos deg")
    expect(own).to_contain_text("Bjørkehaugen 14")
    expect(own).to_contain_text("Planlagt")
    expect(own).to_contain_text("Fornyelse av nettet")
    expect(page.locator("#board, main").last).to_contain_text("Pågående strømbrudd")
    people.check(page)
    own.get_by_role("link", name=re.compile("Bjørkehaugen")).first.click()
    grid.is_headed(page, "Bjørkehaugen, Solvika")


def test_4_5_a_hazard_is_reported_with_three_pictures(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/outages/")
    page.get_by_role("link", name="Meld farlig forhold").first.click()
    page.get_by_label("Åpent eller ødelagt elektrisk skap").check()
    page.get_by_label("Bjørkehaugen 14").check()
    page.get_by_label("Bilder").set_input_files([people.picture(f"skap-{n}.jpg") for n in range(3)])
    expect(page.locator("ul.files li")).to_have_count(3)
    people.check(page)
    page.get_by_role("button", name="Send meldingen").click()
    grid.is_headed(page, "Takk, meldingen er mottatt")
    expect(page.locator("main")).to_contain_text(re.compile(r"F-\d{5}"))


def test_4_6_the_spot_price_yesterday_today_and_tomorrow(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    steps.follow(page, "Spotpris")
    expect(page.locator("main")).to_contain_text("Uten avgifter, påslag og nettleie.")
    days = page.get_by_role("navigation", name="Velg dag")
    for name in ("I går", "I dag"):
        days.get_by_role("link", name=name).click()
        expect(days.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
        prices = page.locator("#prices")
        expect(prices).to_contain_text(re.compile(r"Høyeste\s+kl\.\s\d\d–\d\d\s*−?\d+,\d\d"))
        expect(prices).to_contain_text(re.compile(r"Laveste\s+kl\.\s\d\d–\d\d\s*−?\d+,\d\d"))
    people.check(page)
    days.get_by_role("link", name="I morgen").click()
    expect(days.get_by_role("link", name="I morgen")).to_have_attribute("aria-current", "true")
    # Until the exchange has told, the page says when it will.
    expect(page.locator("#prices")).to_contain_text(re.compile("Snitt for dagen|er ikke publisert ennå"))


def test_4_7_customer_service_leads_to_all_of_it(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    for name, heading in [
        ("Kontakt oss", "Kontakt oss"),
        ("Se alle tjenester og skjemaer", "Tjenester og skjemaer"),
        ("Se tilsynsrapportene dine", "Tilsynsrapporter"),
    ]:
        steps.follow(page, "Kundeservice")
        page.get_by_role("link", name=name).click()
        grid.is_headed(page, heading)


def test_4_7_1_an_enquiry_is_sent_and_answered_in_its_thread(portal: RunningPortal, page: Page) -> None:
    subject = steps.fresh("Spørsmål om nettleien")
    grid.go(page, portal, "/customer-service/")
    page.get_by_role("link", name="Kontakt oss").click()
    for topic in TOPICS:
        expect(page.get_by_label(topic, exact=True)).to_be_visible()
    page.get_by_label("Nettleie og faktura").check()
    page.get_by_label("Med få ord").fill(subject)
    page.get_by_label("Melding").fill("Hvorfor er kapasitetsleddet høyere denne måneden?")
    page.get_by_label("Bilder").set_input_files([people.picture(f"maaler-{n}.jpg") for n in range(3)])
    people.check(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("main")).to_contain_text(subject)
    grid.go(page, portal, "/contact/enquiries/")
    page.get_by_role("link", name=re.compile(subject)).click()
    expect(page.locator(".thread")).to_contain_text("Hvorfor er kapasitetsleddet høyere")
    expect(page.locator(".thread img")).to_have_count(3)


@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.slug)
def test_4_7_2_a_service_is_ordered(portal: RunningPortal, page: Page, one: Shipped) -> None:
    grid.go(page, portal, "/customer-service/")
    page.get_by_role("link", name="Se alle tjenester og skjemaer").click()
    page.locator(f'main a[href="/contact/forms/{one.slug}/"]').click()
    grid.is_headed(page, re.escape(one.definition.title["nb"]))
    people.check(page)
    for step in one.definition.steps:
        for spec in step.fields:
            if spec.is_question:
                fill_in(page, spec, one.definition)
        page.locator("form.service-form .actions button").click()
        page.wait_for_url(
            re.compile(f"/{one.slug}/{'check' if step == one.definition.steps[-1] else step.number + 1}/")
        )
    grid.is_headed(page, "Se over svarene dine")
    page.locator("main form.actions button").click()
    grid.is_headed(page, "Sendt:")
    page.get_by_role("link", name="Se det du har sendt").click()
    expect(page.locator("main")).to_contain_text(one.definition.title["nb"])


def fill_in(page: Page, spec: FieldSpec, definition: Definition) -> None:
    """Answer a question, if it is asked; of choices, what leads to most other questions."""
    box = page.locator(f"form.service-form [name={spec.name}]")
    if spec.kind in (Kind.PICTURES, Kind.FILES):
        box.set_input_files(people.picture("bilde.jpg"))
    elif spec.values or spec.kind == Kind.METERING_POINT:
        choose(box, most_asked(spec, definition))
    elif box.is_visible():
        box.fill(words_for(spec))


def choose(box: Locator, value: str) -> None:
    if box.first.evaluate("one => one.tagName") == "SELECT":
        box.select_option(value or None, index=None if value else 1)
    else:
        (box.and_(box.page.locator(f'[value="{value}"]')) if value else box.first).check()


def most_asked(spec: FieldSpec, definition: Definition) -> str:
    hanging = [other.show_if for other in definition.fields]
    leads = {value: sum(f"{spec.name} = {value}" in text for text in hanging) for value in spec.values}
    return max(leads, key=lambda value: leads[value], default="")


def words_for(spec: FieldSpec) -> str:
    days = int(spec.minimum + 1 if spec.minimum is not None else (spec.maximum or 1) - 1)
    text = spec.shape.replace("#", "1").replace("@", "A") if spec.shape else "Torget 3 i Bygda. " * 3
    return {
        Kind.EMAIL: "ola@example.com",
        Kind.PHONE: "912 34 567",
        Kind.NUMBER: str(spec.minimum or 1),
        Kind.DATE: (datetime.now(UTC).date() + timedelta(days=days)).isoformat(),
        Kind.ACCOUNT: "1234.56.78903",
        Kind.ORGANISATION: "974 760 673",
    }.get(spec.kind) or text[: int(spec.maximum or 40)].strip()


def test_4_7_3_a_report_of_an_inspection_is_read(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/customer-service/")
    page.get_by_role("link", name="Se tilsynsrapportene dine").click()
    page.locator("main .form-list a").filter(has_text="Bjørkehaugen 14").first.click()
    grid.is_headed(page, "Tilsynsrapport")
    expect(page.locator("main")).to_contain_text("Varmgang i sikringsskapet")
    expect(page.get_by_role("link", name="Last ned rapporten (PDF)")).to_be_visible()
    people.check(page)


def test_4_7_4_min_side_has_everything_about_oneself(portal: RunningPortal, page: Page) -> None:
    grid.go(page, portal, "/grid/")
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name="Min side").click()
    grid.is_headed(page, "Min side")
    people.check(page)
    for name in ("details", "notices", "security", "sessions", "history", "data", "close"):
        page.goto(portal.url("vidnett", "/account/"))
        page.locator(f'main a[href="/account/{name}/"]').click()
        page.wait_for_url(re.compile(f"/account/{name}/"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        people.check(page)
    grid.go(page, portal, "/customers/my-access/")
    people.check(page)
