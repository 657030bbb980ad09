"""Cancelling while it can be: the bin with its deadline, and after it the reason."""

import json
from datetime import timedelta

import time_machine
from django.urls import reverse

from orders.models import OrderLine, OrderRevision, Status
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, NOW

OVERVIEW = "/orders/overview/"


def test_the_bin_is_shown_with_its_deadline_and_after_it_the_reason(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    cancel = f'href="{reverse("orders:cancel", args=[order.number, 1])}"'
    page = client.get(OVERVIEW).content.decode()
    assert cancel in page
    assert "Kan slettes til i dag kl.\xa014.00" in page
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        page = client.get(OVERVIEW).content.decode()
    assert cancel not in page
    assert "Kan ikke lenger endres eller avbestilles. Fristen var i dag kl.\xa014.00." in page


def test_cancelling_asks_first_then_tells_dispatch(tenant: Tenant) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["orders.cancelled"])
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    page = reverse("orders:cancel", args=[order.number, 1])
    assert "Vil du slette dette oppdraget?" in client.get(page).content.decode()
    assert OrderLine.objects.get().status == Status.RECEIVED
    answer = client.post(page, follow=True)
    assert "Tøm, åpen container 22\xa0m³ er avbestilt." in answer.content.decode()
    assert OrderLine.objects.get().status == Status.CANCELLED
    assert (OrderRevision.objects.get().kind, Entry.objects.get(verb="orders.cancelled").by) == (
        "cancelled", site.person,
    )  # fmt: skip
    told = json.loads(WebhookDelivery.objects.get().body)
    assert (told["event"], told["data"]["jobs"][0]["status"]) == ("orders.cancelled", "cancelled")


def test_cancelling_twice_is_one_cancellation(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    for _ in range(2):
        client.post(reverse("orders:cancel", args=[order.number, 1]))
    assert OrderRevision.objects.count() == 1


def test_one_job_of_several_is_cancelled_alone(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, wanted_on=FRIDAY)
    order = makers.sent(site, wanted_on=makers.MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:cancel", args=[order.number, 2]))
    assert list(order.lines.order_by("position").values_list("status", flat=True)) == ["received", "cancelled"]


def test_staff_cannot_plan_what_the_customer_cancelled_meanwhile(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.sent(site).lines.get()
    OrderLine.objects.update(status=Status.CANCELLED)
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = reverse("admin:orders_orderline_change", args=[job.pk])
    answer = client.post(page, {"status": Status.SCHEDULED, "status_reason": ""}, follow=True)
    assert "Oppdraget er allerede avbestilt." in answer.content.decode()
    assert OrderLine.objects.get().status == Status.CANCELLED
