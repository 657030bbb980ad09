"""Grid invoices from the settlement: without gaps, once, and taken back only by a credit note."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from billing.actions.invoicing import issuing
from billing.actions.invoicing.issuing import CannotIssue, Skip, credit, issue_month
from billing.models import Invoice, InvoiceSettings
from billing.queries import Company, settlement_of
from billing.rules.invoicing import kid
from metering.models import Holding, MeteringPoint
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.billing.invoices import makers

pytestmark = pytest.mark.usefixtures("friday_noon")

OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 13)


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    make.price_lists()
    InvoiceSettings.objects.create(issues_invoices=True, account=makers.ACCOUNT, org_no="315000009", first_number=700)
    point = make.point()
    make.readings(point, OCTOBER, date(2026, 10, 31))
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31))
    return point


@pytest.fixture
def customer(point: MeteringPoint) -> Customer:
    return make.holder(point, support_scheme="support")


def issue(**options: bool) -> dict[str, object]:
    return issue_month(month=OCTOBER, by=None, today=TODAY, **options).as_json()


def test_an_invoice_is_the_settlement_line_by_line(point: MeteringPoint, customer: Customer) -> None:
    assert issue()["issued"] == 1
    invoice, settled = Invoice.objects.get(), settlement_of(point, OCTOBER)
    assert (invoice.number, invoice.customer, invoice.total, invoice.vat_included) == (
        "700",
        customer,
        settled.total,
        True,
    )
    assert [line.amount for line in invoice.lines.all()] == [line.amount for line in settled.lines]
    assert invoice.net + invoice.vat == invoice.total
    # Support is taken off after the VAT: it makes the grid rent, and the VAT of it, no less.
    taxed = sum(line.amount for line in settled.lines if line.code != "support")
    assert taxed > settled.total
    assert abs(taxed * 25 / 125 - invoice.vat) < Decimal("0.02")
    assert {group.percent for group in invoice.groups} == {Decimal(0), Decimal(25)}
    assert kid.is_valid(invoice.kid, kid.Method.MOD10)
    assert (invoice.first, invoice.last, invoice.due_on) == (OCTOBER, date(2026, 10, 31), date(2026, 12, 4))


def test_a_business_pays_vat_on_top(tenant: Tenant, point: MeteringPoint) -> None:
    from tests.billing.tariff_texts import GOOD

    make.price_lists(GOOD.replace("husholdning", "liten_næring"))
    point.customer_group = "small_business"
    point.save()
    make.holder(point)
    assert issue()["issued"] == 1
    invoice = Invoice.objects.get()
    assert (invoice.vat_included, invoice.total) == (False, invoice.net + invoice.vat)
    assert invoice.vat > 0


def test_a_month_is_invoiced_once_and_again_after_a_credit_note(point: MeteringPoint, customer: Customer) -> None:
    issue()
    assert issue()["skipped"][Skip.INVOICED] == 1  # type: ignore[index]
    wrong = Invoice.objects.get()
    note = credit(invoice=wrong, by=None, today=TODAY)
    assert note
    assert credit(invoice=wrong, by=None, today=TODAY) is None
    assert (note.number, note.corrects, note.total) == ("701", wrong, wrong.total)
    assert issue()["issued"] == 1
    assert list(Invoice.objects.order_by("pk").values_list("number", flat=True)) == ["700", "701", "702"]


def test_who_moves_within_the_month_pays_each_their_own_days(point: MeteringPoint) -> None:
    before, after = core.customer(kind="private"), core.customer(kind="private")
    Holding.objects.create(
        customer=before, metering_point=point, valid_from=date(2020, 1, 1), valid_to=date(2026, 10, 10)
    )
    Holding.objects.create(customer=after, metering_point=point, valid_from=date(2026, 10, 11))
    assert issue()["issued"] == 2
    spans = Invoice.objects.order_by("first").values_list("customer", "first", "last")
    assert list(spans) == [
        (before.pk, OCTOBER, date(2026, 10, 10)),
        (after.pk, date(2026, 10, 11), date(2026, 10, 31)),
    ]


def test_what_is_not_complete_is_left_out_and_no_number_is_lost(point: MeteringPoint, customer: Customer) -> None:
    other = make.point(1)
    make.holder(other)
    make.readings(other, OCTOBER, date(2026, 10, 30))
    report = issue()
    assert (report["issued"], report["points"]) == (1, [{"metering_point": other.gsrn, "why": "readings_missing"}])
    make.readings(other, date(2026, 10, 31), date(2026, 10, 31))
    issue()
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["700", "701"]


def test_a_dry_run_takes_no_number(point: MeteringPoint, customer: Customer) -> None:
    assert issue(dry_run=True)["issued"] == 1
    assert not Invoice.objects.exists()
    issue()
    assert Invoice.objects.get().number == "700"


@pytest.mark.parametrize(
    ("days", "issued", "why"),
    [
        ({"first": "2026-10-01", "last": "2026-10-31"}, 0, []),
        ({"first": "2026-09-01", "last": "2026-11-30"}, 0, []),
        ({"first": "2026-09-15", "last": "2026-10-14"}, 0, ["invoiced_in_part"]),
        ({"first": None, "last": None}, 0, ["invoiced_in_part"]),
        ({"first": None, "last": None, "issued": "2026-09-30"}, 1, []),
        ({"first": "2026-09-01", "last": "2026-09-30"}, 1, []),
        ({"first": "2026-11-01", "last": "2026-11-30"}, 1, []),
    ],
)
def test_what_an_imported_invoice_covers_is_not_billed_again(
    point: MeteringPoint, customer: Customer, days: dict[str, object], issued: int, why: list[str]
) -> None:
    makers.invoice(customer, "A1001", metering_point=point.gsrn, **days)
    report = issue_month(month=OCTOBER, by=None, today=TODAY)
    assert (report.issued, [one.value for _gsrn, one in report.points]) == (issued, why)
    assert report.has_missing == bool(why)


def test_two_invoices_that_cover_the_month_together_are_enough(point: MeteringPoint, customer: Customer) -> None:
    makers.invoice(customer, "A1001", metering_point=point.gsrn, first="2026-09-15", last="2026-10-14")
    makers.invoice(customer, "A1002", metering_point=point.gsrn, first="2026-10-15", last="2026-11-14")
    assert issue()["skipped"][Skip.INVOICED] == 1  # type: ignore[index]


def test_an_odd_customer_stops_nobody_else(point: MeteringPoint) -> None:
    odd = core.customer(number="12345678901234", kind="private")
    Holding.objects.create(customer=odd, metering_point=point, valid_from=date(2020, 1, 1))
    other = make.point(1)
    make.holder(other)
    make.readings(other, OCTOBER, date(2026, 10, 31))
    report = issue()
    assert (report["issued"], report["points"]) == (1, [{"metering_point": point.gsrn, "why": "unfit"}])
    assert Invoice.objects.get().number == "700"


def test_the_first_number_has_room_in_a_kid(point: MeteringPoint) -> None:
    settings = InvoiceSettings.objects.get()
    settings.first_number = 10**12
    with pytest.raises(ValidationError) as refused:
        settings.full_clean()
    assert "first_number" in refused.value.message_dict


def test_an_imported_invoice_is_not_credited_here(point: MeteringPoint, customer: Customer) -> None:
    with pytest.raises(CannotIssue, match="not issued here"):
        credit(invoice=makers.invoice(customer, "A1001"), by=None, today=TODAY)


def test_a_month_must_be_over_and_the_company_must_want_it(point: MeteringPoint) -> None:
    with pytest.raises(CannotIssue, match="not over"):
        issue_month(month=date(2026, 11, 1), by=None, today=TODAY)
    InvoiceSettings.objects.update(issues_invoices=False)
    with pytest.raises(CannotIssue, match="billing system"):
        issue()


def test_the_command_reports(point: MeteringPoint, customer: Customer, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("issue_invoices", tenant="fjord", month="2026-10", json=True)
    assert json.loads(capsys.readouterr().out)["issued"] == 1
    with pytest.raises(CommandError, match="not a month"):
        call_command("issue_invoices", tenant="fjord", month="october")


def test_a_month_of_many_keeps_no_more_in_mind_than_some_at_a_time(
    point: MeteringPoint, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for serial in range(1, 5):
        another = make.point(serial)
        make.holder(another)
        make.readings(another, OCTOBER, date(2026, 10, 31))
    monkeypatch.setattr(issuing, "CHUNK", 2)
    kept: list[int] = []
    read = Company.once

    def counted(company: Company, key: object, make_it: Callable[[], object]) -> object:
        found = read(company, key, make_it)
        kept.append(len(company._read))
        return found

    monkeypatch.setattr(Company, "once", counted)
    assert issue()["issued"] == 5
    # Of each of two points its holders; and the prices, which they share.
    assert max(kept) == 3
