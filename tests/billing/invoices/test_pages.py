"""The customer's pages of invoices, and who may not see them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.actions.invoicing.payments import pay
from billing.actions.invoicing.rendering import render
from billing.models import Invoice, PaymentAgreement
from billing.queries.invoices import previous_of
from portal.accounts.models import User
from portal.celery import app as celery
from portal.customers.models import Authorization, Customer, Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.billing import factories as billing
from tests.billing.invoices import makers
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417", kind=Customer.Kind.BUSINESS)


@pytest.fixture
def user(customer: Customer) -> User:
    user = core.user(language="en")
    core.membership(user, customer, Role.READER)
    return user


@pytest.fixture
def client(user: User, tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(user, tenant=tenant)


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def path_of(invoice: Invoice, more: str = "") -> str:
    return f"/invoices/{invoice.key}/{more}"


def test_the_overview_shows_amounts_statuses_and_what_is_left(client: Client, customer: Customer) -> None:
    paid = makers.invoice(
        customer, "1001", issued="2026-10-02", due="2026-10-23", first="2026-09-01", last="2026-09-30"
    )
    pay(invoice=paid, on=date(2026, 10, 20), amount=paid.total, reference="A")
    makers.invoice(customer, "1002")
    makers.invoice(customer, "2001", kind="credit_note", corrects="1001", due=None, issued="2026-11-03")
    page = html(client, "/invoices/")
    for text in ("Invoice October 2026", "Invoice September 2026", "−250.00 kr", "Credited", "Credit note", "Not paid"):
        assert text in page, text
    assert re.search(r"Sum of 3 invoices</span> <strong>250.00 kr", page)
    assert "1 unpaid invoice" in page
    assert "The next is due 23 Nov" in page


def test_what_is_overdue_is_not_told_as_coming(client: Client, customer: Customer) -> None:
    makers.invoice(customer, "1001", issued="2026-10-02", due="2026-10-23")
    makers.invoice(customer, "1002")
    for path in ("/invoices/", "/"):
        assert "The oldest was due 23 Oct" in html(client, path)


def test_an_older_year_a_status_and_a_search_each_find_their_own(client: Client, customer: Customer) -> None:
    for number, issued in (("1001", "2025-06-02"), ("1002", "2026-11-02"), ("1003", "2025-10-30")):
        due = (date.fromisoformat(issued) + timedelta(days=21)).isoformat()
        makers.invoice(customer, number, issued=issued, due=due, first=None, last=None, reference=f"PO-{number}")

    def numbers(query: str) -> set[str]:
        return set(re.findall(r"<small>No\. (\d+)", html(client, f"/invoices/?{query}")))

    assert numbers("") == {"1002"}
    assert numbers("year=2025") == {"1001", "1003"}
    assert numbers("year=2025&status=overdue") == {"1001", "1003"}
    assert numbers("q=100") == {"1001", "1002", "1003"}
    assert numbers("q=po-1003") == {"1003"}
    html(client, "/invoices/?status=nonsense", 422)


def test_a_customer_without_invoices_is_told_what_the_page_is_for(client: Client) -> None:
    assert "There are no invoices yet" in html(client, "/invoices/")


def test_an_invoice_shows_everything_that_stands_on_it(client: Client, customer: Customer) -> None:
    point = meters.point(0, address="Industriveien 4", meter_number="69706314")
    invoice = makers.invoice(customer, metering_point=point.gsrn, reference="PO-77", subject="Nettleie")
    PaymentAgreement.objects.create(customer=customer, direct_debit=True, e_invoice=True)
    page = html(client, path_of(invoice))
    for text in (
        "Invoice October 2026", "20417", "1001", "PO-77", "6970 6314", "Industriveien 4", "1234 56 78911", "12344"[:4],
        "Tømming", "2 pcs", "100.00 kr", "25 %", "200.00", "VAT 25 % of 200.00 kr", "50.00 kr", "250.00 kr",
        "You pay by direct debit", "Due Monday 23 November",
    ):  # fmt: skip
        assert text in page, text
    assert "forms_catalog" not in page
    assert f"/enquiries/ask/?about=invoices%3A{invoice.key}" in page


def test_what_is_left_of_a_late_invoice_is_not_drawn_on_a_day_that_has_been(client: Client, customer: Customer) -> None:
    late = makers.invoice(customer, "1001", issued="2026-10-02", due="2026-10-23")
    PaymentAgreement.objects.create(customer=customer, direct_debit=True, e_invoice=True)
    assert "You pay by direct debit" not in html(client, path_of(late))


def test_only_what_is_left_is_called_to_pay(client: Client, customer: Customer) -> None:
    invoice = makers.invoice(customer, "1001")
    assert '<tfoot>\n    <tr><th scope="row">To pay</th>' in html(client, path_of(invoice))
    Invoice.objects.filter(pk=invoice.pk).update(paid=Decimal("50.00"))
    assert '<tfoot>\n    <tr><th scope="row">Amount of the invoice</th>' in html(client, path_of(invoice))


def test_why_it_is_higher_is_told_in_amounts_that_add_up(client: Client, customer: Customer) -> None:
    before = {"issued": "2026-10-02", "due": "2026-10-23", "first": "2026-09-01", "last": "2026-09-30"}
    makers.invoice(customer, "1001", **before)
    lines = [
        makers.line(quantity="3", unit_price="110.00", amount="330.00"),
        makers.line(text="Leie", quantity="1", unit="month", unit_price="20.00", amount="20.00"),
    ]
    now = makers.invoice(customer, "1002", lines=lines, net="350.00", vat="87.50", total="437.50")
    page = html(client, path_of(now))
    assert "Why is it higher than last?" in page
    assert "+187.50" in page
    causes = re.findall(r"<li><span>(.*?)(?:<small>.*?</small>)?</span><strong>([+−][\d.]+)</strong>", page)
    assert {text for text, _ in causes} == {"More: Tømming", "Dearer: Tømming", "New: Leie", "VAT on the difference"}
    assert sum(Decimal(amount.replace("−", "-")) for _, amount in causes) == Decimal("187.50")


def test_a_late_invoice_of_an_older_month_is_not_the_one_before(customer: Customer) -> None:
    makers.invoice(customer, "1001", first="2026-08-01", last="2026-08-31", issued="2026-10-30", due="2026-11-20")
    september = makers.invoice(customer, "1002", first="2026-09-01", last="2026-09-30", issued="2026-10-02")
    october = makers.invoice(customer, "1003")
    assert previous_of(october) == september


def test_a_grid_invoice_shows_the_days_of_its_period(client: Client, customer: Customer) -> None:
    point = billing.point()
    meters.holding(customer, point)
    billing.readings(point, date(2026, 10, 1), date(2026, 10, 31))
    invoice = makers.invoice(customer, metering_point=point.gsrn)
    page = html(client, path_of(invoice))
    assert "What you used in the period" in page
    # The clocks go back on the 25th: a day of 25 hours.
    assert "25.0" in page
    assert f'href="/invoices/?place={point.pk}"' in html(client, f"/grid/{point.pk}/")


def test_the_invoices_of_an_installation_say_which_and_lead_back_to_its_readings(
    client: Client, customer: Customer
) -> None:
    point, without = billing.point(), meters.point(77, has_production=True, address="Uten faktura 1")
    for one in (point, without):
        meters.holding(customer, one)
    invoice = makers.invoice(customer, metering_point=point.gsrn)
    type(point).objects.filter(pk=point.pk).update(has_production=True)
    page = html(client, f"/invoices/?place={point.pk}")
    head = page[page.index('<div class="page-head">') : page.index('<div class="grid">')]
    assert f'<strong><span class="ds-sr-only">Chosen installation: </span>{point.address}' in head
    for direction in ("", "&amp;direction=production"):
        assert f'href="/grid/{point.pk}/?view=month&amp;date=2026-11-13{direction}"' in head
    assert 'href="/invoices/"' in head
    assert str(invoice.key) in page
    # From one without invoices one sees all, and comes back to it.
    page = html(client, f"/invoices/?place={without.pk}")
    assert "Chosen installation: </span>All installations" in page
    assert f'href="/grid/{without.pk}/?view=month' in page
    for nonsense in ("x", "9" * 30, "²"):
        assert 'href="/grid/"' in html(client, f"/invoices/?place={nonsense}")


def test_amounts_are_equal_on_page_pdf_and_export(client: Client, customer: Customer) -> None:
    from tests.billing.invoices.paper import text_of

    invoice = makers.invoice(customer, **makers.many_lines(7))
    stored = render(invoice.pk)
    assert stored
    page, paper = html(client, path_of(invoice)), text_of(stored)
    csv = b"".join(client.get("/invoices/export/csv/").streaming_content).decode("utf-8-sig")
    for amount in (invoice.net, invoice.vat, invoice.total):
        assert f"{amount:.2f}" in page
        assert f"{amount:.2f}".replace(".", ",") in paper
        assert f";{amount:.2f}".replace(".", ",") in csv
    for line in invoice.lines.all():
        norwegian = f"{line.amount:.2f}".replace(".", ",")
        assert re.search(rf"{line.text}\b.*?>{line.amount:.2f}<", page, re.DOTALL)
        assert re.search(rf"{line.text} .* {norwegian}\n", paper)


def test_the_first_look_at_a_pdf_waits_for_the_worker_and_the_second_costs_nothing(
    client: Client, customer: Customer
) -> None:
    from billing.tasks import render_invoice

    invoice = makers.invoice(customer)
    assert "The PDF is being made" in html(client, path_of(invoice, "pdf/"), 202)
    render_invoice.apply(args=[invoice.pk], headers={"tenant": "fjord"})
    first = client.get(path_of(invoice, "pdf/"))
    content = b"".join(first.streaming_content)
    assert (first.status_code, first["Content-Type"], content[:5]) == (200, "application/pdf", b"%PDF-")
    render_invoice.apply(args=[invoice.pk], headers={"tenant": "fjord"})
    # A PDF carries the moment it was made: the same bytes are the same drawing.
    assert b"".join(client.get(path_of(invoice, "pdf/")).streaming_content) == content


def test_a_pdf_that_takes_long_is_told_of(client: Client, customer: Customer) -> None:
    invoice = makers.invoice(customer)
    path, late = path_of(invoice, "pdf/"), "It takes longer than usual."
    with time_machine.travel("2026-11-13 12:00:00+01:00", tick=False):
        assert late not in html(client, path, 202)
        assert client.get(path, headers={"HX-Request": "true"}).status_code == 204
    with time_machine.travel("2026-11-13 12:01:01+01:00", tick=False):
        assert late in html(client, path, 202)
        assert late in client.get(path, headers={"HX-Request": "true"}).content.decode()
        # It is said once: a screen reader is not told again and again.
        assert client.get(f"{path}?late=1", headers={"HX-Request": "true"}).status_code == 204


def test_what_is_drawn_ahead_is_in_nobodys_way() -> None:
    assert celery.conf.task_routes["billing.tasks.draw_ahead"] == {"queue": "drawings"}
    assert celery.conf.task_routes["billing.tasks.render_invoice"] == {"queue": "documents"}


def test_the_original_is_shown_where_there_is_one(client: Client, customer: Customer) -> None:
    makers.take_in(makers.said(customer, pdf="f.pdf"), beside=lambda _: makers.PDF, tells=False)
    invoice = Invoice.objects.get()
    answer = client.get(path_of(invoice, "pdf/"))
    assert b"".join(answer.streaming_content) == makers.PDF
    assert "inline" in answer["Content-Disposition"]
    assert render(invoice.pk) == invoice.original
    invoice.refresh_from_db()
    assert invoice.rendered is None


def test_another_customers_invoice_is_not_found_by_any_route(
    client: Client, tenant: Tenant, other_tenant: Tenant
) -> None:
    theirs = makers.invoice(core.customer())
    stored = render(theirs.pk)
    assert stored
    with tenant_scope(other_tenant):
        elsewhere = makers.invoice(core.customer())
    for invoice in (theirs, elsewhere):
        html(client, path_of(invoice), 404)
        html(client, path_of(invoice, "pdf/"), 404)
    assert "There are no invoices yet" in html(client, "/invoices/?q=1001")
    assert b"1001" not in b"".join(client.get("/invoices/export/csv/").streaming_content)
    for guess in (
        f"/media/{stored.location}",
        f"/{stored.location}",
        f"/static/{stored.location}",
        f"/files/{stored.key}/",
    ):
        html(client, guess, 404)


def test_an_authorization_for_one_metering_point_shows_its_invoices_only(
    tenant: Tenant, customer: Customer, client_for: Callable[..., Client]
) -> None:
    mine, other = meters.point(1), meters.point(2)
    for point in (mine, other):
        meters.holding(customer, point)
    seen = makers.invoice(customer, "1001", metering_point=mine.gsrn)
    hidden = [makers.invoice(customer, "1002", metering_point=other.gsrn), makers.invoice(customer, "1003")]
    helper = core.user(language="en")
    Authorization.objects.create(
        customer=customer, user=helper, role=Role.READER, valid_from=date(2026, 1, 1), scope=[f"metering:{mine.gsrn}"]
    )
    client = client_for(helper, tenant=tenant)
    assert set(re.findall(r"<small>No\. (\d+)", html(client, "/invoices/"))) == {"1001"}
    assert "/enquiries/ask/" not in html(client, path_of(seen))
    for invoice in hidden:
        html(client, path_of(invoice), 404)
        html(client, path_of(invoice, "pdf/"), 404)


def test_the_list_costs_the_same_for_one_invoice_and_for_many(client: Client, customer: Customer) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            html(client, "/invoices/")
        return len(captured)

    point = meters.point()
    makers.invoice(customer, "1001", metering_point=point.gsrn)
    html(client, "/invoices/")
    few = queries()
    for number in range(1002, 1012):
        makers.invoice(customer, str(number), metering_point=point.gsrn)
    assert queries() == few


def test_the_lines_of_an_invoice_and_of_the_one_before_are_read_once(client: Client, customer: Customer) -> None:
    makers.invoice(customer, "1001", issued="2026-10-02", first="2026-09-01", last="2026-09-30")
    more = {"issued": "2026-11-02", "first": "2026-10-01", "last": "2026-10-31", **makers.many_lines(2)}
    now = makers.invoice(customer, "1002", **more)
    with CaptureQueriesContext(connection) as captured:
        assert "Why is it" in html(client, path_of(now))
    assert len([one for one in captured if 'FROM "billing_invoiceline"' in one["sql"]]) == 2


def test_the_way_to_pay_leads_to_the_customers_first_that_is_due(client: Client, customer: Customer) -> None:
    makers.invoice(customer, "1001", due="2026-11-30")
    first = makers.invoice(customer, "1002", due="2026-11-25")
    makers.invoice(customer, "1003", due="2026-11-25")
    makers.invoice(core.customer(number="30001"), "1004", due="2026-11-20")
    assert f'href="{path_of(first)}">See what is to be paid' in html(client, "/invoices/")


def test_what_was_paid_back_on_its_credit_note_is_among_the_payments(client: Client, customer: Customer) -> None:
    note = makers.invoice(customer, "2001", kind="credit_note", corrects="1001", due=None)
    pay(invoice=note, on=date(2026, 11, 12), amount=Decimal(-250), reference="OUT-1")
    invoice, other = makers.invoice(customer, "1001"), makers.invoice(customer, "1002")
    pay(invoice=other, on=date(2026, 11, 12), amount=Decimal(10), reference="IN-2")
    page = html(client, path_of(invoice))
    assert ("OUT-1" in page, "IN-2" in page) == (True, False)


def test_the_start_page_card_says_what_is_left(client: Client, customer: Customer, tenant: Tenant) -> None:
    makers.invoice(customer)
    assert "Left to pay, 1 invoice" in html(client, "/")


def test_an_enquiry_about_an_invoice_names_it_and_nobody_elses(client: Client, customer: Customer) -> None:
    mine, other = makers.invoice(customer), makers.invoice(core.customer(), "2001")
    page = html(client, f"/contact/enquiries/ask/?about=invoices%3A{mine.key}")
    assert "invoice 1001 of" in page
    assert "2001" not in html(client, f"/contact/enquiries/ask/?about=invoices%3A{other.key}")
    assert client.get("/contact/enquiries/ask/?about=invoices%3Anonsense").status_code == 200
