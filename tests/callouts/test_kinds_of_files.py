"""What a file is: told by the file itself, or by the person, and changed as long as it is a draft."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from callouts import actions
from callouts.models import CallOff, CallOffFile
from callouts.rules.files import guessed_kind
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import pdf


def picture(name: str = "IMG_2041.jpg") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    ("name", "is_picture", "kind"),
    [
        ("IMG_2041.jpg", True, "photo"),
        ("NOFO-skjema.pdf", False, "nofo"),
        ("nofo foto.jpg", True, "nofo"),
        ("Sikkerhetsdatablad diesel.pdf", False, "data_sheet"),
        ("SDS_1263.PDF", False, "data_sheet"),
        ("faktura.pdf", False, "other"),
    ],
)
def test_a_kind_is_guessed_by_name_and_content(name: str, is_picture: bool, kind: str) -> None:
    assert guessed_kind(name, is_picture=is_picture) == kind


@pytest.fixture
def draft(desk: Desk) -> CallOff:
    files = [picture(), pdf("datablad.pdf"), pdf("NOFO.pdf"), pdf("notat.pdf")]
    desk.client.post("/callouts/new/", makers.posted(desk.customer, action="attach") | {"files": files})
    return CallOff.objects.get()


def kinds(draft: CallOff) -> dict[str, str]:
    return dict(CallOffFile.objects.filter(call_off=draft).values_list("name", "kind"))


def test_each_file_gets_its_own_kind(draft: CallOff) -> None:
    assert kinds(draft) == {
        "IMG_2041.jpg": "photo",
        "datablad.pdf": "data_sheet",
        "NOFO.pdf": "nofo",
        "notat.pdf": "other",
    }


def test_a_kind_is_changed_with_the_draft_and_only_to_one_there_is(desk: Desk, draft: CallOff) -> None:
    ids = dict(draft.files.values_list("name", "pk"))
    page = desk.client.get(f"/callouts/drafts/{draft.pk}/").content.decode()
    assert f'name="kind-{ids["notat.pdf"]}"' in page
    changes = {f"kind-{ids['notat.pdf']}": "nofo", f"kind-{ids['NOFO.pdf']}": "gold", "kind-" + "9" * 18: "other"}
    posted = makers.posted(desk.customer, version=draft.version) | changes
    assert desk.client.post(f"/callouts/drafts/{draft.pk}/", posted).status_code == 302
    assert kinds(draft)["notat.pdf"] == kinds(draft)["NOFO.pdf"] == "nofo"


def test_it_is_saved_by_itself_too(desk: Desk, draft: CallOff) -> None:
    pk = draft.files.get(name="notat.pdf").pk
    posted = makers.posted(desk.customer, version=draft.version, action="autosave") | {f"kind-{pk}": "photo"}
    answer = desk.client.post(f"/callouts/drafts/{draft.pk}/", posted)
    draft.refresh_from_db()
    assert answer.json()["version"] == draft.version
    assert kinds(draft)["notat.pdf"] == "photo"


def test_what_is_sent_in_keeps_its_kinds(desk: Desk, draft: CallOff) -> None:
    sent = makers.submit(draft, desk.user)
    with pytest.raises(actions.AlreadySubmitted):
        actions.set_kinds(call_off=sent, kinds={draft.files.get(name="notat.pdf").pk: "photo"}, by=desk.user)
