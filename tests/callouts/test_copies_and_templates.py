"""Starting from an earlier call-off or from a template: what comes along, and what is pointed out."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from callouts import actions
from callouts.content import content_of
from callouts.models import CallOff, CallOffTemplate
from portal.customers.models import Role
from portal.customers.queries import today
from portal.files.actions import CheckedUpload
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import PDF


def copy(desk: Desk, sent: CallOff, **more: Any) -> Any:
    data = {"start_key": str(uuid.uuid4()), **more}
    return desk.client.post(f"/callouts/history/A-{sent.number}/copy/", data, follow=True)


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_everything_but_declaration_number_and_date_comes_along(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user, wanted_on=today() + timedelta(days=3), note="By the gate")
    page = copy(desk, sent)
    draft = CallOff.objects.drafts().get()
    assert page.redirect_chain == [(f"/callouts/drafts/{draft.pk}/", 302)]
    [line] = draft.lines.all()
    assert (line.article_no, line.quantity, line.note, line.declaration_no) == ("701201", 1600, "By the gate", "")
    assert (draft.invoice_reference, draft.wanted_on, draft.number) == ("AO-77140", None, None)
    assert len(said(page)) == 3
    assert line.key != sent.lines.get().key


def test_pressed_twice_it_is_one_draft(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    key = str(uuid.uuid4())
    assert copy(desk, sent, start_key=key).redirect_chain == copy(desk, sent, start_key=key).redirect_chain
    assert CallOff.objects.drafts().count() == 1


def test_what_is_withdrawn_is_left_out_and_named(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    fraction = makers.fraction()
    fraction.is_active = False
    fraction.save()
    desk.customer.waste_producers.update(is_active=False)
    question = desk.client.get(f"/callouts/history/A-{sent.number}/copy/").content.decode()
    assert "«Spillolje, ikke refusjonsberettiget» tilbys ikke lenger" in question
    page = copy(desk, sent)
    assert any("avd. verft er ikke lenger i bruk" in text for text in said(page))
    draft = CallOff.objects.drafts().get()
    assert (draft.producer, draft.lines.get().fraction) == (None, None)


def with_files(desk: Desk) -> CallOff:
    draft = makers.draft(desk.customer, desk.user)
    for name in ("a.pdf", "b.pdf"):
        file: Any = SimpleUploadedFile(name, PDF)
        upload = CheckedUpload(file=file, name=name, media_type="application/pdf", size=len(PDF))
        draft = actions.attach(call_off=draft, uploads=[upload], kind="data_sheet", by=desk.user)
    return makers.submit(draft, desk.user)


def test_files_come_along_by_choice_and_are_stored_once(desk: Desk) -> None:
    sent = with_files(desk)
    first, _ = sent.files.all()
    copy(desk, sent, files=[first.pk])
    draft = CallOff.objects.drafts().get()
    assert [(file.name, file.stored_id) for file in draft.files.all()] == [("a.pdf", first.stored_id)]
    actions.detach(call_off=draft, file_id=draft.files.get().pk, by=desk.user)
    assert sent.files.count() == 2


def test_a_file_of_another_call_off_is_no_choice(desk: Desk) -> None:
    sent, other = makers.submitted(desk.customer, desk.user), with_files(desk)
    page = copy(desk, sent, files=[other.files.all()[0].pk])
    assert page.status_code == 422
    assert not CallOff.objects.drafts().exists()


@pytest.fixture
def template(desk: Desk) -> CallOffTemplate:
    draft = makers.draft(desk.customer, desk.user, container_size=5)
    desk.client.post(f"/callouts/drafts/{draft.pk}/template/", {"name": "Spillolje fra kai 4"})
    actions.delete_draft(call_off=draft, by=desk.user)
    return CallOffTemplate.objects.get()


def test_a_call_off_starts_from_a_template(desk: Desk, template: CallOffTemplate) -> None:
    page = desk.client.get(f"/callouts/new/?template={template.pk}")
    assert page.context["form"]["quantity"].value() == "1\u00a0600"
    assert page.context["form"]["container_size"].value() == "5"
    assert page.context["hits"].chosen.article_no == "701201"
    assert not page.context["form"]["declaration_no"].value()
    assert not CallOff.objects.exists()


def test_a_template_made_of_one_that_is_sent_in(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    desk.client.post(f"/callouts/history/A-{sent.number}/template/", {"name": "Weekly"})
    assert CallOffTemplate.objects.get().content["lines"][0]["quantity"] == "1600.000"


def test_what_a_template_names_may_be_gone_by_now(desk: Desk, template: CallOffTemplate) -> None:
    makers.WasteFraction.objects.filter(article_no="701201").update(is_active=False)
    page = desk.client.get(f"/callouts/new/?template={template.pk}")
    assert any("tilbys ikke lenger" in text for text in said(page))
    assert page.context["hits"].chosen is None
    template.content["lines"][0]["unit"] = 999999
    template.content["producer"] = 999999
    template.save()
    assert desk.client.get(f"/callouts/new/?template={template.pk}").status_code == 200


def test_names_are_unique_and_can_be_changed(desk: Desk, template: CallOffTemplate) -> None:
    draft = makers.draft(desk.customer, desk.user)
    page = desk.client.post(f"/callouts/drafts/{draft.pk}/template/", {"name": template.name})
    assert (page.status_code, CallOffTemplate.objects.count()) == (422, 1)
    assert desk.client.post(f"/callouts/templates/{template.pk}/", {"name": "New"}).status_code == 302
    template.refresh_from_db()
    assert template.name == "New"
    assert desk.client.post(f"/callouts/templates/{template.pk}/delete/").status_code == 302
    assert not CallOffTemplate.objects.exists()


def test_a_template_that_somebody_deletes_meanwhile_does_not_come_back(desk: Desk, template: CallOffTemplate) -> None:
    old = CallOffTemplate.objects.get(pk=template.pk)
    actions.delete_template(template=template, by=desk.user)
    with pytest.raises(CallOffTemplate.DoesNotExist):
        actions.rename_template(template=old, name="New", by=desk.user)
    assert not CallOffTemplate.objects.exists()


def test_another_customers_template_does_not_exist(desk: Desk, template: CallOffTemplate) -> None:
    person, customer = factories.member(Role.OWNER)
    makers.producer(customer)
    client = factories.client_for(person, tenant=desk.tenant)
    assert client.get(f"/callouts/new/?template={template.pk}").context["hits"].chosen is None
    for address in (f"/callouts/templates/{template.pk}/", f"/callouts/templates/{template.pk}/delete/"):
        assert client.get(address).status_code == 404
    for nonsense in ("abc", "-1", "9" * 40):
        assert desk.client.get(f"/callouts/new/?template={nonsense}").status_code == 200


def test_a_copy_is_the_customers_own(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    draft, _ = actions.copy_to_draft(call_off=sent, files=[], by=desk.user, start_key=uuid.uuid4())
    assert draft.customer == desk.customer
    assert content_of(draft).line.quantity == 1600
