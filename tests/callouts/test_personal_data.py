"""What call-offs hold of a person goes along with them, and leaves drafts with their account."""

import json

from portal import registry
from tests.callouts import makers
from tests.callouts.conftest import Desk


def entry() -> registry.PersonalData:
    return next(each for each in registry.personal_data() if each.name == "call_offs")


def test_a_person_takes_along_what_they_wrote(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    makers.draft(desk.customer, desk.user, note="Not sent in")
    taken = json.loads(json.dumps(entry().export(desk.user)))
    assert [each["number"] for each in taken["call_offs"]] == [sent.shown_number, ""]
    assert taken["call_offs"][1]["lines"][0]["note"] == "Not sent in"


def test_drafts_forget_the_person_and_what_is_sent_in_stays(desk: Desk) -> None:
    contact = {"contact_name": desk.user.name, "contact_phone": desk.user.phone}
    sent, draft = (
        makers.submitted(desk.customer, desk.user, **contact),
        makers.draft(desk.customer, desk.user, **contact),
    )
    assert entry().forget
    entry().forget(desk.user)  # type: ignore[misc]  # it has one
    sent.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.contact_name, draft.contact_phone) == ("", "")
    assert sent.contact_name == desk.user.name
