"""What people do in the browser tests, and what must hold on every page they come to."""

import base64
import hashlib
import hmac
import io
import re
import struct
import time
from typing import Any
from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import ConsoleMessage, FilePayload, Page, Response, expect

from tests.browser.running_portal import RunningPortal

AXE = Axe()
# Axe is a script: in pages that run none it would wait for ever.
WITHOUT_SCRIPTS: "WeakSet[Page]" = WeakSet()
# Staff are asked anew who they are a quarter of an hour after they signed in; seconds.
STAFF_STAY = 10 * 60
_passed: set[tuple[str, int]] = set()
_staff: dict[tuple[int, str], tuple[float, Any]] = {}


def watch(page: Page, faults: list[str]) -> None:
    """Collect what the content security policy refused, script errors and server errors."""

    def console(message: ConsoleMessage) -> None:
        # Chromium reports an answer of 4xx as an error too; those are asked for by the tests themselves. htmx reports
        # that the page was left while something was on its way.
        expected = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
        if message.type == "error" and not any(words in message.text for words in expected):
            faults.append(f"{page.url}: {message.text}")

    def response(answer: Response) -> None:
        if answer.status >= 500 or (answer.status == 404 and "/static/" in answer.url):
            faults.append(f"{answer.url}: {answer.status}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("response", response)


def check(page: Page) -> None:
    """Hold a page against what holds for all: no accessibility violation, one h1, no sideways scrolling."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    if page in WITHOUT_SCRIPTS:
        expect(page.locator("h1")).to_have_count(1)
        return
    # A click returns before the page it leads to is there; axe needs one that stays.
    page.wait_for_load_state("load")
    # Preloading would read the admin's imported stylesheets into a <style> of axe's own, which the policy refuses.
    # All that is well, told with its elements, takes longer than looking.
    results = AXE.run(page, options={"runOnly": rules, "preload": False, "resultTypes": ["violations"]})
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    assert page.locator("h1").count() == 1, page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def check_in_passing(page: Page) -> None:
    """Check a page that nearly every test comes by: once at each size."""
    width = (page.viewport_size or {"width": 0})["width"]
    if (page.url, width) not in _passed:
        check(page)
        _passed.add((page.url, width))


def choose_later_day(page: Page) -> None:
    """Order for the third day that is offered: the first one's deadline may pass before the order is sent."""
    page.locator("input[type=radio][name=day]").nth(2).check()


def sign_in(page: Page, portal: RunningPortal, slug: str, email: str) -> None:
    """Sign in with the demo's password: asking for many codes in a row is refused."""
    page.goto(portal.url(slug, "/account/login/"))
    page.get_by_role("link", name="Passord").click()
    check_in_passing(page)
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Passord", exact=True).fill("skranke-demo")
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def sign_in_staff(page: Page, portal: RunningPortal, slug: str, email: str) -> None:
    """Sign a member of staff in, with the password and a code of the demo's authenticator app; each once in a while.

    A code works once, so later pages get the cookies of the first.
    """
    signed_in_at, cookies = _staff.get((portal.port, email), (0.0, None))
    if cookies and time.monotonic() - signed_in_at < STAFF_STAY:
        page.context.add_cookies(cookies)
        page.goto(portal.url(slug, "/admin/"))
        return
    page.goto(portal.url(slug, "/account/login/password/"))
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Passord", exact=True).fill("skranke-demo")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/account/login/second/")
    check_in_passing(page)
    box = page.context.new_page()
    box.goto(portal.url(""))
    page.get_by_label("Kode").fill(box.locator("#message-box .demo-password").inner_text())
    box.close()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/admin/")
    _staff[portal.port, email] = (time.monotonic(), page.context.cookies())


def app_code(key: str) -> str:
    """Return what an authenticator app with this key shows now (RFC 6238: SHA-1, six digits, half a minute)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


def sign_in_with_code(page: Page, portal: RunningPortal, slug: str, email: str) -> None:
    """Sign in with a code by e-mail, read from the demo's message box as a visitor would."""
    page.goto(portal.url(slug, "/account/login/"))
    check(page)
    page.get_by_role("link", name="Engangskode på e-post").click()
    page.get_by_label("E-post").fill(email)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv inn koden")
    check(page)
    page.locator("input[name=code]").fill(code_for(page, portal, email))
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def choose_customer(page: Page, name: str) -> None:
    """Choose whom to act for, where there are several."""
    check(page)
    page.get_by_role("button", name=name).click()


def picture(name: str) -> FilePayload:
    """Return a photo as a phone hands it over."""
    out = io.BytesIO()
    Image.new("RGB", (200, 150), "#c0ffee").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def message_to(page: Page, portal: RunningPortal, recipient: str, containing: str) -> str:
    """Wait until the running worker has delivered a message, and return its text."""
    box = page.context.new_page()
    message = box.locator(".demo-messages > li").filter(has_text=recipient).filter(has_text=containing)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        box.goto(portal.url(""))
        # One that still waits is marked so: only a message that went out counts.
        sent = message.filter(has_not=box.locator(".ds-tag"))
        if sent.count():
            text = sent.first.text_content() or ""
            box.close()
            return text
        box.wait_for_timeout(200)
    raise TimeoutError(f"Nothing with {containing!r} came for {recipient}")


def code_for(page: Page, portal: RunningPortal, email: str) -> str:
    """Return the newest sign-in code for an address."""
    found = re.search(r"\b(\d{6})\b", message_to(page, portal, email, "kode"))
    assert found
    return found[1]
