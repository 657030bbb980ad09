"""Forms sent twice, pages that are old, and what is told to whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from callouts import actions
from callouts.models import CallOff, CallOffFile, CallOffSettings, FractionRequest, WasteProducer
from callouts.rules.files import MOST_FILES
from callouts.rules.periods import current, reckoned
from portal.audit.models import Entry
from portal.customers.models import Role
from portal.customers.queries import today
from portal.files.fields import check
from portal.files.rules import DOCUMENTS
from portal.notifications.models import Message
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import pdf, post

State = WasteProducer.State


def upload(name: str = "datablad.pdf") -> Any:
    return check(pdf(name), DOCUMENTS)


def values_of(page: Any, **changes: Any) -> dict[str, Any]:
    form = page.context["adminform"].form
    return {name: form[name].value() or "" for name in form.fields} | changes


def test_a_form_sent_twice_attaches_once(desk: Desk) -> None:
    key = makers.posted(desk.customer)["start_key"]
    for _ in range(2):
        assert post(desk, [pdf("a.pdf"), pdf("b.pdf")], start_key=key).status_code == 302
    assert sorted(CallOffFile.objects.values_list("name", flat=True)) == ["a.pdf", "b.pdf"]


def test_a_full_draft_takes_the_same_files_again_and_refuses_others(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    files = [pdf(f"{number}.pdf") for number in range(MOST_FILES)]
    posted = makers.posted(desk.customer, action="attach", file_kind="other", version=draft.version)
    address = f"/callouts/drafts/{draft.pk}/"
    assert desk.client.post(address, posted | {"files": files}).status_code == 302
    version = CallOff.objects.get().version
    again = [pdf(f"{number}.pdf") for number in range(MOST_FILES)]
    assert desk.client.post(address, posted | {"files": again, "version": version}).status_code == 302
    version = CallOff.objects.get().version
    by_itself = {"action": "autosave", "files": [pdf("x.pdf")], "version": version, "note": "Ring."}
    answer = desk.client.post(address, posted | by_itself)
    assert answer.status_code == 409
    assert "10" in answer.json()["said"]
    assert CallOff.objects.get().files.count() == MOST_FILES


def test_staff_give_a_paper_once_and_it_is_told_once(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    Message.objects.all().delete()
    address = f"/admin/callouts/calloff/{sent.pk}/documents/"
    for _ in range(2):
        file = SimpleUploadedFile("veieseddel.pdf", pdf().read(), "application/pdf")
        assert staff.post(address, {"documents": [file], "kind": "weighing", "note": ""}).status_code == 302
    assert sent.documents.count() == 1
    assert Message.objects.filter(event="callouts.document_added").count() == 1


def test_a_printed_call_off_is_written_down(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    assert staff.get(f"/admin/callouts/calloff/{sent.pk}/pdf/").status_code == 200
    assert Entry.objects.filter(verb="callouts.read", customer=desk.customer, object_id=sent.pk).count() == 1


def test_a_colleague_does_not_see_where_the_confirmation_went(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    reader = factories.user()
    factories.membership(reader, desk.customer, Role.READER)
    address = f"/callouts/history/A-{sent.number}/submitted/"
    assert desk.client.get(address).context["recipients"]
    theirs = factories.client_for(reader, tenant=desk.tenant).get(address)
    assert theirs.status_code == 200
    assert desk.user.email not in theirs.content.decode()
    assert "912 34 511" not in theirs.content.decode().replace("\u00a0", " ")


def test_an_old_page_revives_no_authorization_and_no_number(desk: Desk, staff: Client) -> None:
    producer = WasteProducer.objects.get()
    address = f"/admin/callouts/wasteproducer/{producer.pk}/change/"
    old = values_of(staff.get(address), name="Nordvåg Verft")
    _, other = factories.member(Role.OWNER)
    old |= {"declare_from": "2026-01-01", "declare_to": "2099-12-31", "customer": str(other.pk)}
    data = actions.ProducerData(
        name=producer.name, short_name="", org_no="310308242", address="", postal_code="", city=""
    )
    actions.change_producer(producer=producer, data=data, by=desk.user)
    answer = staff.post(address, old)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert "310 308 242" in str(form.non_field_errors()).replace("\u00a0", " ")
    assert form["name"].value() == "Nordvåg Verft"
    # Looked at, and meant.
    again = old | {"seen": form["seen"].value(), "org_no": "310308242"}
    assert staff.post(address, again).status_code == 302
    producer.refresh_from_db()
    assert (producer.name, producer.org_no, producer.declare_from) == ("Nordvåg Verft", "310308242", None)
    assert producer.customer == desk.customer


def test_staff_give_no_producer_the_name_of_another(desk: Desk, staff: Client) -> None:
    producer = WasteProducer.objects.get()
    twin = makers.producer(desk.customer, name="Nordvåg Verft")
    address = f"/admin/callouts/wasteproducer/{producer.pk}/change/"
    answer = staff.post(address, values_of(staff.get(address), name=twin.name))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["name"]
    # Another unit may be called the same.
    WasteProducer.objects.filter(pk=twin.pk).update(org_no="310308242")
    assert staff.post(address, values_of(staff.get(address), name=twin.name)).status_code == 302
    answer = staff.post(address, values_of(staff.get(address), org_no="310308242"))
    assert list(answer.context["adminform"].form.errors) == ["name"]


def test_a_number_that_was_stored_unchecked_hinders_no_other_change(desk: Desk, staff: Client) -> None:
    producer = WasteProducer.objects.get()
    WasteProducer.objects.update(org_no="310308243")
    address = f"/admin/callouts/wasteproducer/{producer.pk}/change/"
    assert staff.post(address, values_of(staff.get(address), name="Nordvåg Verft")).status_code == 302
    another = staff.post(address, values_of(staff.get(address), org_no="310308244"))
    assert list(another.context["adminform"].form.errors) == ["org_no"]
    producer.refresh_from_db()
    assert (producer.name, producer.org_no) == ("Nordvåg Verft", "310308243")


def test_another_number_from_staff_ends_the_authorization_and_keeps_the_approval(desk: Desk, staff: Client) -> None:
    CallOffSettings.objects.create(approves_producers=True)
    producer = WasteProducer.objects.get()
    offered = actions.offer_authorization(
        producer=producer, valid_from=date(2026, 1, 1), valid_to=None, by=factories.user()
    )
    actions.answer_authorization(authorization=offered, accepted=True, by=factories.staff())
    address = f"/admin/callouts/wasteproducer/{producer.pk}/change/"
    renamed = values_of(staff.get(address), name="Nordvåg Verft")
    assert staff.post(address, renamed).status_code == 302
    offered.refresh_from_db()
    assert offered.state == offered.State.ACCEPTED
    numbered = values_of(staff.get(address), org_no="310308242", is_active="")
    assert staff.post(address, numbered).status_code == 302
    producer.refresh_from_db()
    offered.refresh_from_db()
    assert (producer.name, producer.org_no, producer.is_active) == ("Nordvåg Verft", "310308242", False)
    assert (producer.declare_from, producer.declare_to, offered.state) == (None, None, offered.State.WITHDRAWN)
    assert producer.state == State.ACCEPTED
    verbs = Entry.objects.filter(object_id=producer.pk, verb__startswith="callouts.producer").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        *("callouts.producer_changed", "callouts.producer_changed", "callouts.producer_taken_out_of_use")
    ]


def test_an_authorization_after_a_gap_leaves_the_running_one(desk: Desk) -> None:
    owner = factories.user()
    factories.membership(owner, desk.customer, Role.OWNER)
    producer = makers.producer(desk.customer, name="Gap", declare_from=None, declare_to=None)
    day = today()

    def accept(first: int, last: int | None) -> None:
        ends = day + timedelta(days=last) if last is not None else None
        offered = actions.offer_authorization(
            producer=producer, valid_from=day + timedelta(days=first), valid_to=ends, by=owner
        )
        actions.answer_authorization(authorization=offered, accepted=True, by=owner)
        producer.refresh_from_db()

    accept(-10, 10)
    accept(100, None)
    assert (producer.declare_from, producer.declare_to) == (day - timedelta(days=10), day + timedelta(days=10))
    held = [producer.may_be_declared_for(day + timedelta(days=days)) for days in (-11, 0, 10, 11, 99, 100, 5000)]
    assert held == [False, True, True, False, False, True, True]
    actions.withdraw_authorization(producer=producer, by=owner)
    producer.refresh_from_db()
    assert not producer.may_be_declared_for(day + timedelta(days=100))


def test_periods_are_reckoned_in_the_order_they_were_given() -> None:
    day = date(2026, 11, 12)

    def at(number: int) -> Any:
        return day + timedelta(days=number)

    # A shorter one instead of one without an end, and one that follows at once.
    assert reckoned([(at(0), None), (at(5), at(9))]) == [(at(0), at(9))]
    assert reckoned([(at(0), at(9)), (at(10), None)]) == [(at(0), None)]
    assert reckoned([(at(20), None), (at(0), at(9))]) == [(at(0), at(9)), (at(20), None)]
    assert current([(at(0), at(9)), (at(20), None)], at(15)) == (at(20), None)
    assert current([(at(0), at(9))], at(15)) == (at(0), at(9))
    assert current([], day) is None


def test_a_question_asked_twice_is_one_and_an_answer_given_twice_is_told_once(desk: Desk) -> None:
    for _ in range(2):
        desk.client.post("/callouts/not-on-the-list/", {"description": "Gamle lysrør", "draft": ""})
    question = FractionRequest.objects.get()
    by = factories.staff()
    for _ in range(2):
        actions.answer_question(question=question, answer="Bruk EE-avfall.", fraction=None, by=by)
    assert Message.objects.filter(event="callouts.fraction_answered").count() == 1
    actions.answer_question(question=question, answer="Bruk farlig avfall.", fraction=None, by=by)
    assert Message.objects.filter(event="callouts.fraction_answered").count() == 2


def test_a_producer_is_answered_once(desk: Desk) -> None:
    producer = makers.producer(desk.customer, name="Waits", state=State.WAITING, registered_by=desk.user)
    for accepted in (True, False):
        actions.answer_producer(producer=producer, accepted=accepted, reason="", by=factories.staff())
    producer.refresh_from_db()
    assert producer.state == State.ACCEPTED
    assert Message.objects.filter(event="callouts.producer_answered").count() == 1


def test_there_is_an_end_to_drafts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callouts.actions.drafts.MOST_DRAFTS", 1)
    sent = makers.submitted(desk.customer, desk.user)
    makers.draft(desk.customer, desk.user)
    answer = desk.client.post("/callouts/new/", makers.posted(desk.customer))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    answer = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="autosave"))
    assert answer.status_code == 409
    page = desk.client.get(f"/callouts/history/A-{sent.number}/copy/")
    key = page.context["form"]["start_key"].value()
    assert desk.client.post(f"/callouts/history/A-{sent.number}/copy/", {"start_key": str(key)}).status_code == 302
    assert CallOff.objects.drafts().count() == 1
