"""Papers that come back: the customer downloads them, nobody else, and not those that were taken back."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from callouts.models import CallOff, CallOffDocument
from portal.audit.models import Entry
from portal.customers.models import Role
from portal.notifications.models import Message
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import PDF


def give(staff: Client, sent: CallOff, *names: str, **more: Any) -> int:
    files = [SimpleUploadedFile(name, PDF, "application/pdf") for name in names]
    data = {"kind": "weighing", "note": "1 450 kg netto", "documents": files, **more}
    return staff.post(f"/admin/callouts/calloff/{sent.pk}/documents/", data).status_code


def test_the_customer_is_told_once_and_downloads_them(desk: Desk, sent: CallOff, staff: Client) -> None:
    assert give(staff, sent, "veieseddel.pdf", "sertifikat.pdf") == 302
    [message] = Message.objects.filter(event="callouts.document_added")
    assert "veieseddel.pdf" in message.body
    assert "1 450 kg netto" in message.body
    page = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    for document in CallOffDocument.objects.all():
        address = f"/callouts/history/A-{sent.number}/documents/{document.pk}/"
        assert address in page
        assert b"".join(desk.client.get(address)) == PDF  # type: ignore[call-overload]  # a streamed answer


@pytest.mark.parametrize("names", [[], ["a.exe"], ["a.pdf"] * 6])
def test_what_is_no_document_is_refused(sent: CallOff, staff: Client, names: list[str]) -> None:
    assert give(staff, sent, *names) == 422
    assert not CallOffDocument.objects.exists()


def test_a_paper_on_the_wrong_call_off_is_taken_back(desk: Desk, sent: CallOff, staff: Client) -> None:
    give(staff, sent, "feil.pdf")
    document = CallOffDocument.objects.get()
    own = f"/admin/callouts/calloff/{sent.pk}/documents/{document.pk}/"
    assert staff.post(f"{own}withdraw/").status_code == 302
    assert staff.post(f"{own}withdraw/").status_code == 302
    assert Entry.objects.filter(verb="callouts.document_withdrawn").count() == 1
    assert "feil.pdf" not in desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    assert desk.client.get(f"/callouts/history/A-{sent.number}/documents/{document.pk}/").status_code == 404
    assert b"".join(staff.get(own)) == PDF  # type: ignore[call-overload]  # a streamed answer


def test_other_systems_hear_of_a_paper_that_is_taken_back_once(desk: Desk, sent: CallOff, staff: Client) -> None:
    WebhookEndpoint.objects.create(url="https://systems.example/hook", events=["callouts.*"])
    give(staff, sent, "feil.pdf")
    document = CallOffDocument.objects.get()
    for _ in range(2):
        staff.post(f"/admin/callouts/calloff/{sent.pk}/documents/{document.pk}/withdraw/")
    [told] = WebhookDelivery.objects.filter(event="callouts.document_withdrawn")
    data = json.loads(told.body)["data"]
    assert (data["number"], data["documents"]) == (sent.shown_number, {"kind": "weighing", "names": ["feil.pdf"]})


def test_nobody_else_reaches_them(desk: Desk, sent: CallOff, staff: Client) -> None:
    give(staff, sent, "veieseddel.pdf")
    pk = CallOffDocument.objects.get().pk
    person, stranger = factories.member(Role.OWNER)
    makers.producer(stranger)
    theirs = makers.submitted(stranger, person)
    client = factories.client_for(person, tenant=desk.tenant)
    for number in (sent.number, theirs.number):
        assert client.get(f"/callouts/history/A-{number}/documents/{pk}/").status_code == 404
    assert desk.client.post(f"/admin/callouts/calloff/{sent.pk}/documents/", {}).status_code == 403
