"""Who hears of what happens to a call-off: its people, on the channels they chose, and the company's systems."""

import json
from datetime import date

import pytest

from callouts import actions
from callouts.models import CallOff
from callouts.rules import status
from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.notifications import preferences
from portal.notifications.models import Message
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk

EVENT = "callouts.status_changed"


@pytest.fixture
def agent(desk: Desk) -> User:
    return factories.staff()


def told() -> list[Message]:
    return list(Message.objects.filter(event=EVENT).order_by("pk"))


def test_whoever_sent_it_in_hears_of_the_new_status_and_why(sent: CallOff, agent: User) -> None:
    actions.change_status(call_off=sent, new=status.REJECTED, reason="Emballasjen lekker.", by=agent)
    [message] = told()
    assert (message.channel, message.user) == ("email", sent.submitted_by)
    assert "A-20001" in message.subject
    assert "Emballasjen lekker." in message.body
    assert "/callouts/history/A-20001/" in message.body


def test_it_goes_out_on_the_channels_the_person_chose(desk: Desk, sent: CallOff, agent: User) -> None:
    kind = preferences.kind_of(EVENT)
    assert kind is not None
    preferences.choose(user=desk.user, kind=kind, channels=["sms"], by=desk.user)
    actions.change_status(call_off=sent, new=status.PLANNED, by=agent)
    assert [message.event for message in told()] == [EVENT]
    preferences.choose(user=desk.user, kind=kind, channels=[], by=desk.user)
    actions.change_status(call_off=sent, new=status.COLLECTED, by=agent)
    assert len(told()) == 1


def test_the_same_again_is_no_news_and_a_slip_is_put_right_quietly(sent: CallOff, agent: User) -> None:
    actions.change_status(call_off=sent, new=status.PLANNED, by=agent)
    actions.change_status(call_off=sent, new=status.PLANNED, by=agent)
    actions.change_status(call_off=sent, new=status.RECEIVED, by=agent, tells=False)
    assert len(told()) == 1
    assert [step.status for step in sent.status_changes.all()] == ["received", "planned", "received"]


def test_somebody_who_left_hears_nothing_more(desk: Desk, sent: CallOff, agent: User) -> None:
    desk.customer.email = "post@nordvag.example"
    desk.customer.save()
    Membership.objects.filter(user=desk.user).delete()
    factories.membership(factories.user(), desk.customer, Role.OWNER)
    actions.change_status(call_off=CallOff.objects.get(pk=sent.pk), new=status.PLANNED, by=agent)
    assert [(message.recipient, message.user) for message in told()] == [("post@nordvag.example", None)]


def test_somebody_with_an_authorization_for_something_else_hears_nothing(
    desk: Desk, sent: CallOff, agent: User
) -> None:
    Customer.objects.filter(pk=desk.customer.pk).update(email="post@nordvag.example")
    Membership.objects.filter(user=desk.user).delete()
    Authorization.objects.create(
        customer=desk.customer, user=desk.user, role=Role.READER, valid_from=date(2020, 1, 1), scope=["metering:1"]
    )
    actions.change_status(call_off=CallOff.objects.get(pk=sent.pk), new=status.PLANNED, by=agent)
    assert [(message.recipient, message.user) for message in told()] == [("post@nordvag.example", None)]


def test_other_systems_get_the_call_off_as_it_stands(desk: Desk, agent: User) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["callouts.*"])
    sent = makers.submitted(desk.customer, desk.user)
    actions.change_status(call_off=sent, new=status.PLANNED, by=agent)
    first, second = [json.loads(one.body) for one in WebhookDelivery.objects.order_by("pk")]
    assert (first["event"], first["data"]["number"], first["data"]["status"]) == (
        "callouts.submitted",
        "A-20001",
        "received",
    )
    [line] = first["data"]["lines"]
    assert (line["article_no"], line["quantity"], line["unit"], line["package_type"]) == ("701201", "1600", "KGM", "WA")
    assert (second["event"], second["data"]["status"]) == (EVENT, "planned")
    assert second["data"]["previous_status"] == "received"
