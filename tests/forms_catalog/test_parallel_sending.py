"""Sends at once, over connections of their own: one form sent, one number; and no stranger gets past the limit."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from forms_catalog.actions import enquiries as actions
from forms_catalog.models import Enquiry, FormDraft, FormField, ServiceForm, Submission, Topic
from forms_catalog.topics import ensure_topics
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.notifications import tasks
from portal.notifications.models import Message
from portal.tenancy.models import NumberSeries, Tenant
from portal.tenancy.numbers import next_number
from portal.tenancy.scope import tenant_transaction
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import at, fill_in

SENDS = 6


@pytest.fixture
def committed_tenant(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Tenant]:
    """A tenant whose rows other connections see; what may be deleted of them is, afterwards. No worker is woken."""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: None)
    with django_db_blocker.unblock():
        tenant = core.tenant(f"forms{uuid4().hex[:8]}")
        yield tenant
        with tenant_transaction(tenant):
            for enquiry in Enquiry.objects.all():
                actions.forget(enquiry=enquiry, by=None)
            for model in (Message, FormDraft, FormField, Topic, NumberSeries):
                model.objects.all().delete()
            # The version stays, as versions do, and with it the form, of a company nobody else uses.
            ServiceForm.objects.update(state=ServiceForm.State.RETIRED)
            for model in (Customer, User):
                model.objects.all().delete()
        connection.close()


def at_once(do: Callable[[int], object]) -> list[object]:
    together = threading.Barrier(SENDS)

    def run(number: int) -> object:
        together.wait()
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDS) as pool:
        return list(pool.map(run, range(SENDS)))


def test_a_form_sent_by_many_presses_at_once_is_sent_once(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        user, customer = core.user(language="en"), core.customer()
        core.membership(user, customer, Role.ORDERER)
        makers.trees()
        clients = [core.client_for(user, tenant=committed_tenant) for _ in range(SENDS)]
    draft = fill_in(clients[0]).context["draft"]
    data = {"submission_key": draft.submission_key, "revision": draft.revision}
    receipts = at_once(lambda number: clients[number].post(at(rest="check/"), data).headers.get("Location"))
    with tenant_transaction(committed_tenant):
        number = Enquiry.objects.get().number
        assert set(receipts) == {f"/contact/enquiries/{number}/received/"}
        assert Submission.objects.count() == Message.objects.filter(event="forms.submitted").count() == 1
        assert next_number("enquiries") == number + 1


def test_an_enquiry_sent_by_many_presses_at_once_takes_one_number(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        ensure_topics(committed_tenant)
        user, customer = core.user(), core.customer()
        topic = Topic.objects.get(slug="general")
    key = uuid4()

    def write(_number: int) -> int:
        with tenant_transaction(committed_tenant):
            return actions.ask(
                customer=customer, topic=topic, subject="s", text="t", submission_key=key, by=user
            ).number

    numbers = set(at_once(write))
    with tenant_transaction(committed_tenant):
        assert numbers == {Enquiry.objects.get().number}
        assert {next_number("enquiries") - 1} == numbers


def test_strangers_who_write_at_once_do_not_pass_the_limit(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        ensure_topics(committed_tenant)
        topic = Topic.objects.get(slug="general")

    def write(_number: int) -> bool:
        with tenant_transaction(committed_tenant):
            try:
                actions.ask(
                    customer=None,
                    topic=topic,
                    subject="s",
                    text="t",
                    submission_key=uuid4(),
                    by=None,
                    contact_name="Ola",
                    contact_email="ola@example.com",
                )
            except actions.TooMany:
                return False
        return True

    assert sum(map(bool, at_once(write))) == actions.PER_EMAIL
    with tenant_transaction(committed_tenant):
        assert Enquiry.objects.count() == actions.PER_EMAIL
