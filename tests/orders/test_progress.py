"""What dispatch says of a job: kept step by step, told to customers as they have chosen and to other systems."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from orders.actions import CannotChange, News, set_status, take_news
from orders.models import OrderLine, OrderRevision, Status, StatusChange
from orders.problems import CancelledAlready, FinishedAlready, OldNews, ReasonMissing
from portal.audit.models import Entry
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.notifications import preferences
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.orders import makers
from tests.orders.makers import MONDAY, NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def site(tenant: Tenant) -> makers.Site:
    return makers.site()


@pytest.fixture
def job(site: makers.Site) -> OrderLine:
    found = makers.sent(site).lines.get()
    Message.objects.all().delete()
    return found


def told() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("event", flat=True))


def choose(site: makers.Site, event: str, *channels: str) -> None:
    kind = preferences.kind_of(event)
    assert kind
    preferences.choose(user=site.person, kind=kind, channels=channels, by=site.person)


def test_each_step_is_kept_and_shown_to_the_customer(site: makers.Site, job: OrderLine, tenant: Tenant) -> None:
    set_status(job=job, status=Status.SCHEDULED, by=None, at=NOW - 2 * HOUR)
    set_status(job=job, status=Status.ATTEMPTED, by=None, reason="Porten var låst.", at=NOW - HOUR)
    assert list(StatusChange.objects.order_by("at").values_list("status", "reason")) == [
        ("scheduled", ""),
        ("attempted", "Porten var låst."),
    ]
    job.refresh_from_db()
    assert (job.status, job.status_reason, job.status_at) == ("attempted", "Porten var låst.", NOW - HOUR)
    page = factories.client_for(site.person, tenant=tenant).get(reverse("orders:order", args=[job.order.number]))
    assert page.content.decode().count("Porten var låst.") == 2
    assert Entry.objects.filter(verb="orders.status_set").count() == 2


def test_a_job_that_is_not_done_is_told_unless_it_was_chosen_otherwise(site: makers.Site, job: OrderLine) -> None:
    set_status(job=job, status=Status.ATTEMPTED, by=None, reason="Porten var låst.")
    message = Message.objects.get()
    assert (message.event, message.recipient) == ("orders.not_done", site.person.phone)
    assert "Porten var låst." in message.body
    choose(site, "orders.not_done")
    set_status(job=job, status=Status.ATTEMPTED, by=None, reason="Ingen svarte.")
    assert told() == ["orders.not_done"]


@pytest.mark.parametrize(("status", "event"), [(Status.ON_THE_WAY, "orders.on_the_way"), (Status.DONE, "orders.done")])
def test_the_rest_is_told_to_who_has_chosen_it(site: makers.Site, job: OrderLine, status: Status, event: str) -> None:
    other = makers.sent(site, wanted_on=MONDAY).lines.get()
    Message.objects.all().delete()
    set_status(job=job, status=status, by=None)
    assert told() == []
    choose(site, event, "sms")
    set_status(job=other, status=status, by=None)
    assert told() == [event]


def test_what_is_heard_of_too_late_is_not_told(site: makers.Site, job: OrderLine) -> None:
    choose(site, "orders.on_the_way", "sms")
    set_status(job=job, status=Status.ON_THE_WAY, by=None, at=NOW - 4 * HOUR)
    assert told() == []


def test_who_has_left_the_customer_is_not_told_but_the_customer_is(site: makers.Site, job: OrderLine) -> None:
    Membership.objects.all().delete()
    Customer.objects.filter(pk=site.customer.pk).update(phone="+4790000001")
    job = OrderLine.objects.get(pk=job.pk)
    set_status(job=job, status=Status.ATTEMPTED, by=None, reason="Porten var låst.")
    assert [(one.recipient, one.user) for one in Message.objects.all()] == [("+4790000001", None)]


def test_somebody_with_an_authorization_for_something_else_is_not_told(site: makers.Site, job: OrderLine) -> None:
    Membership.objects.all().delete()
    Authorization.objects.create(
        customer=site.customer, user=site.person, role=Role.READER, valid_from=date(2020, 1, 1), scope=["metering:1"]
    )
    Customer.objects.filter(pk=site.customer.pk).update(phone="+4790000001")
    set_status(job=OrderLine.objects.get(pk=job.pk), status=Status.ATTEMPTED, by=None, reason="Porten var låst.")
    assert [(one.recipient, one.user) for one in Message.objects.all()] == [("+4790000001", None)]


def test_the_same_again_changes_nothing(site: makers.Site, job: OrderLine) -> None:
    for _ in range(2):
        set_status(job=job, status=Status.ATTEMPTED, by=None, reason="Porten var låst.")
    assert (StatusChange.objects.count(), told()) == (1, ["orders.not_done"])


def test_other_systems_are_told_of_every_step(site: makers.Site, job: OrderLine) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["orders.status_set"])
    set_status(job=job, status=Status.SCHEDULED, by=None)
    set_status(job=job, status=Status.DONE, by=None)
    bodies = [json.loads(delivery.body) for delivery in WebhookDelivery.objects.order_by("pk")]
    assert [body["data"]["jobs"][0]["status"] for body in bodies] == ["scheduled", "done"]
    assert bodies[0]["data"]["jobs"][0]["status_at"] == NOW.isoformat()


def test_a_job_can_be_moved_to_another_day(site: makers.Site, job: OrderLine) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["orders.changed"])
    take_news(job=job, news=News(status=Status.SCHEDULED, day=MONDAY, reason="Bilen er på verksted."), by=None)
    job.refresh_from_db()
    assert (job.wanted_on, job.order.revision) == (MONDAY, 2)
    assert job.cancellable_until > NOW + 24 * HOUR
    revision = OrderRevision.objects.get()
    assert (revision.made_by, revision.on_behalf, revision.after) == (None, True, {"wanted_on": "2026-11-16"})
    assert told() == ["orders.moved"]
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "news", "problem"),
    [
        (Status.CANCELLED, {"status": Status.DONE}, CancelledAlready),
        (Status.DONE, {"status": Status.SCHEDULED}, FinishedAlready),
        (Status.RECEIVED, {"status": Status.ATTEMPTED}, ReasonMissing),
        (Status.ON_THE_WAY, {"status": Status.SCHEDULED, "at": NOW - HOUR}, OldNews),
    ],
)
def test_what_cannot_be_is_refused(
    job: OrderLine, before: Status, news: dict[str, Any], problem: type[Exception]
) -> None:
    OrderLine.objects.update(status=before, status_at=NOW)
    with pytest.raises(CannotChange) as refusal:
        set_status(job=job, by=None, **news)
    assert type(refusal.value.problem) is problem
    assert OrderLine.objects.get().status == before
    assert not StatusChange.objects.exists()


def test_staff_can_put_right_a_slip(job: OrderLine) -> None:
    OrderLine.objects.update(status=Status.DONE, status_at=NOW)
    set_status(job=job, status=Status.ATTEMPTED, reason="Feil jobb.", by=factories.staff())
    assert OrderLine.objects.get().status == Status.ATTEMPTED
