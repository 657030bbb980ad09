"""Payments and collection from files: each once, and everything that may be wrong with a line."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from billing.actions.invoicing.payments import Report, import_payments
from billing.models import Invoice, Payment
from billing.rules.invoicing.standing import Status
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers

HEAD = "event;invoice;kid;date;amount;reference\n"
BEFORE, ON, AFTER = date(2026, 11, 3), makers.DUE, date(2026, 11, 24)


@pytest.fixture
def invoice(tenant: Tenant) -> Invoice:
    return makers.invoice(core.customer())


def take_in(*lines: str, head: str = HEAD) -> Report:
    return import_payments(content=(head + "\n".join(lines)).encode(), name="ocr.csv", by=None)


def status(invoice: Invoice, day: date = AFTER) -> Status:
    invoice.refresh_from_db()
    found = invoice.standing.status_on(day)
    assert list(Invoice.objects.filter(pk=invoice.pk).with_status(found, day)) == [invoice]
    others = [one for one in Status if one != found]
    assert not any(Invoice.objects.filter(pk=invoice.pk).with_status(one, day).exists() for one in others)
    return found


def test_an_invoice_goes_from_open_to_paid(invoice: Invoice) -> None:
    days = (BEFORE, date(2026, 11, 16), ON, AFTER)
    assert [status(invoice, day) for day in days] == [Status.OPEN, Status.DUE, Status.DUE, Status.OVERDUE]
    take_in("payment;1001;;2026-11-20;100,00;A-1")
    assert (status(invoice), invoice.standing.left) == (Status.OVERDUE, Decimal("150.00"))
    take_in(f"payment;;{invoice.kid};2026-11-21;150.00;A-2")
    assert (status(invoice), invoice.paid_on) == (Status.PAID, date(2026, 11, 21))
    take_in("payment;1001;;2026-11-22;-250;A-3")
    assert status(invoice) == Status.OVERDUE


def test_the_same_payment_again_is_nothing_new(invoice: Invoice) -> None:
    line = "payment;1001;;2026-11-20;250;A-1"
    take_in(line)
    report = take_in(line, line)
    assert (report.as_json()["accepted"], report.as_json()["unchanged"], Payment.objects.count()) == (0, 2, 1)


def test_collection_is_noted_and_called_back(invoice: Invoice) -> None:
    take_in("collection;1001;;2026-12-20;;")
    assert status(invoice) == Status.COLLECTION
    take_in("collection_ended;1001;;2026-12-22;;")
    assert status(invoice) == Status.OVERDUE


def test_an_old_file_sends_nothing_back_to_collection(invoice: Invoice) -> None:
    old = "collection;1001;;2026-12-20;;"
    take_in(old)
    take_in("collection_ended;1001;;2026-12-22;;")
    report = take_in(old)
    assert (status(invoice), report.as_json()["unchanged"]) == (Status.OVERDUE, 1)
    take_in("collection;1001;;2027-01-10;;")
    take_in("collection_ended;1001;;2026-12-22;;")
    assert status(invoice) == Status.COLLECTION


def test_the_end_may_be_read_before_the_beginning(invoice: Invoice) -> None:
    take_in("collection_ended;1001;;2026-12-22;;", "collection;1001;;2026-12-20;;")
    assert status(invoice) == Status.OVERDUE


def test_a_credited_invoice_is_credited_and_its_credit_note_stands_by_itself(invoice: Invoice) -> None:
    note = makers.invoice(invoice.customer, "2001", kind="credit_note", corrects="1001", due=None)
    assert (status(invoice), status(note)) == (Status.CREDITED, Status.CREDIT_NOTE)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("payment;9999;;2026-11-20;250;A", "invoice"),
        ("payment;;;2026-11-20;250;A", "invoice"),
        ("payment;;12345;2026-11-20;250;A", "kid"),
        ("payment;1001;12344;2026-11-20;250;A", "kid"),
        ("payment;1001;;20.11.2026;250;A", "date"),
        ("payment;1001;;2026-11-20;0;A", "amount"),
        ("payment;1001;;2026-11-20;1,005;A", "amount"),
        ("payment;1001;;2026-11-20;many;A", "number"),
        ("payment;1001;;2026-11-20;250;", "reference"),
        ("payment;1001;;2026-11-20;10;GIVEN", "reference"),
        ("refund;1001;;2026-11-20;250;A", "event"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_taken_in(invoice: Invoice, line: str, code: str) -> None:
    report = take_in("payment;1001;;2026-11-20;5;GIVEN", line, "payment;1001;;2026-11-20;7;LAST")
    assert [(one.line, one.problem.code) for one in report.rejected] == [(3, code)]
    invoice.refresh_from_db()
    assert invoice.paid == Decimal("12.00")


def test_a_decimal_comma_between_commas_books_nothing(invoice: Invoice) -> None:
    head = "event,invoice,date,reference,amount\n"
    report = take_in("payment,1001,2026-11-20,A,399,50", 'payment,1001,2026-11-20,B,"99,50"', head=head)
    assert [(one.line, one.problem.code) for one in report.rejected] == [(2, "columns")]
    invoice.refresh_from_db()
    assert invoice.paid == Decimal("99.50")


def test_a_quotation_mark_that_is_never_closed_is_told_and_what_is_before_it_taken_in(invoice: Invoice) -> None:
    report = take_in("payment;1001;;2026-11-20;5;A", 'payment;1001;;2026-11-20;7;"B', "payment;1001;;2026-11-20;9;C")
    assert [(one.line, one.problem.code) for one in report.rejected] == [(3, "quotes")]
    invoice.refresh_from_db()
    assert invoice.paid == Decimal("5.00")


def test_a_kid_of_several_invoices_needs_the_number(invoice: Invoice) -> None:
    makers.invoice(invoice.customer, "1002", kid=invoice.kid)
    report = take_in(f"payment;;{invoice.kid};2026-11-20;250;A", f"payment;1002;{invoice.kid};2026-11-20;250;A")
    assert [one.problem.code for one in report.rejected] == ["kid"]


@pytest.mark.parametrize(
    "head", ["date;amount\n", "invoice;amount\n", "invoice;date;what\n", "", "invoice;invoice;date\n"]
)
def test_a_file_without_the_right_columns_is_refused(invoice: Invoice, head: str) -> None:
    assert [one.problem.code for one in take_in("1001;2026-11-20;1", head=head).rejected] == ["file"]


def test_another_currency_is_refused(invoice: Invoice) -> None:
    report = take_in("1001;2026-11-20;1;A;EUR", head="invoice;date;amount;reference;currency\n")
    assert [one.problem.code for one in report.rejected] == ["currency"]


def test_the_command_ends_with_one_when_something_was_rejected(
    invoice: Invoice, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "ocr.csv"
    file.write_text(HEAD + "payment;1001;;2026-11-20;250;A\npayment;9;;2026-11-20;250;A\n")
    with pytest.raises(SystemExit) as stop:
        call_command("import_payments", str(file), tenant="fjord", dry_run=True)
    assert stop.value.code == 1
    assert "1 new, 0 there already, 1 rejected." in capsys.readouterr().out
    assert not Payment.objects.exists()
