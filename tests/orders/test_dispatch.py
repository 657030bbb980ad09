"""Dispatch in admin: the day's jobs by day and depot, a status for many at once, and the driver slips."""

import re
import zlib
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from orders.models import Depot, OrderLine, Status
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW

LIST = "/admin/orders/orderline/"
TODAY = NOW.date()


def shown(staff: Client, **query: str) -> list[OrderLine]:
    answer = staff.get(LIST, query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has, whose objects are packed in streams."""
    found = 0
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found += len(re.findall(rb"/Type ?/Page\b", zlib.decompress(stream)))
    return found


def act(staff: Client, action: str, *jobs: OrderLine, **fields: str) -> Any:
    chosen = {"action": action, "_selected_action": [job.pk for job in jobs], **fields}
    return staff.post(LIST, chosen, follow=True)


def test_jobs_are_found_by_day_the_most_urgent_first(staff: Client) -> None:
    site = makers.site()
    late = makers.past_order(site, TODAY - timedelta(days=2), status=Status.SCHEDULED)
    makers.past_order(site, TODAY - timedelta(days=2), status=Status.DONE)
    today = makers.past_order(site, TODAY)
    friday, monday = makers.past_order(site, FRIDAY), makers.past_order(site, MONDAY)
    assert shown(staff, day="late") == [late]
    assert shown(staff, day="today") == [today]
    assert shown(staff, day="tomorrow") == [friday]
    assert shown(staff, day="week") == [today, friday, monday]
    assert shown(staff)[0] == monday


def test_jobs_are_found_by_depot(staff: Client) -> None:
    depot = Depot.objects.create(code="N", name="Nord")
    site, other = makers.site(), makers.site()
    site.location.depot = depot
    site.location.save()
    job, without = makers.past_order(site, TODAY), makers.past_order(other, TODAY)
    assert shown(staff, depot="N") == [job]
    assert shown(staff, depot="none") == [without]
    assert shown(staff, depot="N", day="tomorrow") == []


def test_what_waits_is_on_the_first_page(staff: Client) -> None:
    site = makers.site()
    makers.past_order(site, TODAY - timedelta(days=2), status=Status.SCHEDULED)
    makers.past_order(site, TODAY, status=Status.ON_THE_WAY)
    page = staff.get(reverse("admin:index")).content.decode()
    assert f"{LIST}?day=late" in page
    assert f"{LIST}?day=today" in page
    assert f"{LIST}?status__exact=received" not in page


def test_many_are_set_at_once_after_a_question(staff: Client) -> None:
    site = makers.site()
    jobs = [makers.past_order(site, TODAY), makers.past_order(site, TODAY)]
    cancelled = makers.past_order(site, TODAY, status=Status.CANCELLED)
    question = act(staff, "finish", *jobs)
    assert jobs[0].shown_code in question.content.decode()
    assert OrderLine.objects.filter(status=Status.DONE).count() == 0
    answer = act(staff, "finish", *jobs, cancelled, confirmed="yes")
    assert set(OrderLine.objects.filter(status=Status.DONE)) == set(jobs)
    assert cancelled.order.number_text in answer.content.decode()


def test_a_reason_is_needed_for_what_is_not_done(staff: Client) -> None:
    job = makers.past_order(makers.site(), TODAY)
    assert act(staff, "not_done", job, confirmed="yes", reason="").status_code == 422
    assert OrderLine.objects.get().status == Status.RECEIVED
    act(staff, "not_done", job, confirmed="yes", reason="Porten var låst.")
    assert (OrderLine.objects.get().status, OrderLine.objects.get().status_reason) == ("attempted", "Porten var låst.")


def test_one_job_needs_a_reason_too_and_can_be_moved(staff: Client) -> None:
    job = makers.sent(makers.site()).lines.get()
    page = reverse("admin:orders_orderline_change", args=[job.pk])
    assert staff.post(page, {"status": "attempted", "status_reason": "", "wanted_on": ""}).status_code == 200
    assert staff.post(page, {"status": "scheduled", "wanted_on": "2026-11-02"}).status_code == 200
    assert OrderLine.objects.get().status == Status.RECEIVED
    assert staff.post(page, {"status": "scheduled", "wanted_on": "2026-11-16"}).status_code == 302
    assert (OrderLine.objects.get().status, OrderLine.objects.get().wanted_on) == (Status.SCHEDULED, MONDAY)


def test_a_job_has_a_slip_with_its_photo(staff: Client) -> None:
    site = makers.site()
    job = makers.sent(site, driver_note="Port B. " * 100, contact_name="Magnus", invoice_reference="PO 1").lines.get()
    makers.stored_photo(job, site.person)
    page = staff.get(reverse("admin:orders_orderline_change", args=[job.pk])).content.decode()
    address = reverse("admin:orders_orderline_slip", args=[job.pk])
    assert address in page
    answer = staff.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    photo = staff.get(reverse("admin:orders_orderline_photo", args=[job.pk, job.photos.get().pk]))
    assert photo["Content-Type"] == "image/jpeg"
    photo.close()


def test_the_slips_of_a_day_leave_out_what_is_cancelled(staff: Client) -> None:
    site = makers.site()
    makers.past_order(site, TODAY)
    makers.past_order(site, TODAY)
    makers.past_order(site, FRIDAY, status=Status.CANCELLED)
    slips = reverse("admin:orders_orderline_slips")
    day = staff.get(slips, {"day": "today"})
    assert day["Content-Type"] == "application/pdf"
    # A list, and a sheet for each of the two.
    assert pages_of(day.content) == 3
    assert staff.get(slips, {"day": "tomorrow"})["Location"] == f"{LIST}?day=tomorrow"
    chosen = act(staff, "slips", *OrderLine.objects.filter(wanted_on=TODAY))
    assert chosen["Content-Type"] == "application/pdf"


def test_the_slip_of_another_company_is_not_found(staff: Client, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = makers.sent(makers.site()).lines.get()
    for name in ("slip", "change"):
        assert staff.get(reverse(f"admin:orders_orderline_{name}", args=[theirs.pk])).status_code == 404


def test_customers_see_nothing_of_it(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.sent(site).lines.get()
    customer = factories.client_for(site.person, tenant=tenant)
    for address in (
        LIST,
        reverse("admin:orders_orderline_slip", args=[job.pk]),
        reverse("admin:orders_orderline_slips"),
    ):
        assert customer.get(address).status_code == 403
