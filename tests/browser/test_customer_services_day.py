"""A working day of customer service in admin, from the first request for access to the file of readings at night."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import people
from tests.browser.running_portal import CHECKOUT, RunningPortal, environment
from tests.metering.gs2_files import block, hours, message, written
from tests.notifications.gateway import FakeGateway, running_gateway

AGENT = "agent@alvvik.example"
HENRIK = "henrik.nes@alvvikbygg.example"
FIRM = "Alvvik Bygg og Anlegg AS"
# The firm's own number, to which goes what is confirmed to the customer.
PHONE, SHOWN_PHONE = "+4791234532", "912 34 532"
# What a browser would show in a viewer of its own.
FETCHED = "async url => Array.from(new Uint8Array(await (await fetch(url)).arrayBuffer()))"


@dataclass(frozen=True)
class Day:
    """Who meets in it: `staff` at a desk, the `customer` on a phone. `mark` tells this run's things from others'."""

    portal: RunningPortal
    gateway: FakeGateway
    staff: Page
    customer: Page
    mark: str = field(default_factory=lambda: token_hex(3))

    def admin(self, path: str = "") -> None:
        self.staff.goto(self.portal.url("alvvik", f"/admin/{path}"))

    def queue(self, label: str) -> None:
        """Begin where a day begins: at the work that waits on the front page."""
        self.admin()
        self.staff.locator(".queues").get_by_role("link", name=re.compile(label)).click()

    def visit(self, page: Page, path: str) -> None:
        page.goto(self.portal.url("alvvik", path))

    def row(self, words: str) -> Locator:
        return self.staff.locator("#result_list tbody tr").filter(has_text=words)


@pytest.fixture
def gateway(portal: RunningPortal) -> Iterator[FakeGateway]:
    """The company has an SMS gateway, set up by the one who runs the portal."""
    env = environment(portal.database, portal.port, Path("/nowhere"))
    env |= {"SMS_GATEWAY_TOKEN": "token", "SMS_GATEWAY_WEBHOOK_SECRET": "secret"}
    with running_gateway() as running:
        command = [sys.executable, "manage.py", "set_sms_gateway", "--tenant", "alvvik", "--sender", "Alvvik"]
        subprocess.run([*command, "--url", running.url], env=env, cwd=CHECKOUT, check=True, capture_output=True)
        yield running
    with psycopg.connect(portal.database.owner_url) as owner:
        tenant = "(SELECT id::text FROM tenancy_tenant WHERE slug = 'alvvik')"
        owner.execute(f"SELECT set_config('app.tenant_id', {tenant}, true)")
        owner.execute("DELETE FROM notifications_smsgateway")
        # Of a run that broke off: the next one looks for its own.
        owner.execute("UPDATE notifications_message SET state = 'sent' WHERE state = 'given_up'")


def test_a_day_from_the_first_request_to_the_last_file(
    portal: RunningPortal, gateway: FakeGateway, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    day = Day(portal, gateway, open_page("desktop"), open_page("phone"))
    people.sign_in_staff(day.staff, portal, "alvvik", AGENT)
    people.sign_in(day.customer, portal, "alvvik", HENRIK)
    let_somebody_in(day, open_page("phone"))
    order = help_the_customer(day)
    send_again_what_failed(day, order)
    dispatch(day, order)
    move_the_call_off_on(day)
    answer(day)
    publish_news(day)
    publish_a_power_cut(day)
    read_a_file_in(day, tmp_path)


def let_somebody_in(day: Day, visitor: Page) -> None:
    """A colleague of the customer's asks for access; the link in the SMS leads in."""
    email = f"tone.{day.mark}@alvvikbygg.example"
    day.visit(visitor, "/customers/access/")
    visitor.get_by_label("Kundenummer").fill("1002")
    visitor.get_by_label("Namnet ditt").or_(visitor.get_by_label("Navnet ditt")).fill("Tone Vik")
    visitor.get_by_label("Mobil").fill("912 34 539")
    visitor.get_by_label("E-post").fill(email)
    visitor.locator("main form button[type=submit]").last.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text(re.compile("Vi har fått"))

    day.queue("Forespørsler om tilgang")
    day.row(email).get_by_role("link").first.click()
    expect(day.staff.locator("#content-main")).to_contain_text(f"Kunden finnes: {FIRM}")
    day.staff.locator("select[name=channel]").select_option("sms")
    day.staff.get_by_role("button", name="Godkjenn og inviter").click()
    expect(day.staff.locator(".messagelist")).to_contain_text("Godkjent")
    day.visit(visitor, sms_to(day, "+4791234539", r"/customers/invitation/[\w-]+/"))
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("invitert")


def sms_to(day: Day, phone: str, containing: str) -> str:
    """Wait for an SMS at the gateway, and return what was looked for in it."""
    for _ in range(300):
        for request in reversed(day.gateway.requests):
            found = re.search(containing, request["body"]["text"])
            if request["body"]["to"] == phone and found:
                return found[0]
        day.staff.wait_for_timeout(200)
    raise TimeoutError(f"Nothing with {containing!r} came for {phone}")


def help_the_customer(day: Day) -> str:
    """The customer calls: staff order and send in for them, marked as such; returns the order's number."""
    day.admin("customers/customer/?q=1002")
    day.staff.locator("#result_list").get_by_role("link", name=FIRM).click()
    day.staff.get_by_role("button", name="Handle på vegne av kunden").click()
    expect(day.staff.get_by_role("complementary", name="På vegne av en kunde")).to_contain_text("Pål Ness")
    # What goes out now is refused: that is tomorrow's telephone call, unless somebody looks.
    day.gateway.status, day.gateway.error = 400, "The number cannot be reached."
    order = order_an_emptying(day)
    send_a_call_off_in(day)
    day.staff.get_by_role("button", name="Avslutt").click()
    expect(day.staff).to_have_url(re.compile("/admin/customers/customer/"))
    day.admin(f"audit/entry/?q={AGENT}")
    expect(day.row("Bestilling sendt").filter(has_text=FIRM).first).to_contain_text("Pål Ness")
    expect(day.row("Begynte å handle for kunden").filter(has_text=FIRM).first).to_be_visible()
    day.visit(day.customer, f"/orders/{order}/")
    expect(day.customer.locator("main")).to_contain_text("av kundeservice hos Alvvik, på vegne av dere")
    return order


def order_an_emptying(day: Day) -> str:
    day.visit(day.staff, "/orders/")
    day.staff.locator("main").get_by_role("link", name=re.compile("Fossevegen 18")).click()
    day.staff.get_by_role("link", name=re.compile("^Tøm")).first.click()
    day.staff.get_by_label("Informasjon til sjåføren").fill(f"Ring på porten, kode {day.mark}.")
    people.choose_later_day(day.staff)
    day.staff.get_by_role("button", name="Legg i handlekurv").click()
    expect(day.staff.get_by_role("status").filter(has_text="handlekurv").first).to_be_visible()
    day.visit(day.staff, "/orders/basket/")
    expect(day.staff.locator("main")).to_contain_text(day.mark)
    day.staff.get_by_role("button", name="Send bestilling").click()
    expect(day.staff).to_have_url(re.compile("/confirmation/$"))
    number = re.search(r"/orders/(\d+)/", day.staff.url)
    assert number
    return number[1]


def send_a_call_off_in(day: Day) -> None:
    """The same as last time, under this run's own reference."""
    day.visit(day.staff, "/callouts/history/?q=magnetisk")
    day.staff.get_by_role("link", name="Kopier").first.click()
    day.staff.get_by_role("button", name="Lag utkastet").click()
    day.staff.get_by_label("PO, AO eller avropsnummer").fill(f"AO-{day.mark}")
    day.staff.get_by_role("button", name="Se over og send inn").click()
    day.staff.get_by_role("button", name="Send inn").click()
    expect(day.staff.get_by_role("heading", level=1)).to_have_text("Suksess! Avrop er sendt inn.")


def send_again_what_failed(day: Day, order: str) -> None:
    """The confirmation of the order was refused by the gateway: staff see it, and why, and send it again."""
    for _ in range(100):
        day.admin(f"notifications/message/?q={PHONE[1:]}&state__exact=given_up&event=orders.confirmed")
        if day.row("Bestilling mottatt").count():
            break
        day.staff.wait_for_timeout(200)
    day.gateway.status = 202
    day.queue("Meldinger som ikke ble sendt")
    failed = day.row(SHOWN_PHONE).filter(has_text="Bestilling mottatt")
    expect(failed.first).to_contain_text("The number cannot be reached.")
    failed.first.get_by_role("link").first.click()
    shown = day.staff.locator("#content-main")
    expect(shown).to_contain_text(spaced(order))
    reference = shown.locator(".field-reference .readonly").first.inner_text()
    day.staff.go_back()
    failed.first.locator("input[name=_selected_action]").check()
    day.staff.locator("select[name=action]").select_option("send_again")
    day.staff.get_by_role("button", name="Gå").click()
    day.staff.get_by_role("button", name="Send på nytt").click()
    expect(day.staff.locator(".messagelist")).to_contain_text("1 melding")
    sms_to(day, PHONE, re.escape(spaced(order)))
    assert reference in day.gateway.sent


def spaced(number: str) -> str:
    """Return a number as people read it: 118 205."""
    return f"{int(number):,}".replace(",", "\N{NO-BREAK SPACE}")


def dispatch(day: Day, order: str) -> None:
    """The new job is planned, its slip printed, and it is sent out; the customer sees where it stands."""
    day.queue("Nye oppdrag å planlegge")
    expect(day.row(f"{spaced(order)}-1")).to_contain_text("Mottatt")
    for action, said in [("schedule", "Planlagt"), ("send_out", "På vei")]:
        day.admin(f"orders/orderline/?q={order}")
        day.row(f"{spaced(order)}-1").locator("input[name=_selected_action]").check()
        day.staff.locator("select[name=action]").select_option(action)
        day.staff.get_by_role("button", name="Gå").click()
        expect(day.staff.locator("#content")).to_contain_text("1 valgt")
        day.staff.get_by_role("button", name="Sett status").click()
        expect(day.staff.locator(".messagelist")).to_contain_text(f"1 oppdrag er satt til {said}")
        if action == "schedule":
            print_the_slips(day)
    day.visit(day.customer, f"/orders/{order}/")
    expect(day.customer.locator("main")).to_contain_text("På vei")


def print_the_slips(day: Day) -> None:
    link = day.staff.get_by_role("link", name="Kjøresedler for denne listen (PDF)")
    paper = bytes(day.staff.evaluate(FETCHED, link.get_attribute("href")))
    assert paper[:5] == b"%PDF-"
    if program := shutil.which("pdftotext"):
        read = subprocess.run([program, "-layout", "-", "-"], input=paper, capture_output=True, check=True)
        words = read.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "Fossevegen 18" in words
        assert f"Ring på porten, kode {day.mark}." in words


def move_the_call_off_on(day: Day) -> None:
    day.queue("Nye avrop")
    day.admin(f"callouts/calloff/?q=AO-{day.mark}")
    day.row(FIRM).get_by_role("link").first.click()
    expect(day.staff.locator("#content-main")).to_contain_text(f"AO-{day.mark}")
    for status in ("Planlagt", "Hentet"):
        form = day.staff.get_by_role("form", name="Status")
        form.get_by_label("Status").select_option(label=status)
        form.get_by_label("Melding til kunden").fill(f"{status}: bil 7.")
        day.staff.get_by_role("button", name="Lagre statusen").click()
        expect(day.staff.locator(".messagelist")).to_contain_text("Statusen er lagret")
        expect(day.staff.get_by_role("heading", level=1)).to_contain_text(status)
    day.visit(day.customer, f"/callouts/history/?q=AO-{day.mark}")
    day.customer.get_by_role("link", name=re.compile(r"avrop A-\d+", re.IGNORECASE)).first.click()
    expect(day.customer.locator("main")).to_contain_text("Hentet: bil 7.")


def answer(day: Day) -> None:
    """The customer writes on the phone, and reads there what customer service answers."""
    subject = f"Nøkkel til porten {day.mark}"
    day.visit(day.customer, "/contact/enquiries/ask/")
    day.customer.get_by_label("Generelt").check()
    day.customer.get_by_label("Med få ord").fill(subject)
    day.customer.get_by_label("Melding").fill("Hvem hos dere har den?")
    day.customer.get_by_role("button", name="Send", exact=True).click()
    expect(day.customer.locator("main")).to_contain_text(subject)
    thread = day.customer.url

    day.queue("Henvendelser å svare på")
    day.row(subject).get_by_role("link").first.click()
    expect(day.staff.locator("#content-main")).to_contain_text("Hvem hos dere har den?")
    day.staff.locator("[name=answer]").fill("Den henger i resepsjonen.")
    day.staff.get_by_label("Avslutt henvendelsen").check()
    day.staff.locator("input[name=_save]").click()
    expect(day.row(subject)).to_have_count(0)
    day.customer.goto(thread)
    expect(day.customer.locator("main")).to_contain_text("Den henger i resepsjonen.")


def publish_news(day: Day) -> None:
    title = f"Miljøstasjonen holder åpent lørdag {day.mark}"
    day.admin("content/news/add/")
    day.staff.locator("[name=title_nb]").fill(title)
    day.staff.locator("[name=lead_nb]").fill("Fra klokka ti til to.")
    day.staff.locator("[name=body_nb]").fill("Ta med **kundenummeret**.")
    day.staff.locator("[name=is_published]").check()
    # Midnight is there on every day, also when the clock is changed.
    day.staff.locator("[name=published_from_1]").fill("00:00")
    day.staff.locator("input[name=_save]").click()
    expect(day.row(title)).to_contain_text("Publisert")
    day.visit(day.customer, "/news/")
    day.customer.get_by_role("link", name=title).click()
    expect(day.customer.locator("article strong")).to_have_text("kundenummeret")


def publish_a_power_cut(day: Day) -> None:
    """It is told to those it touches, seen by them, and ended."""
    where = f"Sjøgata {day.mark}"
    day.admin("outages/outage/add/")
    day.staff.locator("[name=area_name]").fill(where)
    day.staff.locator("[name=starts_at_1]").fill("00:00")
    day.staff.locator("[name=streets]").fill("5698 Sjøgata 8")
    day.staff.locator("[name=message_nb]").fill("Vi leter etter feilen.")
    day.staff.locator("[name=is_published]").check()
    day.staff.locator("input[name=_save]").click()
    another = day.staff.locator("input[name=publish_anyway][type=checkbox]")
    expect(another.or_(day.row(where))).to_be_visible()
    if another.is_visible():
        another.check()
        day.staff.locator("input[name=_save]").click()
    expect(day.staff.locator(".messagelist")).to_contain_text("1 kunde varsles")
    sms_to(day, PHONE, "Sjøgata")
    day.visit(day.customer, "/outages/")
    expect(day.customer.get_by_role("region", name="Hos deg")).to_contain_text(where)

    day.row(where).locator("input[name=_selected_action]").check()
    day.staff.locator("select[name=action]").select_option("power_is_back")
    day.staff.get_by_role("button", name="Gå").click()
    day.staff.locator("form:has([name=confirmed]) [type=submit]").click()
    expect(day.staff.locator(".messagelist")).to_contain_text(f"Strømmen er tilbake: {where}")


def read_a_file_in(day: Day, folder: Path) -> None:
    """A file of readings, with one series that cannot be right: the report says which, and why."""
    day.admin("metering/meteringpoint/?q=Sjøgata")
    known = day.row("lager").get_by_role("link").first.inner_text()
    start = datetime(2026, 1, 4, 23, tzinfo=UTC)
    good = written(hours([1500] * 24, start=start, reference=known)).decode()
    file = folder / f"sjogata-{day.mark}.gs2"
    # The mark makes it a file that was not read before.
    file.write_text(good + message(block(Sum="9", Plant=day.mark)))
    day.admin("metering/importupload/add/")
    day.staff.locator("input[type=file]").set_input_files(file)
    day.staff.locator("input[name=_save]").click()
    link = day.staff.get_by_role("link", name=file.name)
    expect(link).to_be_visible(timeout=30_000)
    link.click()
    day.staff.locator("#issues-title").wait_for()
    expect(day.staff.locator("#content")).to_contain_text("9 kWh")
