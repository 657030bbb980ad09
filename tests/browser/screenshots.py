"""Takes every page of the running demo at 390 and 1280 px, light and dark: `make screenshots`.

Each account goes where its pages' links lead, and takes one picture of each kind of page: of two orders, the first.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser.running_portal import CHECKOUT, CHROMIUM, CHROMIUM_FLAGS

# What the front page says.
PASSWORD = "skranke-demo"
SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
SCHEMES = {"light": "", "dark": "-dark"}
# Where a link changes something, leaves the account, or fetches a file.
NO_PAGE = re.compile(
    r"logout|on-behalf|/act/|/language/|jsi18n|download|export|\.\w{3,4}$|/(pdf|file|picture|photos?|r)(s?/\d+)?/"
)
SIGNED_OUT = ("/", "/account/login/", "/account/login/code/", "/account/login/sms/", "/account/login/password/")
NOWHERE = "/nowhere/"
EAGER = "document.querySelectorAll('img[loading=lazy]').forEach(image => { image.loading = 'eager' })"


@dataclass(frozen=True)
class Account:
    """Who looks: what the pictures are called by, at which company, as whom, for which of their customers."""

    name: str
    company: str
    email: str = ""
    customer: str = ""
    starts: tuple[str, ...] = ("/", "/account/")


def staff(company: str) -> Account:
    return Account(f"{company}-staff", company, f"admin@{company}.example", starts=("/admin/",))


def newcomer(company: str) -> Account:
    return Account(f"{company}-empty", company, "selma.vik@post.example")


ACCOUNTS = [
    Account("front", "", starts=("/",)),
    Account("vidnett-out", "vidnett", starts=(*SIGNED_OUT, NOWHERE)),
    Account("vidnett-full", "vidnett", "ingrid.solbakken@post.example", "Ingrid Solbakken"),
    Account("vidnett-housing", "vidnett", "per.haugen@bjorkehaugen.example", starts=("/grid/installations/",)),
    newcomer("vidnett"),
    staff("vidnett"),
    Account("fjordsirkel-out", "fjordsirkel", starts=("/account/login/",)),
    Account("fjordsirkel-full", "fjordsirkel", "magnus.tveiten@bratland.example", "Bratland Entreprenør AS"),
    newcomer("fjordsirkel"),
    staff("fjordsirkel"),
    Account("kystretur-out", "kystretur", starts=("/account/login/",)),
    Account("kystretur-full", "kystretur", "siri.nordheim@nordvag.example", "Nordvåg Industri AS"),
    newcomer("kystretur"),
    staff("kystretur"),
    Account("alvvik-full", "alvvik", "oda.lien@post.example", "Oda Lien"),
    newcomer("alvvik"),
    staff("alvvik"),
]


def sign_in(context: BrowserContext, account: Account, base: str, front: str) -> None:
    """Sign in with the password, for staff also with the code that the demo's front page shows."""
    page = context.new_page()
    page.goto(f"{base}/account/login/password/")
    page.locator("input[name=login]").fill(account.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login/password/" not in url)
    if "/second/" in page.url:
        box = context.new_page()
        box.goto(front)
        page.locator("input[name=code]").fill(box.locator("#message-box .demo-password").inner_text())
        box.close()
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url("**/admin/")
    if account.customer:
        page.goto(f"{base}/customers/choose/")
        if "/choose/" in page.url:
            page.get_by_role("button", name=account.customer).first.click()
            page.wait_for_url(lambda url: "/choose/" not in url)
    page.close()


def kind_of(path: str) -> str:
    """Return what pages alike have in common: the path with its numbers and keys left out."""
    return re.sub(r"/[^/]*\d[^/]*(?=/)", "/n", path)


def pages(page: Page, account: Account, base: str, say: Callable[[str], None]) -> Iterator[str]:
    """Open page after page, as links lead, and yield the path of each kind once; it is open then."""
    waiting, seen = list(account.starts), set()
    inside = "/admin/" if account.starts == ("/admin/",) else "/"
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or NO_PAGE.search(path) or not path.startswith(inside):
            continue
        if inside == "/" and path.startswith("/admin/"):
            continue
        seen.add(kind)
        try:
            answer = page.goto(base + path)
        except BrowserError as error:
            say(f"{path}: {error.message.splitlines()[0]}")
            continue
        if answer and answer.status >= 400 and path != NOWHERE:
            say(f"{path}: answers {answer.status}")
        # Pictures further down are fetched when somebody scrolls there.
        page.evaluate(EAGER)
        page.wait_for_load_state("networkidle")
        yield path
        links = page.eval_on_selector_all("a[href]", "found => found.map(link => link.getAttribute('href'))")
        parts = [urlsplit(urljoin(base + path, link)) for link in links]
        waiting += [part.path for part in parts if f"{part.scheme}://{part.netloc}" == base]


def take(browser: Browser, account: Account, port: int, folder: Path) -> int:
    """Take all pictures of an account; return of how many pages."""
    base = f"http://{account.company + '.' if account.company else ''}localhost:{port}"
    context = browser.new_context(locale="nb-NO", viewport=SIZES["390"], has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()

    def say(words: str) -> None:
        print(f"  {account.name} {words}", flush=True)

    page.on("pageerror", lambda error: say(f"{page.url}: {error}"))
    if account.email:
        sign_in(context, account, base, f"http://localhost:{port}/")
    taken = 0
    for path in pages(page, account, base, say):
        taken += 1
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:60] or "home"
        for (size, viewport), (scheme, suffix) in product(SIZES.items(), SCHEMES.items()):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > viewport["width"]:
                say(f"{path}: {wide} px wide at {size}")
            page.screenshot(
                path=folder / f"{account.name}-{taken:03}-{name}-{size}{suffix}.png",
                full_page=True,
                animations="disabled",
            )
    context.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="take only accounts whose name begins so: vidnett, alvvik-staff")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args()
    if not CHROMIUM:
        sys.exit("Chromium is missing: apt-get install chromium (or set CHROMIUM to its path).")
    folder = CHECKOUT / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for account in ACCOUNTS:
            if not options.names or account.name.startswith(tuple(options.names)):
                print(f"{account.name}: {take(browser, account, options.port, folder)} pages", flush=True)
        browser.close()
    print(f"The pictures are in {folder.name}/")


if __name__ == "__main__":
    main()
