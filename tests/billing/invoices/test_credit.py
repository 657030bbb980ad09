"""What is owed to a customer is told as credit, never as a demand: invoices below zero, and what was paid too much."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from billing.actions.invoicing import telling
from billing.actions.invoicing.payments import import_payments, pay
from billing.actions.invoicing.rendering import render
from billing.models import Invoice, PaymentAgreement
from billing.queries.invoices import owed_of
from billing.rules.invoicing.standing import Status
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.notifications import preferences
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers
from tests.billing.invoices.paper import text_of

pytestmark = pytest.mark.usefixtures("friday_noon")

TODAY = date(2026, 11, 13)
BELOW = {
    "lines": [makers.line(text="Nettleie", quantity="1", unit_price="100.00", amount="100.00"),
              makers.line(text="Strømstøtte", quantity="1", unit_price="-340.00", amount="-340.00", vat_percent="0")],
    "net": "-240.00", "vat": "25.00", "total": "-215.00",
}  # fmt: skip


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417")


@pytest.fixture
def owner(customer: Customer) -> User:
    user = core.user(language="en", phone="+4791234567")
    core.membership(user, customer)
    return user


@pytest.fixture
def client(owner: User, tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(owner, tenant=tenant)


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " "))


def paid_card(page: str) -> str:
    """Return the card that says what is to be done with the invoice."""
    return page[page.index('aria-labelledby="pay"') : page.index(" (PDF")]


def exported(client: Client) -> dict[str, dict[str, str]]:
    content = b"".join(client.get("/invoices/export/csv/").streaming_content).decode("utf-8-sig")
    head, *rows = (line.split(";") for line in content.splitlines())
    return {row[2]: dict(zip(head, row, strict=True)) for row in rows}


def status(invoice: Invoice, day: date = TODAY) -> Status:
    """Return how an invoice stands; the list's filters must find it by that and by no other."""
    invoice.refresh_from_db()
    found = invoice.standing.status_on(day)
    filtered = [one for one in Status if Invoice.objects.filter(pk=invoice.pk).with_status(one, day).exists()]
    assert filtered == [found]
    return found


def test_an_invoice_below_zero_asks_for_nothing_anywhere(client: Client, customer: Customer, owner: User) -> None:
    PaymentAgreement.objects.create(customer=customer, direct_debit=True)
    invoice = makers.invoice(customer, **BELOW)
    card = paid_card(html(client, f"/invoices/{invoice.key}/"))
    assert "To your credit" in card
    assert "215.00" in card
    for demand in ("KID", "Account number", "To pay", "By 23", "−215", "draws"):
        assert demand not in card, demand
    listed = html(client, "/invoices/")
    row = listed[listed.index("No. 1001") : listed.index("Sum of 1 invoice")]
    assert "To your credit" in row
    assert "−215.00 kr" in row
    assert "23 Nov" not in row
    assert "<span>To your credit</span><strong>215.00 kr</strong>" in listed
    assert "Nothing is unpaid" in listed
    assert "215.00 kr is to your credit." in html(client, "/")


def test_the_paper_of_an_invoice_below_zero_has_no_payment_slip(customer: Customer) -> None:
    stored = render(makers.invoice(customer, **BELOW).pk)
    assert stored
    paper = text_of(stored)
    assert "215,00 kr er til gode" in paper
    for demand in ("Betalingsinformasjon", "KID", "Å betale", "Forfallsdato", "1234 56 78911"):
        assert demand not in paper, demand


@pytest.mark.parametrize("kind", ["below", "credit note"])
def test_amounts_below_zero_are_equal_on_page_paper_and_export(client: Client, customer: Customer, kind: str) -> None:
    if kind == "below":
        invoice, sign = makers.invoice(customer, **BELOW), 1
    else:
        invoice, sign = makers.invoice(customer, kind="credit_note", due=None, kid=""), -1
    stored = render(invoice.pk)
    assert stored
    page, paper, row = html(client, f"/invoices/{invoice.key}/"), text_of(stored), exported(client)["1001"]
    minus = "\N{MINUS SIGN}"

    def written(amount: Decimal, point: str) -> str:
        return f"{amount:.2f}".replace("-", minus).replace(".", point)

    for line in invoice.lines.all():
        assert re.search(rf"{line.text}\b.*?>{written(line.amount, '[.]')}<", page)
        assert re.search(rf"{line.text} .* {written(line.amount, ',')}\n", paper)
    # The last row says in words which way the money goes.
    total = written(abs(invoice.total), "[.]")
    assert re.search(rf'To your credit</th>(<td class="wide-only"></td>)+<td>{total} kr', page)
    assert re.search(rf"Til gode +{written(abs(invoice.total), ',')} kr", paper)
    for column, amount in (
        ("Without VAT (kr)", invoice.net),
        ("VAT (kr)", invoice.vat),
        ("Amount (kr)", invoice.total),
    ):
        assert Decimal(row[column].replace(",", ".")) == sign * amount
    assert Decimal(row["To the customer's credit (kr)"].replace(",", ".")) == abs(invoice.total)
    assert Decimal(row["Left to pay (kr)"].replace(",", ".")) == 0
    assert row["Due date"] == ""


def test_what_is_paid_too_much_is_to_the_customers_credit(client: Client, customer: Customer) -> None:
    invoice = makers.invoice(customer)
    pay(invoice=invoice, on=TODAY, amount=Decimal("270.00"), reference="A")
    assert status(invoice) == Status.CREDIT
    card = paid_card(html(client, f"/invoices/{invoice.key}/"))
    assert "To your credit" in card
    assert "20.00 <small>kr" in card
    assert "<span>Amount of the invoice</span><strong>250.00 kr</strong>" in card
    assert "<span>Paid</span><strong>270.00 kr</strong>" in card
    assert "KID" not in card
    row = exported(client)["1001"]
    assert (row["Status"], row["To the customer's credit (kr)"], row["Left to pay (kr)"]) == (
        "To your credit", "20,00", "0,00",
    )  # fmt: skip
    assert set(re.findall(r"No\. (\d+)", html(client, "/invoices/?status=credit"))) == {"1001"}
    pay(invoice=invoice, on=TODAY, amount=Decimal("-20.00"), reference="B")
    assert status(invoice) == Status.PAID


def test_a_part_payment_leaves_the_rest_to_be_paid(client: Client, customer: Customer) -> None:
    invoice = makers.invoice(customer)
    pay(invoice=invoice, on=TODAY, amount=Decimal("100.00"), reference="A")
    card = paid_card(html(client, f"/invoices/{invoice.key}/"))
    assert "To pay" in card
    assert "150.00 <small>kr" in card
    assert "<span>Paid</span><strong>100.00 kr</strong>" in card
    assert "KID" in card


def test_what_is_taken_back_after_it_was_paid_is_counted_once(client: Client, customer: Customer) -> None:
    invoice = makers.invoice(customer)
    pay(invoice=invoice, on=TODAY, amount=invoice.total, reference="A")
    note = makers.invoice(customer, "2001", kind="credit_note", corrects="1001", due=None)
    assert (status(invoice), status(note)) == (Status.CREDIT, Status.CREDIT_NOTE)
    assert owed_of(Invoice.objects.of(customer)).credit == Decimal("250.00")
    assert sum(one.standing.credit for one in Invoice.objects.all()) == Decimal("250.00")
    card = paid_card(html(client, f"/invoices/{note.key}/"))
    assert "Counts on invoice 1001" in card
    assert "To your credit" not in card


def test_a_credit_note_that_stands_alone_is_paid_back(customer: Customer) -> None:
    note = makers.invoice(customer, "2001", kind="credit_note", corrects="1001", due=None)
    assert owed_of(Invoice.objects.of(customer)).credit == Decimal("250.00")
    head = "invoice;date;amount;reference\n"
    report = import_payments(content=f"{head}2001;2026-11-12;-250;OUT".encode(), name="f", by=None)
    assert not report.rejected
    assert owed_of(Invoice.objects.of(customer)).credit == 0
    # Its invoice comes late: what was paid back then counts there.
    invoice = makers.invoice(customer)
    invoice.refresh_from_db()
    note.refresh_from_db()
    assert (note.corrects, invoice.credited, invoice.paid, invoice.standing.left) == (
        invoice, Decimal("250.00"), Decimal("-250.00"), Decimal("250.00"),
    )  # fmt: skip
    report = import_payments(content=f"{head}2001;2026-11-12;-1;MORE".encode(), name="f", by=None)
    assert [one.problem.code for one in report.rejected] == ["credit_note"]


def test_what_is_left_and_what_is_to_credit_are_summed_apart(customer: Customer) -> None:
    makers.invoice(customer, "1001")
    makers.invoice(customer, "1002", **BELOW)
    owed = owed_of(Invoice.objects.of(customer))
    assert (owed.invoices, owed.unpaid, owed.left, owed.credit) == (2, 1, Decimal("250.00"), Decimal("215.00"))


def test_an_invoice_below_zero_or_of_nothing_can_be_taken_back(customer: Customer) -> None:
    nothing = {"lines": [makers.line(amount="0.00", unit_price="0")], "net": "0.00", "vat": "0.00", "total": "0.00"}
    below, zero = makers.invoice(customer, "1001", **BELOW), makers.invoice(customer, "1002", **nothing)
    assert not Invoice.objects.taken_back().exists()
    note = makers.invoice(customer, "2001", **BELOW | {"kind": "credit_note", "corrects": "1001", "due": None})
    makers.invoice(customer, "2002", **nothing | {"kind": "credit_note", "corrects": "1002", "due": None})
    assert set(Invoice.objects.taken_back()) == {below, zero}
    assert (status(below), status(note)) == (Status.CREDITED, Status.CREDIT_NOTE)
    assert owed_of(Invoice.objects.of(customer)).credit == 0


def test_a_credit_note_below_zero_must_take_something_back(customer: Customer) -> None:
    report = makers.take_in(makers.said(customer, **BELOW | {"kind": "credit_note", "due": None}))
    assert makers.codes(report) == ["credit_below_zero"]


def test_a_credit_note_is_not_sent_to_collection(customer: Customer) -> None:
    makers.invoice(customer, "2001", kind="credit_note", due=None)
    report = import_payments(content=b"event;invoice;date\ncollection;2001;2026-12-01", name="f", by=None)
    assert [one.problem.code for one in report.rejected] == ["credit_note"]


@pytest.mark.parametrize("by_direct_debit", [True, False])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_people_are_told_of_credit_and_not_asked_to_pay(
    customer: Customer, owner: User, channel: str, by_direct_debit: bool
) -> None:
    kind = next(one for one in preferences.kinds() if one.name == "invoices.new")
    preferences.choose(user=owner, kind=kind, channels=[channel], by=owner)
    PaymentAgreement.objects.create(customer=customer, direct_debit=by_direct_debit)
    makers.take_in(makers.said(customer, **BELOW))
    telling.announce()
    told = Message.objects.get(event="invoices.new")
    text = f"{told.subject} {told.body}".replace("\N{NO-BREAK SPACE}", " ")
    assert "215.00 kr to your credit" in text
    for demand in ("Pay by", "draw", "due", "KID"):
        assert demand not in text, demand
    telling.remind(today=date(2026, 11, 27))
    assert Message.objects.count() == 1
