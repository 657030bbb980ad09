"""A missed or failed job: what is known comes first, then it is reported, and staff answer."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orders.actions import set_status
from orders.actions.reports import answer_report
from orders.models import JobReport, OrderLine, Status
from orders.models.progress import TEXT_LENGTH
from orders.rules.progress import Known, Situation
from portal.audit.models import Entry
from portal.customers.models import Customer, Role
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW
from tests.orders.test_on_behalf import acting

DAY = timedelta(days=1)


def page_of(job: OrderLine) -> str:
    return reverse("orders:report", args=[job.order.number, job.position])


def report(client: Client, job: OrderLine, **fields: str) -> int:
    return client.post(page_of(job), {"kind": "missed", "text": "Containeren er full.", **fields}).status_code


@pytest.mark.parametrize(
    ("status", "wanted_on", "known", "may_be_missed", "can_be_reported"),
    [
        ("received", FRIDAY + DAY, Known.TO_COME, False, False),
        ("scheduled", FRIDAY, Known.TODAY, True, False),
        ("on_the_way", FRIDAY - DAY, Known.LATE, True, True),
        ("done", FRIDAY, Known.DONE, True, True),
        ("attempted", FRIDAY, Known.TRIED, True, True),
        ("cancelled", FRIDAY, Known.CANCELLED, False, False),
        ("done", FRIDAY - 61 * DAY, Known.LONG_AGO, True, False),
    ],
)
def test_what_is_known_decides(
    status: str, wanted_on: date, known: Known, may_be_missed: bool, can_be_reported: bool
) -> None:
    situation = Situation(status, wanted_on, FRIDAY)
    told = (situation.known, situation.may_be_missed, situation.can_be_reported)
    assert told == (known, may_be_missed, can_be_reported)


def test_a_known_failure_is_shown_with_its_reason_before_anything_is_asked(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.sent(site).lines.get()
    set_status(job=job, status=Status.ATTEMPTED, reason="Porten var låst.", by=None)
    answer = factories.client_for(site.person, tenant=tenant).get(page_of(job))
    page = answer.content.decode()
    assert page.index("Porten var låst.") < page.index('name="kind"')
    assert reverse("orders:repeat", args=[job.order.number, 1]) in page


def test_a_job_that_is_still_to_come_cannot_be_reported(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.sent(site).lines.get()
    client = factories.client_for(site.person, tenant=tenant)
    assert 'name="kind"' not in client.get(page_of(job)).content.decode()
    assert report(client, job) == 200
    assert not JobReport.objects.exists()


def test_a_missed_job_waits_in_the_staffs_queue_once(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY)
    client = factories.client_for(site.person, tenant=tenant)
    assert report(client, job) == 302
    # The second time there is a page that says so, and no form.
    assert report(client, job) == 200
    made = JobReport.objects.get()
    assert (made.line, made.customer, made.kind, made.reported_by) == (job, site.customer, "missed", site.person)
    assert Entry.objects.filter(verb="orders.reported").count() == 1
    front = factories.client_for(factories.staff(), tenant=tenant).get(reverse("admin:index")).content.decode()
    assert f"{reverse('admin:orders_jobreport_changelist')}?answered=no" in front


def test_whose_report_staff_look_at_is_written_down(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY)
    report(factories.client_for(site.person, tenant=tenant), job)
    staff = factories.staff()
    page = reverse("admin:orders_jobreport_change", args=[JobReport.objects.get().pk])
    factories.client_for(staff, tenant=tenant).get(page)
    read = Entry.objects.get(verb="orders.read")
    assert (read.by, read.customer, read.object_id) == (staff, site.customer, job.order_id)
    assert read.data == {"number": job.order.number, "job": job.position}


@pytest.mark.parametrize(
    "fields", [{"kind": ""}, {"kind": "nonsense"}, {"kind": "other", "text": ""}, {"text": "x" * 1001}]
)
def test_what_is_missing_is_asked_for_and_what_was_written_stays(tenant: Tenant, fields: dict[str, str]) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY)
    client = factories.client_for(site.person, tenant=tenant)
    assert report(client, job, **fields) == 422
    assert not JobReport.objects.exists()


def test_staff_answer_and_plan_the_job_anew(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY, status=Status.DONE)
    report(factories.client_for(site.person, tenant=tenant), job)
    made = JobReport.objects.get()
    staff = factories.staff()
    page = reverse("admin:orders_jobreport_change", args=[made.pk])
    client = factories.client_for(staff, tenant=tenant)
    assert client.post(page, {"answer": "", "new_day": ""}).status_code == 200
    answer = client.post(page, {"answer": "Beklager, vi kommer mandag.", "new_day": "2026-11-16"})
    assert answer.status_code == 302
    made.refresh_from_db()
    job.refresh_from_db()
    assert (made.answer, made.answered_by, made.answered_at) == ("Beklager, vi kommer mandag.", staff, NOW)
    assert (job.status, job.wanted_on) == (Status.SCHEDULED, MONDAY)
    # One message, not one about the day and one about the answer.
    message = Message.objects.get()
    assert (message.event, message.recipient) == ("orders.report_answered", site.person.phone)
    assert "Beklager, vi kommer mandag." in message.body
    # What is answered stays as it was said.
    assert client.post(page, {"answer": "Noe annet"}).status_code == 403
    shown = factories.client_for(site.person, tenant=tenant).get(reverse("orders:order", args=[job.order.number]))
    assert "Beklager, vi kommer mandag." in shown.content.decode()


def test_a_line_break_in_the_answer_counts_as_one_character(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY, status=Status.DONE)
    report(factories.client_for(site.person, tenant=tenant), job)
    made, client = JobReport.objects.get(), factories.client_for(factories.staff(), tenant=tenant)
    page = reverse("admin:orders_jobreport_change", args=[made.pk])
    assert client.post(page, {"answer": "a" * (TEXT_LENGTH - 1) + "\r\nb", "new_day": ""}).status_code == 200
    assert client.post(page, {"answer": "a" * (TEXT_LENGTH - 2) + "\r\nb", "new_day": ""}).status_code == 302
    made.refresh_from_db()
    assert made.answer == "a" * (TEXT_LENGTH - 2) + "\nb"


def test_who_has_left_the_customer_does_not_get_the_answer(tenant: Tenant) -> None:
    site = makers.site()
    Customer.objects.filter(pk=site.customer.pk).update(email="post@kunde.example", phone="")
    job = makers.past_order(site, FRIDAY - 3 * DAY, status=Status.DONE)
    report(factories.client_for(site.person, tenant=tenant), job)
    site.person.memberships.all().delete()
    answer_report(report=JobReport.objects.get(), answer="Porten er i Havnegata 4.", by=factories.staff())
    message = Message.objects.get()
    assert (message.user, message.recipient) == (None, "post@kunde.example")


def test_staff_report_on_behalf_of_the_customer(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY - 3 * DAY)
    report(acting(tenant, site.customer), job)
    assert JobReport.objects.get().on_behalf
    assert Entry.objects.get(verb="orders.reported").data["on_behalf"] is True


def test_who_may_only_read_cannot_report_and_strangers_find_nothing(tenant: Tenant) -> None:
    site = makers.site(Role.READER)
    job = makers.past_order(site, FRIDAY - 3 * DAY)
    assert report(factories.client_for(site.person, tenant=tenant), job) == 403
    stranger = makers.site()
    assert report(factories.client_for(stranger.person, tenant=tenant), job) == 404
