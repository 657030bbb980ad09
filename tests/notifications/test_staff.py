"""What staff see of the outbox, and sending again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.accounts.models import StaffRole
from portal.admin_site import site
from portal.audit.models import Entry
from portal.encryption import EncryptedTextField
from portal.notifications import delivery, personal_data
from portal.notifications.actions import leave, notify, resend
from portal.notifications.models import Message, SmsGateway, State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

LIST = "/admin/notifications/message/"


def message(key: str = "k", state: State = State.GIVEN_UP, **fields: Any) -> Message:
    [row] = notify(**({"event": "test_event", "key": key, "context": {"number": 1}, "phone": "91234567"} | fields))
    Message.objects.filter(pk=row.pk).update(state=state, attempts=7, sending_since=timezone.now())
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("state", [State.GIVEN_UP, State.UNKNOWN, State.FAILED])
def test_staff_send_a_failed_message_again_and_it_is_written_down(tenant: Tenant, state: State) -> None:
    row, agent = message(state=state), factories.staff()
    assert resend(message=row, by=agent)
    delivery.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DELIVERED, 1)
    entry = Entry.objects.get(verb="notifications.resent")
    assert (entry.by, entry.object_id) == (agent, row.pk)


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.QUEUED, State.SENDING])
def test_a_message_that_did_not_fail_is_not_sent_again(tenant: Tenant, state: State) -> None:
    row = message(state=state)
    assert not resend(message=row, by=factories.staff())
    row.refresh_from_db()
    assert row.state == state


def test_a_wiped_code_and_a_message_to_nobody_cannot_be_sent_again(tenant: Tenant) -> None:
    wiped, nobody = message("wiped"), message("nobody", phone="")
    Message.objects.filter(pk=wiped.pk).update(body="")
    wiped.refresh_from_db()
    assert not resend(message=wiped, by=factories.staff())
    assert not resend(message=nobody, by=factories.staff())


def test_the_list_puts_first_what_needs_somebody(tenant: Tenant) -> None:
    failed, _ = message("failed"), message("fine", state=State.SENT)
    page = factories.client_for(factories.staff(), tenant=tenant).get(LIST)
    assert next(row.pk for row in page.context["cl"].result_list) == failed.pk


def test_the_list_is_read_in_the_order_of_an_index(tenant: Tenant, rf: RequestFactory) -> None:
    request = rf.get(LIST)
    request.user, request.tenant = factories.staff(), tenant
    rows = site.get_model_admin(Message).get_changelist_instance(request).get_queryset(request)
    with connection.cursor() as cursor:
        # What is left when the table is read whole neither way, however small it is.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    plan = rows[:100].explain()
    assert "message_as_staff_see_it" in plan
    assert "Sort" not in plan


def queues(client: Client) -> list[Any]:
    """Return the lines about messages on the start page: other apps have theirs."""
    return [queue for queue in client.get("/admin/").context["work_queues"] if LIST in queue.url]


def test_the_list_and_the_start_page_show_only_the_tenants_own(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = message("theirs")
    client = factories.client_for(factories.staff(), tenant=tenant)
    assert list(client.get(LIST).context["cl"].result_list) == []
    assert client.get(f"{LIST}{theirs.pk}/change/").status_code == 404
    assert queues(client) == []


def test_the_start_page_counts_what_needs_somebody(tenant: Tenant) -> None:
    message("one"), message("two", state=State.UNKNOWN), message("three", state=State.SENT)
    client = factories.client_for(factories.staff(), tenant=tenant)
    [queue] = queues(client)
    assert queue.count == 2
    assert client.get(queue.url).context["cl"].result_count == 2


@pytest.mark.parametrize("state", [State.GIVEN_UP, State.UNKNOWN])
def test_what_nobody_can_do_anything_about_waits_for_nobody(tenant: Tenant, state: State) -> None:
    code = {"event": "test_code", "context": {"code": "483920"}, "sensitive": True}
    message("code", state, **code, valid_for=timedelta(minutes=-1))
    message("late", state, valid_for=timedelta(minutes=-1))
    if state == State.GIVEN_UP:
        message("nobody", state, phone="")
    delivery.wipe_codes()
    client = factories.client_for(factories.staff(), tenant=tenant)
    assert queues(client) == []
    link = message("link", state, **code, valid_for=timedelta(days=7))
    delivery.wipe_codes()
    [queue] = queues(client)
    assert list(client.get(queue.url).context["cl"].result_list) == [link]


def test_what_somebody_was_sent_whose_account_is_closed_waits_for_nobody(tenant: Tenant) -> None:
    person = factories.user()
    message("plain", State.UNKNOWN, user=person)
    message("link", State.UNKNOWN, user=person, sensitive=True, valid_for=timedelta(days=7))
    assert Message.objects.needing_staff().count() == 2
    personal_data.forget(person)
    assert Message.objects.count() == 2
    assert not Message.objects.needing_staff().exists()


def test_an_agent_leaves_a_message_as_it_is(tenant: Tenant) -> None:
    row, sent = message("one"), message("sent", state=State.SENT)
    agent = factories.staff(StaffRole.AGENT)
    client = factories.client_for(agent, tenant=tenant)
    chosen = {"action": "leave", "_selected_action": [row.pk, sent.pk]}
    client.post(LIST, chosen)
    assert queues(client)[0].count == 1
    page = client.post(LIST, {**chosen, "confirmed": "yes"}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    assert queues(client) == []
    row.refresh_from_db()
    assert (row.state, row.left_by) == (State.GIVEN_UP, agent)
    entry = Entry.objects.get(verb="notifications.left")
    assert (entry.by, entry.object_id) == (agent, row.pk)
    of_left, of_sent = (client.get(f"{LIST}{pk}/change/").content.decode() for pk in (row.pk, sent.pk))
    assert ("field-left_by" in of_left, "field-left_by" in of_sent) == (True, False)
    assert not leave(message=row, by=agent)


def test_what_was_left_can_be_sent_after_all_and_waits_again_when_it_fails(tenant: Tenant) -> None:
    row, agent = message(), factories.staff(StaffRole.AGENT)
    leave(message=row, by=agent)
    assert resend(message=row, by=agent)
    Message.objects.filter(pk=row.pk).update(state=State.GIVEN_UP)
    assert list(Message.objects.needing_staff()) == [row]


def test_the_page_of_a_message_never_shows_a_code(tenant: Tenant) -> None:
    code = message("code", event="test_code", context={"code": "483920"}, sensitive=True, phone="", email="a@b.example")
    plain = message("plain")
    client = factories.client_for(factories.staff(), tenant=tenant)
    assert "483920" not in client.get(f"{LIST}{code.pk}/change/").content.decode()
    assert "Order 1 for Fjord" in client.get(f"{LIST}{plain.pk}/change/").content.decode()


def test_staff_read_and_choose_in_words_what_a_message_tells_of(tenant: Tenant) -> None:
    row = message("named")
    Message.objects.filter(pk=row.pk).update(event="accounts.closed")
    other = message("other")
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = client.get(LIST, {"event": "accounts.closed"})
    assert list(page.context["cl"].result_list) == [row]
    assert other not in page.context["cl"].result_list
    assert 'class="field-what">Konto avsluttet</td>' in page.content.decode()
    assert "Konto avsluttet" in client.get(f"{LIST}{row.pk}/change/").context["subtitle"]


def test_only_what_the_company_can_send_is_there_to_choose(tenant: Tenant) -> None:
    tenant.modules = ["orders"]
    tenant.save()
    page = factories.client_for(factories.staff(), tenant=tenant).get(LIST).content.decode()
    assert "?event=orders.confirmed" in page
    assert "?event=outages.outage" not in page


def test_an_agent_sends_again_from_the_list(tenant: Tenant) -> None:
    row, sent = message(), message("sent", state=State.SENT)
    client = factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)
    data = {"action": "send_again", "_selected_action": [row.pk, sent.pk], "confirmed": "yes"}
    page = client.post(LIST, data, follow=True)
    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]


def test_gateway_tokens_lie_encrypted_and_survive_a_changed_key(tenant: Tenant, settings: Any) -> None:
    from django.db import connection

    SmsGateway.objects.create(url="https://sms.example/", token="s3cret", sender="Fjord", webhook_secret="w")
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM notifications_smsgateway")
        assert "s3cret" not in cursor.fetchone()[0]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert SmsGateway.objects.get().token == "s3cret"
    settings.SECRET_KEY_FALLBACKS = []
    assert SmsGateway.objects.get().token == ""


def test_what_an_earlier_version_stored_can_be_read(settings: Any) -> None:
    settings.SECRET_KEY = "a-key-of-more-than-fifty-characters-for-this-one-test"
    stored = "gAAAAABrAtOOqybPaOZzcMdYapcgqoXtUUj5vP852w7kLLlpKDWuriSVOoxNF71wBoAVAMJQNGEWRW3pPXpzfnlU3HoOjl_XiQ=="
    assert EncryptedTextField().from_db_value(stored) == "kept since long"
