"""The ways in, at phone size: SMS code, PIN, passkey, authenticator app, and the way of somebody who is no customer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604"


def ask_by_sms(page: Page, portal: RunningPortal, slug: str, number: str) -> None:
    """Ask for a code by SMS and type it."""
    page.goto(portal.url(slug, "/account/login/"))
    page.get_by_role("link", name="Engangskode på SMS").click()
    people.check(page)
    page.get_by_label("Mobilnummer").fill(number)
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv inn koden")
    people.check(page)
    shown = re.sub(r"(\d{3})(\d{2})(\d{3})$", r"\1 \2 \3", number)
    message = people.message_to(page, portal, shown, "er koden din")
    code = re.search(r"\b(\d{6}) er koden", message)
    assert code, message
    page.locator("input[name=code]").fill(code[1])
    page.get_by_role("button", name="Logg inn").click()


@contextmanager
def away_for_long(portal: RunningPortal, slug: str) -> Iterator[None]:
    """Let every moment count as a spell away."""

    def wait(minutes: int) -> None:
        with psycopg.connect(portal.database.owner_url, autocommit=True) as owner:
            owner.execute("UPDATE tenancy_tenant SET lock_after_minutes = %s WHERE slug = %s", [minutes, slug])

    wait(0)
    try:
        yield
    finally:
        wait(15)


def take_factors_away(portal: RunningPortal, slug: str, email: str) -> None:
    """Make a member of staff one who has not set anything up yet."""
    with psycopg.connect(portal.database.owner_url) as owner:
        tenant = "(SELECT id::text FROM tenancy_tenant WHERE slug = %s)"
        owner.execute(f"SELECT set_config('app.tenant_id', {tenant}, true)", [slug])
        user = "(SELECT id FROM accounts_user WHERE email = %s)"
        owner.execute(f"DELETE FROM mfa_authenticator WHERE user_id = {user}", [email])


def virtual_authenticator(page: Page) -> None:
    """Give the browser a fingerprint reader that always finds the right finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_code_by_sms_counts_down_to_the_next_and_signs_in(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto(portal.url("vidnett", "/account/login/sms/"))
    page.get_by_label("Mobilnummer").fill("21 23 45 67")
    page.get_by_role("button", name="Send kode").click()
    expect(page.locator("#error-summary")).to_contain_text("ikke et mobilnummer")
    people.check(page)
    page.get_by_label("Mobilnummer").fill("912 34 523")
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_text(re.compile(r"be om en ny kode om \d+ s\."))).to_be_visible()
    expect(page.get_by_role("button", name="Send ny kode")).to_be_hidden()
    ask_by_sms(page, portal, "vidnett", "91234523")
    page.wait_for_url(lambda url: "/account/" not in url)


def test_without_javascript_a_code_by_sms_signs_in(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto(portal.url("vidnett", "/account/login/"))
    expect(page.get_by_text("Passnøkkel", exact=True)).to_be_hidden()
    page.goto(portal.url("vidnett", "/account/login/sms/"))
    page.get_by_label("Mobilnummer").fill("912 34 524")
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_role("button", name="Send ny kode")).to_be_visible()
    code = re.search(r"\b(\d{6}) er koden", people.message_to(page, portal, "912 34 524", "er koden din"))
    assert code
    page.locator("input[name=code]").fill(code[1])
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def test_somebody_unknown_is_told_so_after_the_proof(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask_by_sms(page, portal, "vidnett", "99887766")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vi finner deg ikke")
    people.check(page)


def test_a_phone_gets_a_pin_is_locked_and_opened_again(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page(user_agent=IPHONE)
    page.goto(portal.url("vidnett", "/account/login/password/"))
    page.get_by_label("E-post").fill("lars.eide@solvikabakeri.example")
    page.get_by_label("Passord", exact=True).fill("skranke-demo")
    page.locator("main form button[type=submit]").first.click()
    # Lars reads Nynorsk.
    expect(page.get_by_role("heading", level=1)).to_have_text("Opne med PIN neste gong?")
    people.check(page)
    page.get_by_label("Ny PIN-kode").fill("1234")
    page.get_by_label("Den same PIN-koden").fill("1234")
    page.get_by_role("button", name="Set PIN-kode").click()
    expect(page.locator("#error-summary")).to_be_visible()
    people.check(page)
    page.get_by_label("Ny PIN-kode").fill("4827")
    page.get_by_label("Den same PIN-koden").fill("4827")
    page.get_by_role("button", name="Set PIN-kode").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto(portal.url("vidnett", "/account/details/"))
    page.goto(portal.url("vidnett", "/account/sessions/"))
    people.check(page)
    with away_for_long(portal, "vidnett"):
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Skriv PIN-koden")
        people.check(page)
        assert "Lars" not in page.content()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Skriv PIN-koden")
        assert "Lars" not in page.content()
    page.get_by_label("PIN-kode").fill("4828")
    page.get_by_role("button", name="Lås opp").click()
    expect(page.locator("#error-summary")).to_contain_text("4")
    page.get_by_label("PIN-kode").fill("4827")
    page.get_by_role("button", name="Lås opp").click()
    expect(page).to_have_url(re.compile("/account/(details|sessions)/"))


def test_a_page_left_open_hides_itself(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page()
    people.sign_in(page, portal, "vidnett", "emily.clarke@post.example")
    page.goto(portal.url("vidnett", "/account/pin/"))
    for field in page.locator("input[type=password]").all():
        field.fill("4827")
    page.locator("main form button[type=submit]").first.click()
    page.clock.install()
    page.goto(portal.url("vidnett", "/account/details/"))
    expect(page.locator("h1")).to_be_visible()
    with away_for_long(portal, "vidnett"):
        page.clock.fast_forward("16:00")
        page.wait_for_url("**/account/unlock/**")
        assert "Emily" not in page.content()
        page.go_back()
        page.wait_for_url("**/account/unlock/**")
        assert "Emily" not in page.content()
    page.locator("input[type=password]").fill("4827")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/unlock/" not in url)
    page.goto(portal.url("vidnett", "/account/details/"))
    expect(page.locator("h1")).to_be_visible()
    with away_for_long(portal, "vidnett"):
        # A browser that had kept the page as it was, and shows it again.
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        page.wait_for_url("**/account/unlock/**")
        assert "Emily" not in page.content()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_passkey_is_added_and_signs_in(portal: RunningPortal, open_page: Callable[..., Page], size: str) -> None:
    page = open_page(size)
    virtual_authenticator(page)
    people.sign_in(page, portal, "vidnett", "per.haugen@bjorkehaugen.example")
    page.goto(portal.url("vidnett", "/account/security/"))
    people.check(page)
    page.get_by_role("link", name="Legg til passnøkkel").click()
    people.check(page)
    page.get_by_role("button", name="Legg til passnøkkelen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservekoder")
    people.check(page)
    page.goto(portal.url("vidnett", "/account/security/"))
    people.check(page)
    page.context.clear_cookies()
    page.goto(portal.url("vidnett", "/account/login/?next=/account/history/"))
    page.get_by_role("button", name="Passnøkkel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Innloggingshistorikk")
    expect(page.locator(".sessions")).to_contain_text("Passnøkkel")
    people.check(page)
    for _ in range(2):
        page.goto(portal.url("vidnett", "/account/security/"))
        remove = page.get_by_role("link", name=re.compile("^Fjern"))
        if remove.count():
            remove.first.click()
            people.check(page)
            page.locator("main form button[type=submit]").first.click()


def test_staff_set_up_an_app_before_the_administration_opens(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    take_factors_away(portal, "vidnett", "agent@vidnett.example")
    page.goto(portal.url("vidnett", "/account/login/password/"))
    page.get_by_label("E-post").fill("agent@vidnett.example")
    page.get_by_label("Passord", exact=True).fill("skranke-demo")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Innlogging og sikkerhet")
    people.check(page)
    page.get_by_role("link", name="Legg inn en app").click()
    people.check(page)
    key = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Kode").fill(people.app_code(key))
    page.get_by_role("button", name="Slå på").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservekoder")
    people.check(page)
    page.get_by_role("link", name="Gå videre til administrasjonen").click()
    page.wait_for_url("**/admin/")


def test_an_address_is_changed_with_a_code_to_the_new_one(
    portal: RunningPortal, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    people.sign_in(page, portal, "alvvik", "sara.holm@alvvikbygg.example")
    page.goto(portal.url("alvvik", "/account/details/"))
    people.check(page)
    page.get_by_role("link", name="Endre mobilnummer").click()
    people.check(page)
    page.get_by_label("Nytt mobilnummer").fill("998 11 223")
    page.get_by_role("button", name="Send kode").click()
    people.check(page)
    message = people.message_to(page, portal, "998 11 223", "er koden din")
    code = re.search(r"\b(\d{6}) er koden", message)
    assert code
    page.get_by_label("Kode").fill(code[1])
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator("#messages")).to_contain_text("Mobilnummeret er endret")
    people.check(page)
