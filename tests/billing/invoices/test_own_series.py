"""Numbers given out here and those of a billing system are kept apart, and neither stops the other."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from billing.actions.invoicing.issuing import credit, issue_month
from billing.actions.invoicing.storing import Outcome
from billing.models import Invoice, InvoiceSettings
from portal.accounts.models import StaffRole
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.billing.invoices import makers

pytestmark = pytest.mark.usefixtures("friday_noon")

OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 13)


@pytest.fixture
def settings(tenant: Tenant) -> InvoiceSettings:
    return InvoiceSettings.objects.create(
        issues_invoices=True, account=makers.ACCOUNT, org_no="315000009", first_number=700
    )


@pytest.fixture
def customer(settings: InvoiceSettings) -> Customer:
    make.price_lists()
    point = make.point()
    make.readings(point, OCTOBER, date(2026, 10, 31))
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31))
    return make.holder(point, support_scheme="support")


def issue() -> list[str]:
    """Issue October, and return the numbers given out here so far."""
    issue_month(month=OCTOBER, by=None, today=TODAY)
    return list(Invoice.objects.filter(source="issued").order_by("pk").values_list("number", flat=True))


@pytest.mark.parametrize("number", ["700", "701", "000700", "999999999999999999"])
def test_a_number_of_the_own_series_is_refused_with_its_reason(customer: Customer, number: str) -> None:
    report = makers.take_in(makers.said(customer, number))
    assert makers.codes(report) == ["own_series"]
    assert "Numbers from 700 on are given out here" in report.rejected[0].problems[0].text
    assert issue() == ["700"]


@pytest.mark.parametrize("number", ["699", "A700", "2026-700", "7" * 19])
def test_other_numbers_are_taken_in(customer: Customer, number: str) -> None:
    assert makers.take_in(makers.said(customer, number)).counts == {Outcome.NEW: 1}
    assert issue() == ["700"]


def test_numbers_taken_before_the_company_issued_itself_are_passed_over(
    customer: Customer, settings: InvoiceSettings
) -> None:
    InvoiceSettings.objects.update(issues_invoices=False)
    other = core.customer()
    for number in ("700", "701", "703"):
        makers.invoice(other, number)
    InvoiceSettings.objects.update(issues_invoices=True)
    assert issue() == ["702"]
    note = credit(invoice=Invoice.objects.get(number="702"), by=None, today=TODAY)
    assert note
    assert note.number == "704"
    # Every number from the first to the last is somebody's: no gap.
    assert sorted(map(int, Invoice.objects.values_list("number", flat=True))) == [700, 701, 702, 703, 704]


def test_the_series_stays_the_companys_after_it_stops_issuing(customer: Customer) -> None:
    issue()
    InvoiceSettings.objects.update(issues_invoices=False)
    assert makers.codes(makers.take_in(makers.said(customer, "800"))) == ["own_series"]


def test_the_first_number_lies_above_what_was_imported(settings: InvoiceSettings) -> None:
    InvoiceSettings.objects.update(issues_invoices=False)
    makers.invoice(core.customer(), "102600318")
    settings.refresh_from_db()
    settings.issues_invoices = True
    with pytest.raises(ValidationError, match="102600318"):
        settings.full_clean()
    settings.first_number = 102600319
    settings.full_clean()


def test_the_first_number_is_fixed_once_a_number_is_given_out(customer: Customer, settings: InvoiceSettings) -> None:
    issue()
    settings.full_clean()
    settings.first_number = 9000
    with pytest.raises(ValidationError, match="700"):
        settings.full_clean()


def test_administrators_are_told_in_the_form(
    settings: InvoiceSettings, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    InvoiceSettings.objects.update(issues_invoices=False)
    makers.invoice(core.customer(), "1001")
    client = client_for(core.staff(StaffRole.ADMINISTRATOR, language="en"), tenant=tenant)
    address = f"/admin/billing/invoicesettings/{settings.pk}/change/"
    data = {
        "org_no": "315000009", "account": makers.ACCOUNT, "kid_method": "either", "issues_invoices": "on",
        "first_number": "700", "due_days": "21", "remind_before_days": "3", "remind_after_days": "3",
    }  # fmt: skip
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "There is an imported invoice with number 1001: begin above it." in answer.content.decode()
    assert client.post(address, data | {"first_number": "2000"}).status_code == 302
    settings.refresh_from_db()
    assert (settings.issues_invoices, settings.first_number) == (True, 2000)
    # A number that was stored unchecked hinders no other change.
    InvoiceSettings.objects.update(org_no="315000008")
    assert client.post(address, data | {"org_no": "315000007", "first_number": "3000"}).status_code == 200
    assert client.post(address, data | {"org_no": "315000008", "first_number": "3000"}).status_code == 302
    settings.refresh_from_db()
    assert (settings.org_no, settings.first_number) == ("315000008", 3000)
