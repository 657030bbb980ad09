"""Takes every main page of the running demo at 390 and 1280 px, light and dark: `make screenshots`."""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.running_portal import CHECKOUT, CHROMIUM, CHROMIUM_FLAGS

# What the front page says.
PASSWORD = "skranke-demo"
WIDTHS = {390: 844, 1280: 900}
MAGNUS = ("magnus.tveiten@bratland.example", "Bratland Entreprenør AS")
SIRI = ("siri.nordheim@nordvag.example", "Nordvåg Industri AS")
INGRID = ("ingrid.solbakken@post.example", "Ingrid Solbakken")
ODA = ("oda.lien@post.example", "Oda Lien")
NOBODY = ("", "")


@dataclass(frozen=True)
class Picture:
    """One page: what the file is called, at which company, as whom, where. `click` names a link to follow there."""

    name: str
    company: str
    person: tuple[str, str]
    path: str
    click: str = ""


PICTURES = [
    Picture("front", "", NOBODY, "/"),
    Picture("sign-in", "vidnett", NOBODY, "/account/login/"),
    Picture("sign-in-code", "vidnett", NOBODY, "/account/login/code/"),
    Picture("sign-in-password", "vidnett", NOBODY, "/account/login/password/"),
    Picture("get-access", "vidnett", NOBODY, "/account/access/"),
    Picture("not-found", "vidnett", NOBODY, "/nowhere/"),
    Picture("accessibility", "vidnett", NOBODY, "/pages/accessibility/"),
    Picture("details", "fjordsirkel", MAGNUS, "/account/details/"),
    Picture("sessions", "fjordsirkel", MAGNUS, "/account/sessions/"),
    Picture("choose", "fjordsirkel", MAGNUS, "/customers/choose/"),
    Picture("orders-locations", "fjordsirkel", MAGNUS, "/orders/"),
    Picture("orders-location", "fjordsirkel", MAGNUS, "/orders/", "Skoleveien 8"),
    Picture("orders-basket", "fjordsirkel", MAGNUS, "/orders/basket/"),
    Picture("orders-overview", "fjordsirkel", MAGNUS, "/orders/overview/"),
    Picture("customer-service", "fjordsirkel", MAGNUS, "/customer-service/"),
    Picture("callouts-new", "kystretur", SIRI, "/callouts/new/"),
    Picture("callouts-drafts", "kystretur", SIRI, "/callouts/drafts/"),
    Picture("callouts-history", "kystretur", SIRI, "/callouts/history/"),
    Picture("grid-month", "vidnett", INGRID, "/grid/"),
    Picture("grid-day", "vidnett", INGRID, "/grid/", "Dag"),
    Picture("home", "alvvik", ODA, "/"),
    Picture("admin", "alvvik", ("admin@alvvik.example", ""), "/admin/"),
    Picture("admin-messages", "alvvik", ("admin@alvvik.example", ""), "/admin/notifications/message/"),
]


def address(company: str, port: int, path: str) -> str:
    return f"http://{company + '.' if company else ''}localhost:{port}{path}"


def signed_in(browser: Browser, picture: Picture, port: int) -> BrowserContext:
    """Return a browser in which the person is signed in and acts for the customer."""
    context = browser.new_context(locale="nb-NO")
    email, customer = picture.person
    if email:
        page = context.new_page()
        page.goto(address(picture.company, port, "/account/login/password/"))
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/account/" not in url or "/second/" in url)
        if "/second/" in page.url:
            front = context.new_page()
            front.goto(f"http://localhost:{port}/")
            page.locator("input[name=code]").fill(front.locator("#message-box .demo-password").inner_text())
            front.close()
            page.locator("main form button[type=submit]").last.click()
            page.wait_for_url("**/admin/")
        if "/choose/" in page.url:
            page.get_by_role("button", name=customer).click()
        page.close()
    return context


def take(page: Page, name: str, folder: Path) -> None:
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme, suffix in (("light", ""), ("dark", "-dark")):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{name}-{width}{suffix}.png", full_page=True)


def take_all(browser: Browser, pictures: list[Picture], port: int, folder: Path) -> None:
    contexts: dict[tuple[str, str], BrowserContext] = {}
    for picture in pictures:
        key = (picture.company, picture.person[0])
        if key not in contexts:
            contexts[key] = signed_in(browser, picture, port)
        page = contexts[key].new_page()
        page.goto(address(picture.company, port, picture.path))
        if picture.click:
            page.locator("main").get_by_role("link", name=picture.click).first.click()
        take(page, picture.name, folder)
        page.close()
        print(picture.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="take only pages whose name begins so")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args()
    if not CHROMIUM:
        sys.exit("Chromium is missing: apt-get install chromium (or set CHROMIUM to its path).")
    wanted = [p for p in PICTURES if not options.names or p.name.startswith(tuple(options.names))]
    folder = CHECKOUT / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        take_all(browser, wanted, options.port, folder)
        browser.close()
    print(f"{len(wanted)} pages in {folder.name}/")


if __name__ == "__main__":
    main()
