"""The form saves itself while somebody writes."""

import uuid
from typing import Any

from callouts import actions
from callouts.models import CallOff
from portal.customers.models import Role
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


def save(desk: Desk, address: str = "/callouts/new/", **changes: Any) -> tuple[int, dict[str, Any]]:
    answer = desk.client.post(address, makers.posted(desk.customer, action="autosave", **changes))
    return answer.status_code, answer.json()


def test_the_first_save_makes_the_draft_and_the_next_go_on_with_it(desk: Desk) -> None:
    start_key, line = str(uuid.uuid4()), str(uuid.uuid4())
    status, first = save(desk, start_key=start_key, line=line, quantity="100")
    draft = CallOff.objects.get()
    assert (status, first["version"], first["action"]) == (200, 1, f"/callouts/drafts/{draft.pk}/")
    assert "Utkastet ble lagret" in first["said"]
    assert 'href="#part-3"' in first["parts"]
    _, second = save(desk, first["action"], version=1, line=line, quantity="200")
    assert second["version"] == 2
    assert draft.lines.get().quantity == 200


def test_a_save_whose_answer_was_lost_is_sent_again_without_harm(desk: Desk) -> None:
    given = {"start_key": str(uuid.uuid4()), "line": str(uuid.uuid4())}
    answers = [save(desk, **given)[1] for _ in range(2)]
    assert answers[0]["version"] == answers[1]["version"] == 1
    assert CallOff.objects.count() == 1


def test_what_is_wrong_is_left_out_and_named_and_the_rest_is_kept(desk: Desk) -> None:
    line = str(uuid.uuid4())
    _, first = save(desk, line=line, quantity="100")
    status, second = save(desk, first["action"], version=1, line=line, quantity="a lot", note="Smells of tar")
    assert (status, second["is_whole"]) == (200, False)
    assert "Ikke lagret ennå: Mengde" in second["said"]
    saved = CallOff.objects.get().lines.get()
    assert (saved.quantity, saved.note) == (100, "Smells of tar")


def test_nothing_written_is_nothing_saved(desk: Desk) -> None:
    page = desk.client.get("/callouts/new/")
    untouched = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    untouched |= {"files": [], "contact_phone": "912 34 511", "action": "autosave"}
    assert desk.client.post("/callouts/new/", untouched).json() == {"said": ""}
    assert desk.client.post("/callouts/new/", untouched | {"action": "review"}).status_code == 422
    assert not CallOff.objects.exists()


def test_to_look_at_another_kind_of_service_is_not_to_write(desk: Desk) -> None:
    page = desk.client.get("/callouts/new/")
    untouched = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    looked = untouched | {"files": [], "service": "rental", "action": "autosave"}
    assert desk.client.post("/callouts/new/", looked).json() == {"said": ""}
    assert not CallOff.objects.exists()
    desk.client.post("/callouts/new/", looked | {"note": "Two lifts"})
    assert CallOff.objects.get().service == "rental"


def test_somebody_elses_save_is_not_overwritten(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    colleague = factories.user(name="Jonas Berg")
    factories.membership(colleague, desk.customer, Role.ORDERER)
    theirs = makers.content(desk.customer, quantity=5)
    actions.save_draft(call_off=draft, content=theirs, version=1, by=colleague)
    status, answer = save(desk, f"/callouts/drafts/{draft.pk}/", version=1, quantity="7")
    assert status == 409
    assert "Jonas Berg" in answer["said"]
    assert draft.lines.get().quantity == 5


def test_a_call_off_that_is_sent_in_is_not_saved(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    answer = desk.client.post(f"/callouts/drafts/{sent.pk}/", makers.posted(desk.customer, action="autosave"))
    assert answer.status_code == 302
    assert sent.lines.get().quantity == 1600
