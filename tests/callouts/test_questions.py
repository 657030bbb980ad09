"""Waste that is not on the list: asked from the spot, answered by staff, and told at the draft."""

from django.test import Client

from callouts.actions.questions import answer_question
from callouts.models import CallOff, FractionRequest
from portal.customers.models import Customer, Role
from portal.notifications.models import Message
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk

ADDRESS = "/callouts/not-on-the-list/"


def ask(desk: Desk) -> FractionRequest:
    posted = makers.posted(desk.customer, action="ask", fraction="", q="tinnbunnstoff")
    leads_to = desk.client.post("/callouts/new/", posted).headers["Location"]
    draft = CallOff.objects.get()
    assert leads_to == f"{ADDRESS}?draft={draft.pk}"
    page = desk.client.get(leads_to)
    assert page.context["form"]["draft"].value() == draft.pk
    answer = desk.client.post(ADDRESS, {"description": "Filterposer med tinn, 40 sekker", "draft": draft.pk})
    assert answer.headers["Location"] == f"/callouts/drafts/{draft.pk}/"
    return FractionRequest.objects.get()


def test_the_question_waits_for_staff_and_is_shown_at_the_draft(desk: Desk) -> None:
    question = ask(desk)
    staff = factories.client_for(factories.staff(), tenant=desk.tenant)
    queues = {str(queue.label): queue.count for queue in staff.get("/admin/").context["work_queues"]}
    assert queues["Spørsmål om avfall"] == 1
    page = desk.client.get(f"/callouts/drafts/{question.draft_id}/").content.decode()
    assert "ikke besvart ennå" in page


def test_the_answer_names_a_fraction_and_is_sent(desk: Desk) -> None:
    question = ask(desk)
    staff = factories.client_for(factories.staff(), tenant=desk.tenant)
    address = f"/admin/callouts/fractionrequest/{question.pk}/change/"
    assert staff.post(address, {"fraction": "", "answer": ""}).status_code == 200
    answer = {"fraction": makers.fraction("709601").pk, "answer": "Pakk i storsekk."}
    assert staff.post(address, answer).status_code == 302
    [message] = Message.objects.filter(event="callouts.fraction_answered")
    assert message.recipient == desk.user.email
    assert "709601" in message.body
    assert f"/callouts/drafts/{question.draft_id}/" in message.body
    page = desk.client.get(f"/callouts/drafts/{question.draft_id}/").content.decode()
    assert "Pakk i storsekk." in page


def test_who_has_left_the_customer_does_not_get_the_answer(desk: Desk) -> None:
    question = ask(desk)
    Customer.objects.filter(pk=desk.customer.pk).update(email="post@nordvag.example")
    desk.user.memberships.all().delete()
    answer_question(question=question, answer="Pakk i storsekk.", fraction=None, by=factories.staff())
    [message] = Message.objects.filter(event="callouts.fraction_answered")
    assert (message.user, message.recipient) == (None, "post@nordvag.example")


def test_an_empty_question_is_not_asked(desk: Desk) -> None:
    page = desk.client.post(ADDRESS, {"description": " "})
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"description"})
    assert desk.client.post(ADDRESS, {"description": "x" * 5000}).status_code == 422
    assert not FractionRequest.objects.exists()


def test_nothing_written_yet_makes_no_draft(desk: Desk) -> None:
    page = desk.client.get("/callouts/new/")
    untouched = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    answer = desk.client.post("/callouts/new/", untouched | {"files": [], "action": "ask"})
    assert answer.headers["Location"] == ADDRESS
    assert not CallOff.objects.exists()


def test_another_customers_draft_and_questions_do_not_show(desk: Desk) -> None:
    question = ask(desk)
    person, _ = factories.member(Role.OWNER)
    client: Client = factories.client_for(person, tenant=desk.tenant)
    page = client.get(f"{ADDRESS}?draft={question.draft_id}")
    assert page.context["draft"] is None
    assert "tinn" not in page.content.decode()


def test_a_draft_with_a_question_can_be_deleted_and_sent_in(desk: Desk) -> None:
    question = ask(desk)
    desk.client.post(f"/callouts/drafts/{question.draft_id}/delete/")
    question.refresh_from_db()
    assert question.draft is None


def test_a_description_of_just_the_limit_is_taken_with_its_line_breaks(desk: Desk) -> None:
    text = factories.long_text(2000)
    assert desk.client.post(ADDRESS, {"description": text.replace("\n", "\r\n")}).status_code == 302
    assert FractionRequest.objects.get().description == text
