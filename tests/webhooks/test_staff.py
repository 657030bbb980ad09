"""What administrators set up, and what all staff see."""

import json
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import StaffRole
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.webhooks import delivery, events
from portal.webhooks.actions import resend, tell
from portal.webhooks.admin import WhatFilter
from portal.webhooks.models import State, WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.clients.service import Service

ENDPOINTS, DELIVERIES = "/admin/webhooks/webhookendpoint/", "/admin/webhooks/webhookdelivery/"


@pytest.fixture
def administrator(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(), tenant=tenant)


@pytest.fixture
def agent(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)


def given_up(key: str = "k") -> WebhookDelivery:
    [row] = tell(event="orders.sent", key=key, data={})
    WebhookDelivery.objects.filter(pk=row.pk).update(state=State.GIVEN_UP, attempts=10)
    row.refresh_from_db()
    return row


def test_an_administrator_sets_one_up(administrator: Client) -> None:
    form = {
        "url": "https://a.example/hook",
        "description": "Dispatch",
        "events": "orders.sent\norders.*",
        "is_active": 1,
    }
    assert administrator.post(f"{ENDPOINTS}add/", form).status_code == 302
    made = WebhookEndpoint.objects.get()
    assert made.events == ["orders.sent", "orders.*"]
    page = administrator.get(f"{ENDPOINTS}{made.pk}/change/").content.decode()
    assert made.secret in page
    assert "orders.sent\norders.*" in page
    # The history tells which fields, not what was in them.
    assert made.secret not in json.dumps(list(Entry.objects.values("data")))


@pytest.mark.parametrize(
    ("field", "value"), [("url", "ftp://a.example"), ("url", "nonsense"), ("events", "Orders sent!"), ("events", "*")]
)
def test_nonsense_is_refused_at_its_field(administrator: Client, field: str, value: str) -> None:
    form = {"url": "https://a.example/hook", "events": "", "is_active": 1, field: value}
    page = administrator.post(f"{ENDPOINTS}add/", form)
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert not WebhookEndpoint.objects.exists()


def test_in_production_data_goes_encrypted(administrator: Client, settings: Any) -> None:
    form = {"url": "http://a.example/hook", "events": "", "is_active": 1}
    settings.PRODUCTION = True
    assert "url" in administrator.post(f"{ENDPOINTS}add/", form).context["adminform"].form.errors
    settings.PRODUCTION = False
    assert administrator.post(f"{ENDPOINTS}add/", form).status_code == 302


def test_the_same_address_twice_is_refused(administrator: Client, endpoint: WebhookEndpoint) -> None:
    page = administrator.post(f"{ENDPOINTS}add/", {"url": endpoint.url, "events": "", "is_active": 1})
    assert "url" in page.context["adminform"].form.errors


def test_known_events_are_listed(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_offered", {})
    events.offer("orders.sent", "An order was sent")
    assert "<code>orders.sent</code> An order was sent" in administrator.get(f"{ENDPOINTS}add/").content.decode()
    with pytest.raises(ValueError, match="no name"):
        events.offer("Orders", "")


def test_what_no_module_of_the_company_tells_of_is_not_offered(
    administrator: Client, monkeypatch: pytest.MonkeyPatch, tenant: Tenant
) -> None:
    monkeypatch.setattr(events, "_offered", {})
    for event in ("orders.sent", "callouts.submitted", "forms.submitted"):
        events.offer(event, event)
    Tenant.objects.filter(pk=tenant.pk).update(modules=["orders"])
    listed = administrator.get(f"{ENDPOINTS}add/").content.decode()
    assert ["<code>orders.sent" in listed, "<code>callouts.submitted" in listed] == [True, False]
    [of_what] = [
        specs for specs in administrator.get(DELIVERIES).context["cl"].filter_specs if isinstance(specs, WhatFilter)
    ]
    assert [name for name, _ in of_what.lookup_choices] == ["forms.submitted", "orders.sent"]


def test_customer_service_neither_sees_nor_changes_where_data_goes(agent: Client, endpoint: WebhookEndpoint) -> None:
    for address in (ENDPOINTS, f"{ENDPOINTS}add/", f"{ENDPOINTS}{endpoint.pk}/change/"):
        assert agent.get(address).status_code == 403
    assert agent.get(DELIVERIES).status_code == 200


def test_a_test_is_sent(administrator: Client, endpoint: WebhookEndpoint, receiver: Service) -> None:
    endpoint.events = ["callouts.*"]
    endpoint.save()
    administrator.post(ENDPOINTS, {"action": "try_out", "_selected_action": [endpoint.pk]})
    delivery.deliver_due()
    assert [asked.headers["Skranke-Event"] for asked in receiver.asked] == ["ping"]
    assert Entry.objects.filter(verb="webhooks.pinged").exists()


def test_a_new_secret_replaces_the_old_once_that_is_confirmed(administrator: Client, endpoint: WebhookEndpoint) -> None:
    chosen = {"action": "new_secret", "_selected_action": [endpoint.pk]}
    page = administrator.post(ENDPOINTS, chosen).content.decode()
    assert "Dispatch" in page
    assert f'<input type="hidden" name="_selected_action" value="{endpoint.pk}">' in page
    assert WebhookEndpoint.objects.get().secret == endpoint.secret
    assert administrator.post(ENDPOINTS, {**chosen, "confirmed": "yes"}).status_code == 302
    assert WebhookEndpoint.objects.get().secret != endpoint.secret


def test_an_endpoint_goes_with_what_was_sent_to_it(administrator: Client, endpoint: WebhookEndpoint) -> None:
    given_up()
    assert administrator.post(f"{ENDPOINTS}{endpoint.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not WebhookDelivery.objects.exists()


def test_what_was_given_up_is_a_line_on_the_first_page_and_can_be_sent_again(
    agent: Client, endpoint: WebhookEndpoint, receiver: Service
) -> None:
    row = given_up()
    [queue] = [queue for queue in agent.get("/admin/").context["work_queues"] if "webhook" in queue.url]
    assert queue.count == 1
    assert agent.get(queue.url).context["cl"].result_count == 1
    agent.post(DELIVERIES, {"action": "send_again", "_selected_action": [row.pk], "confirmed": "yes"})
    delivery.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DELIVERED, 1)
    assert Entry.objects.get(verb="webhooks.resent").object_id == row.pk
    assert not [queue for queue in agent.get("/admin/").context["work_queues"] if "webhook" in queue.url]


def test_what_was_given_up_can_be_left_as_it_is(agent: Client, endpoint: WebhookEndpoint) -> None:
    row = given_up()
    agent.post(DELIVERIES, {"action": "leave", "_selected_action": [row.pk], "confirmed": "yes"})
    assert Entry.objects.get(verb="webhooks.left").object_id == row.pk
    assert not [queue for queue in agent.get("/admin/").context["work_queues"] if "webhook" in queue.url]


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.DELIVERED])
def test_what_was_taken_or_is_on_its_way_is_not_sent_again(endpoint: WebhookEndpoint, state: State) -> None:
    row = given_up()
    WebhookDelivery.objects.filter(pk=row.pk).update(state=state, sending_since=row.created_at)
    assert not resend(delivery=row, by=factories.staff())
