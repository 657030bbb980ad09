"""Answers reach who may read them: whoever asked, while they act for the customer; else the customer. Never staff."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from forms_catalog.actions import enquiries, inspections
from forms_catalog.models import Enquiry, InspectionReport, ServiceForm, Topic
from forms_catalog.rules.definition import Kind
from forms_catalog.topics import ensure_topics
from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import at, fill_in, send, spec

Who = tuple[Client, User, Customer]
FIRM = "post@firm.example"


@pytest.fixture
def firm(who: Who, tenant: Tenant) -> Customer:
    ensure_topics(tenant)
    customer = who[2]
    customer.email = FIRM
    customer.save()
    return customer


@pytest.fixture
def helper(firm: Customer, tenant: Tenant) -> Client:
    """A colleague who acts for the customer."""
    return core.act_for(core.client_for(core.staff(language="en"), tenant=tenant), firm)


def asked(client: Client) -> Enquiry:
    topic = Topic.objects.get(slug="general")
    fields = {"topic": topic.pk, "subject": "The invoice", "text": "Why?", "submission_key": uuid4()}
    assert client.post("/contact/enquiries/ask/", fields).status_code == 302
    return Enquiry.objects.get()


def told(event: str) -> set[str]:
    return set(Message.objects.filter(event=event).values_list("recipient", flat=True))


@pytest.mark.usefixtures("firm")
def test_who_has_left_gets_no_answer_the_customer_does(who: Who) -> None:
    enquiry = asked(who[0])
    Membership.objects.filter(user=who[1]).delete()
    enquiries.answer(enquiry=enquiry, text="A secret.", by=core.staff())
    assert told("enquiries.answered") == {FIRM}


@pytest.mark.usefixtures("firm")
def test_who_holds_a_part_of_something_else_gets_no_answer(who: Who) -> None:
    enquiry = asked(who[0])
    Membership.objects.filter(user=who[1]).delete()
    Authorization.objects.create(
        customer=who[2], user=who[1], role=Role.ORDERER, valid_from=date(2020, 1, 1), scope=["metering:1"]
    )
    enquiries.answer(enquiry=enquiry, text="A secret.", by=core.staff())
    assert told("enquiries.answered") == {FIRM}


def test_what_staff_ask_for_a_customer_is_answered_to_the_customer(helper: Client) -> None:
    enquiry = asked(helper)
    enquiries.answer(enquiry=enquiry, text="Because.", by=core.staff())
    assert enquiry.on_behalf
    assert told("enquiries.answered") == {FIRM}


def test_a_form_that_staff_send_is_the_customers_receipt_and_address(helper: Client) -> None:
    makers.form(spec("email", Kind.EMAIL))
    assert helper.get(at()).context["form"]["email"].value() == FIRM
    helper.post(at(), {"email": FIRM})
    send(helper, helper.get(at(rest="check/")))
    assert told("forms.submitted") == {FIRM}


def test_what_is_decided_of_a_deviation_goes_the_same_way(who: Who, helper: Client, firm: Customer) -> None:
    found = inspections.FoundDeviation(number=1, title="Loose socket"), inspections.FoundDeviation(number=2, title="B")
    report = inspections.FoundReport(
        number="T-1", customer_number=firm.number, inspected_on=date(2026, 10, 1), deviations=found
    )
    inspections.take_in(found=report, tell=False)
    first, second = InspectionReport.objects.get().deviations.all()
    helper.post(f"/contact/inspections/deviations/{first.pk}/", {"text": "Changed."})
    who[0].post(f"/contact/inspections/deviations/{second.pk}/", {"text": "Changed."})
    Membership.objects.filter(user=who[1]).delete()
    for one in (first, second):
        inspections.close(deviation=one, note="", by=core.staff())
    assert told("inspections.decided") == {FIRM}


def test_a_colleague_with_a_very_long_address_is_told(who: Who) -> None:
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example"
    makers.trees()
    ServiceForm.objects.update(recipients=[address])
    send(who[0], fill_in(who[0]))
    assert told("enquiries.received") == {address}


# Once, however often it is pressed ------------------------------------------------------------------------


@pytest.mark.usefixtures("firm")
def test_a_reply_sent_twice_is_one_message(who: Who) -> None:
    Topic.objects.filter(slug="general").update(recipients=["desk@fjord.example"])
    url = f"/contact/enquiries/{asked(who[0]).number}/"
    key = who[0].get(url).context["form"]["submission_key"].value()
    for _ in range(2):
        who[0].post(url, {"text": "More.", "submission_key": key})
    who[0].post(url, {"text": "More.", "submission_key": who[0].get(url).context["form"]["submission_key"].value()})
    assert Enquiry.objects.get().messages.filter(text="More.").count() == 2
    assert Message.objects.filter(event="enquiries.received").count() == 3


@pytest.mark.usefixtures("firm")
def test_an_answer_sent_twice_is_one_message(who: Who, tenant: Tenant) -> None:
    enquiry, desk = asked(who[0]), core.client_for(core.staff(language="en"), tenant=tenant)
    shown = makers.shown_to_staff(desk, enquiry)
    url = f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/"
    codes = [desk.post(url, {**shown, "answer": "Because."}).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert enquiry.messages.filter(is_staff=True).count() == 1
    assert Message.objects.filter(event="enquiries.answered").count() == 1


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("pressed", [{"answer": "Because.", "close_it": "on"}, {"answer": "", "close_it": "on"}])
def test_an_answer_does_not_bury_what_the_customer_wrote_meanwhile(
    who: Who, tenant: Tenant, pressed: dict[str, Any]
) -> None:
    enquiry, desk = asked(who[0]), core.client_for(core.staff(language="en"), tenant=tenant)
    shown = makers.shown_to_staff(desk, enquiry)
    who[0].post(f"/contact/enquiries/{enquiry.number}/", {"text": "Never mind, I found it."})
    url = f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/"
    again = desk.post(url, {**shown, **pressed})
    page = again.content.decode()
    for words in ("has written more meanwhile", "Never mind, I found it.", pressed["answer"]):
        assert words in page
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.messages.count()) == (Enquiry.State.REPLIED, 2)
    form = again.context["adminform"].form
    desk.post(url, {**pressed, "answer_key": shown["answer_key"], "last_message": form["last_message"].value()})
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.CLOSED
