"""Staff find what somebody on the telephone names, and see what that customer has."""

import pytest
from django.test import Client
from django.utils.translation import override

from orders.models import JobReport, Placement
from orders.slips import _slip
from portal.accounts.models import StaffRole
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, NOW


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)


def found(client: Client, page: str, **query: object) -> list[int]:
    answer = client.get(f"/admin/{page}/", query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def test_a_job_is_found_by_its_code_its_street_and_its_customer(client: Client) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY)
    job.address = "Fossevegen 18, 5700 Voss"
    job.save(update_fields=["address"])
    other = makers.past_order(site, FRIDAY)
    number, customer = job.order.number, job.order.customer
    report = JobReport.objects.create(
        line=job, customer=customer, kind="missed", text="Nobody came", reported_by=site.person, reported_at=NOW
    )
    for said in [job.code, f"{number // 1000} {number % 1000:03d}-{job.position}", "Fossevegen 18", "fossevegen"]:
        assert found(client, "orders/orderline", q=said) == [job.pk], said
        assert found(client, "orders/jobreport", q=said) == [report.pk], said
        assert found(client, "orders/order", q=said) == [job.order_id], said
    assert found(client, "orders/orderline", q=f"{number}-{job.position + 1}") == []
    assert {job.pk, other.pk} <= {*found(client, "orders/orderline", q=customer.name)}
    unit = Placement.objects.get(pk=site.unit.pk)
    assert unit.pk in found(client, "orders/placement", q=f"{unit.location.address} {customer.name}")


@pytest.mark.parametrize("said", ["912 34 532", "+4791234532", "+47 912 34 532", "hege@example.org", "912 34 533"])
def test_a_customer_is_found_by_phone_and_by_who_belongs_to_it(client: Client, said: str) -> None:
    firm = factories.customer(name="Nordmann AS", phone="+4791234532")
    factories.membership(factories.user(email="hege@example.org", phone="+4791234533"), firm)
    factories.customer(name="Somebody else")
    assert found(client, "customers/customer", q=said) == [firm.pk]


def test_the_customers_page_leads_to_what_it_has(client: Client) -> None:
    job = makers.past_order(makers.site(), FRIDAY)
    customer, other = job.order.customer, factories.customer()
    page = client.get(f"/admin/customers/customer/{customer.pk}/change/")
    lists = {each.url.split("?")[0]: each for each in page.context["lists"]}
    jobs = lists["/admin/orders/orderline/"]
    assert jobs.count == 1
    assert f'href="{jobs.url}"' in page.content.decode()
    assert found(client, "orders/orderline", customer=customer.pk) == [job.pk]
    assert customer.name in client.get(jobs.url).content.decode()
    assert found(client, "orders/orderline", customer=other.pk) == []
    nobodys = client.get(f"/admin/customers/customer/{other.pk}/change/").context["lists"]
    assert {each.count for each in nobodys} == {0}


@pytest.mark.parametrize("wrong", ["x", "-1", "9" * 40])
def test_a_customer_who_is_none_has_nothing(client: Client, wrong: str) -> None:
    makers.past_order(makers.site(), FRIDAY)
    assert found(client, "orders/orderline", customer=wrong) == []


def test_lists_of_a_module_the_company_has_not_are_left_out(client: Client, tenant: Tenant) -> None:
    customer: Customer = factories.customer()
    Tenant.objects.filter(pk=tenant.pk).update(modules=["orders"])
    page = client.get(f"/admin/customers/customer/{customer.pk}/change/")
    apps = {each.url.split("/")[2] for each in page.context["lists"]}
    assert "orders" in apps
    assert "notifications" in apps
    assert not apps & {"billing", "callouts", "metering"}


def test_a_slip_says_what_to_do_in_the_language_it_is_drawn_in(tenant: Tenant) -> None:
    """Whoever prints it may have chosen another."""
    job = makers.past_order(makers.site(), FRIDAY)
    with override("nb"):
        slip = _slip(job)
        printed = str(slip.explanation)
    with override("en"):
        assert str(slip.explanation) != printed
