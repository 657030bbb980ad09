"""Asking for a change or a cancellation after sending in: while it is not carried out, one at a time, answered."""

import json

import pytest
from django.test import Client

from callouts import actions
from callouts.models import CallOff, ChangeRequest
from callouts.rules import status
from portal.accounts.models import User
from portal.customers.models import Role
from portal.notifications.models import Message
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.callouts.conftest import Desk
from tests.callouts.test_revisions import revise


@pytest.fixture
def agent(desk: Desk) -> User:
    return factories.staff()


@pytest.fixture
def staff(desk: Desk, agent: User) -> Client:
    return factories.client_for(agent, tenant=desk.tenant)


def ask(desk: Desk, sent: CallOff, kind: str = "cancel", text: str = "Tanken er tømt av andre.") -> int:
    address = f"/callouts/history/A-{sent.number}/request/"
    return desk.client.post(address, {"kind": kind, "text": text}).status_code


def answer(staff: Client, decision: str, words: str = "") -> int:
    asked = ChangeRequest.objects.get()
    address = f"/admin/callouts/calloff/{asked.call_off_id}/requests/{asked.pk}/"
    return staff.post(address, {"decision": decision, "answer": words}).status_code


def test_the_customer_asks_and_staff_cancel(desk: Desk, sent: CallOff, staff: Client) -> None:
    assert desk.client.get(f"/callouts/history/A-{sent.number}/request/?kind=cancel").status_code == 200
    assert ask(desk, sent) == 302
    waiting = {str(queue.url): queue.count for queue in staff.get("/admin/").context["work_queues"]}
    assert waiting["/admin/callouts/changerequest/?state__exact=waiting"] == 1
    assert sent.shown_number in staff.get("/admin/callouts/changerequest/?state__exact=waiting").content.decode()
    assert "Tanken er tømt av andre." in staff.get(f"/admin/callouts/calloff/{sent.pk}/change/").content.decode()
    assert answer(staff, "accept") == 302
    sent.refresh_from_db()
    assert (sent.status, sent.status_reason) == (status.CANCELLED, "Tanken er tømt av andre.")
    [message] = Message.objects.filter(event="callouts.request_answered")
    assert message.user == desk.user
    assert not Message.objects.filter(event="callouts.status_changed").exists()


def test_a_refusal_says_why_and_leaves_it_as_it_is(desk: Desk, sent: CallOff, staff: Client) -> None:
    ask(desk, sent)
    assert answer(staff, "refuse") == 422
    assert answer(staff, "refuse", "Bilen er på vei.") == 302
    sent.refresh_from_db()
    assert sent.status == status.RECEIVED
    assert "Bilen er på vei." in Message.objects.get(event="callouts.request_answered").body
    assert "Bilen er på vei." in desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    # Answered once and no more.
    assert answer(staff, "accept") == 302
    assert ChangeRequest.objects.get().state == "refused"


def test_a_correction_answers_the_wish_for_a_change(desk: Desk, sent: CallOff, agent: User) -> None:
    ask(desk, sent, "change", "Idar er kontakt, ikke Tor-Egil.")
    revise(sent, agent, contact_name="Idar Sollund", reason="Som dere ba om")
    asked = ChangeRequest.objects.get()
    assert (asked.state, asked.answer, asked.answered_by) == ("accepted", "Som dere ba om", agent)


def test_one_at_a_time_and_it_may_be_taken_back(desk: Desk, sent: CallOff) -> None:
    ask(desk, sent)
    ask(desk, sent)
    asked = ChangeRequest.objects.get()
    assert desk.client.post(f"/callouts/history/A-{sent.number}/request/{asked.pk}/withdraw/").status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    ask(desk, sent, "change")
    assert ChangeRequest.objects.count() == 2


@pytest.mark.parametrize("done", [status.COLLECTED, status.CANCELLED])
def test_once_it_is_carried_out_the_page_says_why_not(desk: Desk, sent: CallOff, agent: User, done: str) -> None:
    assert "/request/?kind=change" in desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    actions.change_status(call_off=sent, new=done, by=agent, reason="x")
    page = desk.client.get(f"/callouts/history/A-{sent.number}/")
    assert page.context["why_not"]
    assert "/request/?kind=change" not in page.content.decode()
    assert ask(desk, sent) == 302
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(("kind", "text"), [("cancel", ""), ("else", "x"), ("change", "x" * 2001)])
def test_what_is_not_understood_is_refused(desk: Desk, sent: CallOff, kind: str, text: str) -> None:
    assert ask(desk, sent, kind, text) == 422


def test_readers_and_other_customers_cannot_ask(desk: Desk, sent: CallOff) -> None:
    reader = factories.user()
    factories.membership(reader, desk.customer, Role.READER)
    person, _ = factories.member(Role.OWNER)
    for user, code in ((reader, 403), (person, 404)):
        client = factories.client_for(user, tenant=desk.tenant)
        assert client.get(f"/callouts/history/A-{sent.number}/request/").status_code == code
    assert (
        factories.client_for(reader, tenant=desk.tenant).get(f"/callouts/history/A-{sent.number}/").status_code == 200
    )


def test_other_systems_are_told(desk: Desk, sent: CallOff) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["callouts.change_requested"])
    ask(desk, sent)
    told = json.loads(WebhookDelivery.objects.get().body)
    assert told["data"]["request"] == {"kind": "cancel", "text": "Tanken er tømt av andre."}
