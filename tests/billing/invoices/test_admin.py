"""Invoices as staff see them: looked up, compared with the settlement, and taken back where they were issued here."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from billing.actions.invoicing.issuing import issue_month
from billing.models import Invoice, InvoiceSettings
from forms_catalog.models import Enquiry, Topic
from forms_catalog.topics import ensure_topics
from metering.models import MeteringPoint
from portal.accounts.models import StaffRole
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.billing.invoices import makers
from tests.billing.tariff_texts import GOOD

pytestmark = pytest.mark.usefixtures("friday_noon")

LIST = "/admin/billing/invoice/"


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    make.price_lists()
    InvoiceSettings.objects.create(issues_invoices=True, account=makers.ACCOUNT, org_no="315000009", first_number=700)
    point = make.point()
    make.readings(point, date(2026, 10, 1), date(2026, 10, 31))
    make.spot_prices("NO5", date(2026, 10, 1), date(2026, 10, 31))
    return make.holder(point, support_scheme="support")


@pytest.fixture
def client(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(core.staff(StaffRole.AGENT, language="en"), tenant=tenant)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_staff_look_an_invoice_up_with_its_lines_and_our_settlement(client: Client, customer: Customer) -> None:
    issue_month(month=date(2026, 10, 1), by=None, today=date(2026, 11, 13))
    issued = Invoice.objects.get()
    assert "700" in page(client, f"{LIST}?q={issued.kid}&status=open")
    shown = page(client, f"{LIST}{issued.pk}/change/")
    assert f"{issued.total:.2f} kr; the invoice differs by 0.00" in shown
    assert all(line.text in shown for line in issued.lines.all())


def test_a_business_is_compared_without_vat_as_it_is_settled(
    client: Client, tenant: Tenant, customer: Customer
) -> None:
    make.price_lists(GOOD.replace("husholdning", "liten_næring"))
    MeteringPoint.objects.update(customer_group="small_business")
    issue_month(month=date(2026, 10, 1), by=None, today=date(2026, 11, 13))
    issued = Invoice.objects.get()
    assert (issued.vat_included, issued.vat > 0) == (False, True)
    assert f"{issued.net:.2f} kr; the invoice differs by 0.00" in page(client, f"{LIST}{issued.pk}/change/")


def test_what_was_issued_here_is_taken_back_after_a_question(
    tenant: Tenant, customer: Customer, client_for: Callable[..., Client]
) -> None:
    client = client_for(core.staff(StaffRole.ADMINISTRATOR, language="en"), tenant=tenant)
    issue_month(month=date(2026, 10, 1), by=None, today=date(2026, 11, 13))
    imported = makers.invoice(customer, "A9001")
    data = {"action": "take_back", "_selected_action": [str(row.pk) for row in Invoice.objects.all()]}
    assert "It cannot be undone." in client.post(LIST, data).content.decode()
    unsaid = client.post(LIST, {**data, "confirmed": "1", "reason": " "})
    assert (unsaid.status_code, "Write a reason." in unsaid.content.decode()) == (422, True)
    assert not Invoice.objects.filter(kind="credit_note").exists()
    data |= {"confirmed": "1", "reason": "Wrong meter"}
    answer = client.post(LIST, data, follow=True).content.decode()
    assert "A9001 was not issued here" in answer
    assert "1 credit note is made." in answer
    assert Entry.objects.get(verb="billing.invoice_credited").data["reason"] == "Wrong meter"
    again = client.post(LIST, data, follow=True).content.decode()
    assert "700 has been taken back already." in again
    note = Invoice.objects.get(kind="credit_note")
    assert (note.number, note.corrects_number) == ("701", "700")
    imported.refresh_from_db()
    assert imported.credited == Decimal("0.00")


def test_only_administrators_take_back(client: Client, customer: Customer) -> None:
    issue_month(month=date(2026, 10, 1), by=None, today=date(2026, 11, 13))
    assert "take_back" not in page(client, LIST)
    chosen = [str(Invoice.objects.get().pk)]
    client.post(LIST, {"action": "take_back", "_selected_action": chosen, "confirmed": "1", "reason": "x"})
    assert Invoice.objects.count() == 1


def test_only_administrators_say_where_the_money_goes(client: Client, customer: Customer) -> None:
    settings = InvoiceSettings.objects.get()
    address = f"/admin/billing/invoicesettings/{settings.pk}/change/"
    assert makers.ACCOUNT in page(client, address)
    assert client.post(address, {"account": "86011117947"}).status_code == 403


def test_staff_who_help_a_customer_see_how_the_settlement_differs(
    client: Client, customer: Customer, tenant: Tenant
) -> None:
    issue_month(month=date(2026, 10, 1), by=None, today=date(2026, 11, 13))
    invoice = Invoice.objects.get()
    core.act_for(client, customer)
    assert "For staff: our own settlement" in page(client, f"/invoices/{invoice.key}/")


def test_staff_open_the_invoice_that_an_enquiry_is_about(
    client: Client, customer: Customer, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    InvoiceSettings.objects.update(issues_invoices=False)
    invoice = makers.invoice(customer, "1001")
    makers.invoice(customer, "2026")
    user = core.user(language="nb")
    core.membership(user, customer)
    asker = client_for(user, tenant=tenant)
    ensure_topics(tenant)
    topic = Topic.objects.get(slug="general")
    asked = {"topic": topic.pk, "subject": "Hva er dette?", "text": "Hva er dette?", "answer_by": "here"}
    asked |= {"about": f"invoices:{invoice.key}", "submission_key": str(uuid4())}
    assert asker.post("/contact/enquiries/ask/", asked).status_code == 302
    enquiry = Enquiry.objects.get()
    shown = page(client, f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/")
    assert f'<a href="{LIST}{invoice.pk}/change/">faktura 1001 av 2. nov. 2026</a>' in shown
