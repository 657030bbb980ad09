"""Staff are asked before they do what they seldom mean: a day without driving, a job done before its day."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import JobReport, OrderingRules, OrderLine, Status
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW

LIST = "/admin/orders/orderline/"
SUNDAY, CHRISTMAS_DAY = date(2026, 11, 22), date(2026, 12, 25)


@pytest.fixture
def job(tenant: Tenant) -> OrderLine:
    return makers.sent(makers.site(), wanted_on=MONDAY).lines.get()


def page_of(job: OrderLine) -> str:
    return reverse("admin:orders_orderline_change", args=[job.pk])


@pytest.mark.parametrize("day", [SUNDAY, CHRISTMAS_DAY])
def test_a_job_is_moved_to_a_day_without_driving_only_when_it_is_meant(
    staff: Client, job: OrderLine, day: date
) -> None:
    values = {"status": Status.SCHEDULED, "status_reason": "", "wanted_on": day.isoformat(), "sure": ""}
    answer = staff.post(page_of(job), values)
    assert answer.status_code == 200
    assert "kjører dere ikke" in answer.content.decode()
    # Django's own page, whose words its own catalogues lack in this form.
    assert "Rett feilen nedenfor." in answer.content.decode()
    assert 'type="checkbox" name="sure"' in answer.content.decode()
    job.refresh_from_db()
    assert (job.wanted_on, job.status) == (MONDAY, Status.RECEIVED)
    staff.post(page_of(job), values | {"sure": "on"})
    job.refresh_from_db()
    assert (job.wanted_on, job.status) == (day, Status.SCHEDULED)


def test_a_saturday_on_which_the_company_drives_needs_no_asking(staff: Client, job: OrderLine) -> None:
    OrderingRules.objects.create(open_days=["2026-12-19"])
    values = {"status": Status.SCHEDULED, "status_reason": "", "wanted_on": "2026-12-19"}
    assert staff.post(page_of(job), values).status_code == 302
    job.refresh_from_db()
    assert job.wanted_on == date(2026, 12, 19)


def test_a_report_is_answered_with_a_day_without_driving_only_when_it_is_meant(staff: Client, tenant: Tenant) -> None:
    site = makers.site()
    missed = makers.past_order(site, date(2026, 11, 10))
    report = JobReport.objects.create(line=missed, customer=site.customer, kind=JobReport.Kind.values[0])
    page = reverse("admin:orders_jobreport_change", args=[report.pk])
    values = {"answer": "Vi kommer.", "new_day": SUNDAY.isoformat(), "sure": ""}
    assert "kjører dere ikke" in staff.post(page, values).content.decode()
    report.refresh_from_db()
    assert report.is_waiting
    staff.post(page, values | {"sure": "on"})
    missed.refresh_from_db()
    assert missed.wanted_on == SUNDAY


def test_a_job_is_not_done_before_its_day_unless_it_is_meant(staff: Client, job: OrderLine) -> None:
    values = {"status": Status.DONE, "status_reason": "", "wanted_on": "", "sure": ""}
    assert "skal ikke gjøres før mandag 16." in staff.post(page_of(job), values).content.decode()
    job.refresh_from_db()
    assert job.status == Status.RECEIVED
    staff.post(page_of(job), values | {"sure": "on"})
    job.refresh_from_db()
    assert job.status == Status.DONE


def test_many_are_not_done_before_their_day_unless_it_is_meant(staff: Client, job: OrderLine) -> None:
    today = makers.past_order(makers.site(), NOW.date(), status=Status.ON_THE_WAY)
    chosen = {"action": "finish", "_selected_action": [job.pk, today.pk]}
    question = staff.post(LIST, chosen)
    assert question.context["early"] == question.context["unplanned"] == 1
    assert "1 av dem er ønsket senere enn i dag" in question.content.decode()
    assert staff.post(LIST, chosen | {"confirmed": "yes"}).status_code == 422
    assert not OrderLine.objects.filter(status=Status.DONE).exists()
    staff.post(LIST, chosen | {"confirmed": "yes", "sure": "on"})
    assert OrderLine.objects.filter(status=Status.DONE).count() == 2


def test_what_is_due_is_finished_without_more_words(staff: Client) -> None:
    today = makers.past_order(makers.site(), NOW.date(), status=Status.ON_THE_WAY)
    staff.post(LIST, {"action": "finish", "_selected_action": [today.pk], "confirmed": "yes"})
    today.refresh_from_db()
    assert today.status == Status.DONE


def test_actions_are_called_as_the_statuses_they_set(staff: Client, job: OrderLine) -> None:
    page = staff.get(LIST).content.decode()
    assert '<option value="finish">Utført</option>' in page
    assert "Ferdig" not in page


@pytest.mark.parametrize("day", [FRIDAY, date(2026, 11, 14)])
def test_which_weekdays_are_driven_is_the_companys_own(staff: Client, tenant: Tenant, day: date) -> None:
    values = {"days_before": 1, "working_days": "on", "hour": "14:00", "furthest_days": 60, "closed_days": ""}
    values |= {"weekdays": ["0", "1", "2", "3", "5"], "open_days": ""}  # type: ignore[dict-item]
    staff.post(reverse("admin:orders_orderingrules_add"), values)
    assert OrderingRules.objects.get().weekdays == [0, 1, 2, 3, 5]
    site = makers.site()
    page = factories.client_for(site.person, tenant=tenant).get(
        reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"}
    )
    offered = page.context["form"].offered_days
    assert (day in offered) == (day.weekday() == 5)


def test_a_week_without_a_day_of_driving_cannot_be_written(staff: Client) -> None:
    values = {"days_before": 1, "hour": "14:00", "furthest_days": 60, "closed_days": "", "open_days": ""}
    staff.post(reverse("admin:orders_orderingrules_add"), values)
    assert not OrderingRules.objects.exists()
