"""A foreman asks for access, customer service says yes, and the link in the SMS leads in; an owner lends access."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

MAGNUS = "magnus.tveiten@bratland.example"
AGENT = "agent@fjordsirkel.example"
LINK = re.compile(r"/customers/invitation/[\w-]+/")


def ask(page: Page, portal: RunningPortal, email: str, phone: str) -> None:
    page.goto(portal.url("fjordsirkel", "/account/login/"))
    page.get_by_role("link", name="Bestill tilgang").click()
    people.check(page)
    page.get_by_role("button", name="Send forespørselen").click()
    expect(page.get_by_role("link", name=re.compile("Kundenummer"))).to_be_visible()
    people.check(page)
    page.get_by_label("Kundenummer").fill("20417")
    page.get_by_label("Navnet ditt").fill("Oddvar Fjellstad-Kristoffersen")
    page.get_by_label("Mobil").fill(phone)
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Melding").fill("Jeg er ny anleggsleder på Eidnes skole.")
    page.get_by_role("button", name="Send forespørselen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vi har fått forespørselen din")
    people.check(page)


def approve(staff: Page, portal: RunningPortal, email: str) -> None:
    people.sign_in_staff(staff, portal, "fjordsirkel", AGENT)
    staff.get_by_role("link", name="Forespørsler om tilgang").first.click()
    row = staff.get_by_role("row").filter(has_text=email)
    row.get_by_role("link").first.click()
    expect(staff.locator("#content-main")).to_contain_text("Kunden finnes")
    people.check(staff)
    # The number is not the customer's: staff choose it themselves.
    expect(staff.locator("select[name=channel]")).to_have_value("email")
    staff.locator("select[name=channel]").select_option("sms")
    staff.get_by_role("button", name="Godkjenn og inviter").click()
    expect(staff.locator(".messagelist")).to_contain_text("Godkjent")


def come_in(page: Page, portal: RunningPortal, link: str, email: str) -> None:
    """Open the access with the link of the invitation and a code; the link works once."""
    page.goto(portal.url("fjordsirkel", link))
    expect(page.get_by_role("heading", level=1)).to_have_text("Du er invitert")
    people.check(page)
    page.get_by_label("E-post").fill(email)
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv inn koden")
    people.check(page)
    page.locator("input[name=code]").fill(people.code_for(page, portal, email))
    page.get_by_role("button", name="Åpne tilgangen min").click()
    page.wait_for_url(lambda url: "/customers/invitation/" not in url)
    expect(page.get_by_role("status").first).to_contain_text("Bratland Entreprenør AS")
    page.goto(portal.url("fjordsirkel", link))
    expect(page.get_by_role("heading", level=1)).to_have_text("Invitasjonen er brukt")
    people.check(page)


def test_from_asking_to_the_first_sign_in_at_a_desk(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page, staff = open_page("desktop"), open_page("desktop")
    email, phone = "oddvar@example.com", "+47 412 34 501"
    ask(page, portal, email, phone)
    approve(staff, portal, email)
    link = LINK.search(people.message_to(page, portal, phone[-9:], "/customers/invitation/"))
    assert link
    come_in(page, portal, link[0], email)


def test_an_owner_invites_changes_and_lends(portal: RunningPortal, page: Page) -> None:
    people.sign_in(page, portal, "fjordsirkel", MAGNUS)
    if "/choose/" in page.url:
        people.choose_customer(page, "Bratland Entreprenør AS")
    page.goto(portal.url("fjordsirkel", "/customers/people/"))
    people.check(page)
    page.get_by_role("link", name="Inviter").click()
    people.check(page)
    page.get_by_label("E-post").fill("ny.kollega@example.com")
    page.get_by_text("Leser: ser alt").click()
    page.get_by_role("button", name="Send invitasjonen").click()
    expect(page.get_by_role("heading", name="Invitert")).to_be_visible()
    people.check(page)
    page.get_by_role("link", name="Endre Knut Moe").click()
    people.check(page)
    page.go_back()
    page.get_by_role("link", name="Se og gi fullmakter").click()
    people.check(page)
    page.get_by_role("link", name="Gi en fullmakt").click()
    people.check(page)
    page.get_by_text("Et firma som er kunde her").click()
    page.get_by_label("Firmaets kundenummer").fill("20588")
    page.get_by_label("Firmaets navn").fill("Borettslaget Fjellheim")
    page.get_by_role("button", name="Gi fullmakten").click()
    expect(page.get_by_role("heading", name="Gitt")).to_be_visible()
    people.check(page)


def test_staff_help_a_customer_and_stop(portal: RunningPortal, page: Page) -> None:
    people.sign_in_staff(page, portal, "fjordsirkel", AGENT)
    page.goto(portal.url("fjordsirkel", "/admin/customers/customer/?q=20417"))
    page.locator("#result_list").get_by_role("link", name="Bratland Entreprenør AS").click()
    people.check(page)
    page.get_by_role("button", name="Handle på vegne av kunden").click()
    expect(page.get_by_role("complementary", name="På vegne av en kunde")).to_contain_text("Jonas Myhre")
    people.check(page)
    page.get_by_role("button", name="Avslutt").click()
    expect(page).to_have_url(re.compile("/admin/customers/customer/"))


def test_people_choose_where_they_begin(portal: RunningPortal, page: Page) -> None:
    people.sign_in(page, portal, "fjordsirkel", MAGNUS)
    page.goto(portal.url("fjordsirkel", "/customers/my-access/"))
    people.check(page)
    choice = page.get_by_label("Side når du logger inn")
    before = choice.locator("option:checked").text_content()
    for label in ("Ordreoversikt", before):
        choice.select_option(label=label)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status").first).to_contain_text("lagret")
        # What is put back is what the other tests of this person begin with.
        expect(choice.locator("option:checked")).to_have_text(str(label))


def test_a_company_registers_itself_without_javascript(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("phone", javascript=False)
    page.goto(portal.url("kystretur", "/customers/register/"))
    people.check(page)
    page.get_by_label("Organisasjonsnummer").fill("123")
    page.get_by_role("button", name="Hent").click()
    expect(page.locator("main")).to_contain_text("organisasjonsnummer på ni sifre")
    page.get_by_label("Organisasjonsnummer").fill("310 166 138")
    page.get_by_label("Firma", exact=True).fill("Fjellheim Drift AS")
    page.get_by_label("Adresse").fill("Fjellheimveien 2")
    page.get_by_label("Postnummer").fill("3972")
    page.get_by_label("Poststed").fill("Eidnes")
    page.get_by_label("Navnet ditt").fill("Arvid Lunde")
    page.get_by_label("Mobil").fill("912 34 504")
    page.get_by_label("E-post").fill("arvid@fjellheim.example")
    page.get_by_role("button", name="Send forespørselen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vi har fått forespørselen din")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_that_one_acts_by_an_authorization_stands_on_the_page(
    portal: RunningPortal, open_page: Callable[..., Page], size: str
) -> None:
    page = open_page(size)
    people.sign_in(page, portal, "vidnett", "ingrid.solbakken@post.example")
    mark = page.get_by_role("banner").get_by_text("Fullmakt", exact=True)
    # Her own last: that is what others begin with.
    for customer, marked in [("Sameiet Bjørkehaugen", 1), ("Ingrid Solbakken", 0)]:
        page.goto(portal.url("vidnett", "/customers/choose/"))
        page.locator("main").get_by_role("button", name=customer).click()
        page.wait_for_url(lambda url: "/choose/" not in url)
        expect(mark.filter(visible=True)).to_have_count(marked)
