"""Writing without signing in: easy for people, useless to spammers, and nobody reads another's thread."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from forms_catalog import limits
from forms_catalog.actions import enquiries as actions
from forms_catalog.models import Enquiry, EnquiryMessage, Topic
from forms_catalog.topics import ensure_topics
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.forms_catalog.makers import photo

WRITE = "/contact/write/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-16T12:00:00Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def client(tenant: Tenant, clock: time_machine.Traveller) -> Client:
    ensure_topics(tenant)
    return core.client_for(tenant=tenant)


def send(client: Client, clock: time_machine.Traveller, **changes: Any) -> Any:
    form = client.get(WRITE).context["form"]
    clock.shift(20)
    unseen = {name: str(form[name].value()) for name in ("submission_key", "stamp")}
    topic = Topic.objects.get(slug="general").pk
    written = {"topic": topic, "subject": "A plug", "text": "Where?", "contact_name": "Ola"}
    return client.post(WRITE, {**unseen, **written, "contact_email": "ola@example.com", **changes})


def test_a_stranger_writes_is_answered_by_e_mail_and_writes_back(client: Client, clock: time_machine.Traveller) -> None:
    answer = send(client, clock, pictures=[photo()])
    found = Enquiry.objects.get()
    assert answer.headers["Location"] == f"{WRITE}sent/{found.submission_key}/"
    receipt = client.get(answer.headers["Location"]).content.decode()
    assert str(found.number) in receipt
    assert str(found.contact_key) not in receipt
    # Nothing goes to an address that somebody has typed in.
    assert not Message.objects.filter(recipient="ola@example.com").exists()
    actions.answer(enquiry=found, text="By the door.", by=core.staff())
    told = Message.objects.get(recipient="ola@example.com")
    link = re.search(r"/contact/write/thread/[0-9a-f-]+/", told.body)
    assert link
    assert "By the door." in client.get(link[0]).content.decode()
    assert client.post(link[0], {"text": ""}).status_code == 422
    client.post(link[0], {"text": "Which door?"})
    found.refresh_from_db()
    assert (found.state, EnquiryMessage.objects.count()) == (Enquiry.State.REPLIED, 3)
    actions.close(enquiry=found, by=core.staff())
    client.post(link[0], {"text": "Hello?"})
    assert EnquiryMessage.objects.count() == 3


def test_staff_see_who_it_is(client: Client, clock: time_machine.Traveller, tenant: Tenant) -> None:
    send(client, clock, subject="<script>alert(1)</script>", contact_name="<script>alert(2)</script>")
    found = Enquiry.objects.get()
    desk = core.client_for(core.staff(), tenant=tenant)
    for path in ("/admin/forms_catalog/enquiry/", f"/admin/forms_catalog/enquiry/{found.pk}/change/"):
        page = desk.get(path).content.decode()
        assert "<script>alert" not in page
    assert "ola@example.com" in page


def test_sent_twice_it_is_one(client: Client, clock: time_machine.Traveller) -> None:
    key = str(uuid4())
    answers = [send(client, clock, submission_key=key) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {f"{WRITE}sent/{key}/"}
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"website": "https://spam.example/"},
        {"stamp": ""},
        {"stamp": "form:1abc:forged"},
        {"contact_email": ""},
        {"contact_email": "ola(at)example.com"},
        {"contact_name": ""},
        {"text": "x" * 5001},
        {"pictures": [photo(f"{number}.jpg") for number in range(4)]},
    ],
)
def test_what_cannot_be_right_is_refused(
    client: Client, clock: time_machine.Traveller, changes: dict[str, Any]
) -> None:
    assert send(client, clock, **changes).status_code == 422
    assert not Enquiry.objects.exists()


def test_only_so_many_in_an_hour(client: Client, clock: time_machine.Traveller, tenant: Tenant) -> None:
    codes = [
        send(client, clock, contact_email=f"p{number}@example.com").status_code
        for number in range(limits.PER_ADDRESS + 1)
    ]
    assert codes == [302] * limits.PER_ADDRESS + [429]


def test_no_address_is_flooded_with_our_answers(clock: time_machine.Traveller, client: Client, tenant: Tenant) -> None:
    codes = [
        send(core.client_for(tenant=tenant, REMOTE_ADDR=f"192.0.2.{number}"), clock).status_code
        for number in range(actions.PER_EMAIL + 1)
    ]
    assert codes == [302] * actions.PER_EMAIL + [429]


def test_nobody_opens_another_thread_with_a_wrong_key(
    client: Client, clock: time_machine.Traveller, tenant: Tenant, other_tenant: Tenant
) -> None:
    send(client, clock)
    found = Enquiry.objects.get()
    for key in (uuid4(), found.submission_key):
        assert client.get(f"{WRITE}thread/{key}/").status_code == 404
    person, customer = core.member()
    topic = Topic.objects.get(slug="general")
    own = actions.ask(customer=customer, topic=topic, subject="s", text="t", submission_key=uuid4(), by=person)
    assert client.get(f"{WRITE}sent/{own.submission_key}/").status_code == 404
    signed_in = core.client_for(person, tenant=tenant)
    assert signed_in.get(f"/contact/enquiries/{found.number}/").status_code == 404
    assert signed_in.get(WRITE).headers["Location"] == "/contact/enquiries/ask/"
    with tenant_scope(other_tenant):
        theirs = core.client_for(tenant=other_tenant)
        assert theirs.get(f"{WRITE}thread/{found.contact_key}/").status_code == 404
