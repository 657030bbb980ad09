"""Two people with one draft, and one call-off sent in many times."""

import copy
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from callouts import actions
from callouts.models import CallOff, CallOffLine
from portal.audit.models import Entry
from portal.customers.models import Customer, Role
from portal.notifications import tasks
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.factories import CommittedAs


@pytest.fixture
def colleague(desk: Desk) -> Desk:
    person = factories.user(name="Jonas Berg")
    factories.membership(person, desk.customer, Role.ORDERER)
    return Desk(desk.tenant, desk.customer, person, factories.client_for(person, tenant=desk.tenant))


def test_the_second_to_save_is_told_what_the_first_changed(desk: Desk, colleague: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    at = f"/callouts/drafts/{draft.pk}/"
    assert colleague.client.post(at, makers.posted(desk.customer, quantity="1 800", version=1)).status_code == 302

    page = desk.client.post(at, makers.posted(desk.customer, quantity="2 000", note="Mine", version=1))
    assert page.status_code == 409
    assert draft.lines.get().quantity == 1800
    assert [(each.saved, each.written) for each in page.context["differences"]] == [
        ("1\u00a0800", "2\u00a0000"),
        ("–", "Mine"),
    ]
    # By the names that the fields have on the page.
    assert [each.label for each in page.context["differences"]] == ["Mengde", "Informasjon"]
    shown = page.content.decode()
    assert "Jonas Berg" in shown
    assert 'value="2 000"' in shown
    assert '<input type="hidden" name="version" value="2">' in shown

    knowingly = makers.posted(desk.customer, quantity="2 000", note="Mine", version=2)
    assert desk.client.post(at, knowingly).status_code == 302
    assert draft.lines.get().quantity == 2000


def test_the_same_form_sent_twice_is_no_conflict_and_one_draft(desk: Desk) -> None:
    form = makers.posted(desk.customer)
    first, second = (desk.client.post("/callouts/new/", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert CallOff.objects.get().version == 1
    at, again = first.headers["Location"], makers.posted(desk.customer, note="More", version=1)
    assert [desk.client.post(at, again).status_code for _ in range(2)] == [302, 302]
    assert CallOff.objects.get().version == 2


def test_what_changed_after_it_was_looked_over_is_not_sent_in(desk: Desk, colleague: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    changed = makers.content(desk.customer, note="Changed by Jonas")
    actions.save_draft(call_off=draft, content=changed, version=1, by=colleague.user)
    keys = {"version": 1, "submission_key": str(uuid.uuid4())}
    answer = desk.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys)
    assert answer.headers["Location"] == f"/callouts/drafts/{draft.pk}/review/"
    assert CallOff.objects.get().is_draft


def test_sent_in_twice_it_has_one_number_and_the_same_confirmation(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    keys = {"version": 1, "submission_key": str(uuid.uuid4())}
    answers = [desk.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys) for _ in range(2)]
    number = CallOff.objects.get().number
    assert [answer.headers["Location"] for answer in answers] == [f"/callouts/history/A-{number}/submitted/"] * 2
    assert Message.objects.values("channel").distinct().count() == Message.objects.count()
    assert makers.submitted(desk.customer, desk.user).number == (number or 0) + 1


def test_sent_in_from_another_tab_it_says_that_it_is_sent_in(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    keys = {"version": 1, "submission_key": str(uuid.uuid4())}
    answer = desk.client.post(f"/callouts/drafts/{sent.pk}/submit/", keys, follow=True)
    assert answer.redirect_chain == [(f"/callouts/history/A-{sent.number}/", 302)]


def test_a_submission_that_fails_leaves_a_draft_and_no_gap(desk: Desk) -> None:
    last = makers.submitted(desk.customer, desk.user).number or 0
    incomplete = makers.draft(desk.customer, desk.user, declaration_no="")
    with pytest.raises(actions.NotReady):
        makers.submit(incomplete, desk.user)
    incomplete.refresh_from_db()
    assert (incomplete.status, incomplete.number, incomplete.submission_key) == ("draft", None, None)
    assert makers.submitted(desk.customer, desk.user).number == last + 1


@pytest.fixture
def committed(committed_as: CommittedAs, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tenant, Customer, CallOff]]:
    """A tenant of its own with a draft that every connection sees. It stays: what is sent in cannot be deleted.

    No worker is woken, and no message is left for one.
    """
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: None)
    with committed_as(f"parallel-{uuid.uuid4().hex[:8]}", Message) as tenant:
        with tenant_transaction(tenant):
            makers.load_catalogue()
            person, customer = factories.member(Role.ORDERER)
            makers.producer(customer)
            draft = makers.draft(customer, person)
        yield tenant, customer, draft


def test_twenty_parallel_submissions_give_one_number_and_one_confirmation(
    committed: tuple[Tenant, Customer, CallOff],
) -> None:
    tenant, _, draft = committed
    with tenant_transaction(tenant):
        client = factories.client_for(draft.changed_by, tenant=tenant)
    cookies = client.cookies
    keys = {"version": 1, "submission_key": str(uuid.uuid4())}
    locations: list[str] = []

    def send() -> None:
        mine = factories.client_for(tenant=tenant)
        mine.cookies = copy.deepcopy(cookies)
        locations.append(mine.post(f"/callouts/drafts/{draft.pk}/submit/", keys).headers["Location"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant_transaction(tenant):
        sent = CallOff.objects.get()
        assert set(locations) == {f"/callouts/history/A-{sent.number}/submitted/"}
        assert len(locations) == 20
        assert sent.number == actions.FIRST_NUMBER
        assert Message.objects.values("channel").distinct().count() == Message.objects.count() > 0


def test_parallel_copies_with_one_key_are_one_draft_made_once(committed: tuple[Tenant, Customer, CallOff]) -> None:
    tenant, _, draft = committed
    with tenant_transaction(tenant):
        sent = makers.submit(CallOff.objects.get(pk=draft.pk), draft.changed_by)
    key, together, made = uuid.uuid4(), threading.Barrier(4), []

    def copy_once() -> None:
        together.wait()
        with tenant_transaction(tenant):
            source = CallOff.objects.get(pk=sent.pk)
            new, _ = actions.copy_to_draft(call_off=source, files=[], by=draft.changed_by, start_key=key)
        made.append(new.pk)
        connection.close()

    threads = [threading.Thread(target=copy_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(set(made))) == (4, 1)
    with tenant_transaction(tenant):
        assert Entry.objects.filter(verb="callouts.copied").count() == 1


def test_a_line_cannot_slip_in_while_it_is_being_sent_in(committed: tuple[Tenant, Customer, CallOff]) -> None:
    """The line's trigger waits for the submission under way, and then refuses."""
    tenant, _, draft = committed
    outcome: list[str] = []
    begun = threading.Event()

    def add_line() -> None:
        try:
            with tenant_transaction(tenant):
                begun.set()
                CallOffLine.objects.create(call_off_id=draft.pk, position=2)
            outcome.append("added")
        except Exception as error:  # noqa: BLE001  (what it is, is what we test)
            outcome.append(str(getattr(error.__cause__, "sqlstate", error)))
        connection.close()

    thread = threading.Thread(target=add_line)
    with tenant_transaction(tenant):
        makers.submit(CallOff.objects.get(pk=draft.pk), draft.changed_by)  # type: ignore[arg-type]
        thread.start()
        begun.wait(5)
        thread.join(0.5)
        assert not outcome
    thread.join(10)
    assert outcome == ["23L01"]
