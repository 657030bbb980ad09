"""The invoices of all the customers one has access to, in one list: each with its customer, and nobody else's."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.actions.invoicing.rendering import render
from billing.models import Invoice
from portal.accounts.models import StaffRole, User
from portal.customers.models import Authorization, ChosenCustomer, Customer, Role
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def own(tenant: Tenant) -> Customer:
    return core.customer(number="1", name="Eget AS")


@pytest.fixture
def user(own: Customer) -> User:
    user = core.user(language="en")
    core.membership(user, own, Role.READER)
    ChosenCustomer.objects.create(user=user, customer=own)
    return user


@pytest.fixture
def client(user: User, tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(user, tenant=tenant)


def lent(user: User, number: str, first: date = date(2026, 1, 1), last: date | None = None, *scope: str) -> Customer:
    """Return a customer that a user may read by an authorization."""
    customer = core.customer(number=number, name=f"Lånt {number}")
    Authorization.objects.create(
        customer=customer, user=user, role=Role.READER, valid_from=first, valid_to=last, scope=list(scope)
    )
    return customer


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " "))


def numbers(page: str) -> list[str]:
    return re.findall(r"<small>No\. (\d+)", page)


def test_all_customers_are_in_one_list_each_with_its_name_and_one_sum(
    client: Client, user: User, own: Customer
) -> None:
    other = lent(user, "2")
    makers.invoice(own, "1001")
    makers.invoice(other, "1002", issued="2026-11-03", due="2026-11-20")
    makers.invoice(core.customer(number="9", name="Fremmed AS"), "1009")
    page = html(client, "/invoices/?customer=all")
    assert numbers(page) == ["1002", "1001"]
    assert "All 2 customers you have access to" in page
    assert "<small>Eget AS, 1</small>" in page
    assert "<small>Lånt 2, 2</small>" in page
    assert "Fremmed AS" not in page
    assert re.search(r"Sum of 2 invoices</span> <strong>500.00 kr", page)
    assert re.search(r"2 unpaid invoices</dt><dd>500.00 <small>", page)
    assert "The next is due 20 Nov 2026." in page
    assert numbers(html(client, "/invoices/")) == ["1001"]
    assert numbers(html(client, f"/invoices/?customer={other.pk}")) == ["1002"]


def test_filters_and_the_export_keep_to_what_is_chosen(client: Client, user: User, own: Customer) -> None:
    other = lent(user, "2")
    makers.invoice(own, "1001", reference="PO-1")
    makers.invoice(other, "1002", reference="PO-2", issued="2025-10-03", due="2025-10-20", first=None, last=None)
    assert numbers(html(client, "/invoices/?customer=all")) == ["1001"]
    assert numbers(html(client, "/invoices/?customer=all&year=2025")) == ["1002"]
    assert numbers(html(client, "/invoices/?customer=all&q=po-2")) == ["1002"]
    assert numbers(html(client, "/invoices/?customer=all&status=overdue&year=2025")) == ["1002"]
    answer = client.get("/invoices/export/csv/?customer=all&q=PO")
    assert "invoices-several-customers.csv" in answer["Content-Disposition"]
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [row.split(";")[:3] for row in rows[1:]] == [["1", "Eget AS", "1001"], ["2", "Lånt 2", "1002"]]


def test_the_days_and_the_extent_of_an_authorization_are_kept_to(client: Client, user: User, own: Customer) -> None:
    mine, hidden = meters.point(1), meters.point(2)
    part = lent(user, "2", date(2026, 1, 1), None, f"metering:{mine.gsrn}")
    ended = lent(user, "3", date(2026, 1, 1), date(2026, 11, 12))
    coming = lent(user, "4", date(2026, 11, 14))
    last_day = lent(user, "5", date(2026, 1, 1), date(2026, 11, 13))
    seen = [makers.invoice(part, "1002", metering_point=mine.gsrn), makers.invoice(last_day, "1006")]
    unseen = [
        makers.invoice(part, "1003", metering_point=hidden.gsrn), makers.invoice(part, "1004"),
        makers.invoice(ended, "1005"), makers.invoice(coming, "1007"),
    ]  # fmt: skip
    assert sorted(numbers(html(client, "/invoices/?customer=all"))) == ["1002", "1006"]
    assert numbers(html(client, f"/invoices/?customer={part.pk}")) == ["1002"]
    for customer in (ended, coming):
        html(client, f"/invoices/?customer={customer.pk}", 422)
    exported = b"".join(client.get("/invoices/export/csv/?customer=all").streaming_content)
    for invoice in seen:
        html(client, f"/invoices/{invoice.key}/")
        assert invoice.number.encode() in exported
    for invoice in unseen:
        assert render(invoice.pk)
        html(client, f"/invoices/{invoice.key}/", 404)
        html(client, f"/invoices/{invoice.key}/pdf/", 404)
        assert invoice.number.encode() not in exported


def test_who_sees_a_part_of_the_chosen_customer_sees_all_of_the_own(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    user, own = core.user(language="en"), core.customer(number="1")
    core.membership(user, own, Role.READER)
    point = meters.point(1)
    part = lent(user, "2", date(2026, 1, 1), None, f"metering:{point.gsrn}")
    ChosenCustomer.objects.create(user=user, customer=part)
    makers.invoice(own, "1001")
    makers.invoice(part, "1002")
    makers.invoice(part, "1003", metering_point=point.gsrn)
    client = client_for(user, tenant=tenant)
    assert numbers(html(client, "/invoices/")) == ["1003"]
    assert sorted(numbers(html(client, "/invoices/?customer=all"))) == ["1001", "1003"]


def test_anothers_invoice_says_whose_it_is_and_is_asked_about_by_that_customer(
    client: Client, user: User, own: Customer
) -> None:
    invoice = makers.invoice(lent(user, "2"))
    page = html(client, f"/invoices/{invoice.key}/")
    assert "Lånt 2, customer number 2" in page
    assert "To ask about it, act for Lånt 2 first." in page
    assert "/enquiries/ask/" not in page
    assert 'href="/invoices/?customer=all"' in page
    assert client.get(f"/invoices/{invoice.key}/pdf/").status_code == 202


def test_staff_who_help_a_customer_see_that_ones_only(
    own: Customer, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    other = core.customer(number="2")
    helper = core.staff(StaffRole.AGENT, language="en")
    core.membership(helper, other)
    makers.invoice(own, "1001")
    theirs = makers.invoice(other, "1002")
    client = client_for(helper, tenant=tenant)
    core.act_for(client, own)
    assert numbers(html(client, "/invoices/?customer=all")) == ["1001"]
    html(client, f"/invoices/{theirs.key}/", 404)


def test_another_tenants_customer_is_no_choice(client: Client, user: User, own: Customer, other_tenant: Tenant) -> None:
    from portal.tenancy.scope import tenant_scope

    lent(user, "2")
    with tenant_scope(other_tenant):
        theirs = core.customer(number="1")
        makers.invoice(theirs, "1001")
    html(client, f"/invoices/?customer={theirs.pk}", 422)
    assert numbers(html(client, "/invoices/?customer=all")) == []


def test_the_list_costs_the_same_for_two_customers_and_for_many(client: Client, user: User, own: Customer) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            html(client, "/invoices/?customer=all")
        return len(captured)

    makers.invoice(own, "1001")
    makers.invoice(lent(user, "2"), "1002")
    html(client, "/invoices/?customer=all")
    few = queries()
    for number in range(3, 60):
        makers.invoice(lent(user, str(number)), f"{1000 + number}")
    assert queries() == few
    assert Invoice.objects.count() == 59
    assert re.search(r"Sum of 59 invoices</span> <strong>14\D?750.00 kr", html(client, "/invoices/?customer=all"))
