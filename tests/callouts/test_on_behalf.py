"""Staff make call-offs for a customer with the customer's own pages: the customer is told, and is the contact."""

import uuid

import pytest

from callouts.models import CallOff
from portal.customers.models import Customer
from portal.exports.models import ExportJob
from portal.notifications.models import Message
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


def test_the_confirmation_goes_to_the_customer(desk: Desk, helper: Desk) -> None:
    Customer.objects.filter(pk=desk.customer.pk).update(email="post@nordvag.example", phone="+4791234500")
    draft = makers.draft(desk.customer, helper.user)
    keys = {"version": 1, "submission_key": str(uuid.uuid4())}
    page = helper.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys, follow=True)
    assert CallOff.objects.get().submitted_by == helper.user
    told = Message.objects.filter(event="callouts.submitted")
    assert {message.recipient for message in told} <= {"post@nordvag.example", "+4791234500"}
    assert {(message.user, message.customer) for message in told} == {(None, desk.customer)}
    assert "post@nordvag.example" in page.content.decode()
    # Which of the company's people it was, only the company sees.
    sent = CallOff.objects.get()
    assert sent.submitted_by_name == desk.tenant.name
    shown = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    assert f"Låst da {desk.tenant.name} sendte inn" in shown
    assert "Kari Støle" not in shown
    staff = factories.client_for(helper.user, tenant=desk.tenant)
    assert "Kari Støle" in staff.get(f"/admin/callouts/calloff/{sent.pk}/change/").content.decode()
    assert helper.user.email not in [message.recipient for message in told]


def test_who_helps_is_not_the_contact(desk: Desk, helper: Desk) -> None:
    begun = {each.user.name: each.client.get("/callouts/new/").context["form"].initial for each in (desk, helper)}
    assert begun["Siri Nordheim"]["contact_name"] == "Siri Nordheim"
    assert (begun["Kari Støle"]["contact_name"], begun["Kari Støle"]["contact_phone"]) == ("", "")


def test_a_file_that_staff_have_made_is_theirs_alone(desk: Desk, helper: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callouts.views.history.MOST_AT_ONCE", 0)
    makers.submitted(desk.customer, desk.user)
    helper.client.post("/callouts/history/export/csv/")
    job = ExportJob.objects.get()
    assert job.customer is None
    assert job.params["customer"] == desk.customer.pk
