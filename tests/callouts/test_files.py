"""Files of a call-off: checked, listed, taken off, served to the customer only, and locked when it is sent in."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from callouts.models import CallOff, CallOffFile
from portal.customers.models import Role
from portal.files.models import StoredFile
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_what_is_sent_in_is_locked import LOCKED, refused, sql

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def pdf(name: str = "datablad.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def post(desk: Desk, files: Iterable[SimpleUploadedFile], **changes: Any) -> Any:
    posted = makers.posted(desk.customer, action="attach", file_kind="nofo", **changes)
    return desk.client.post("/callouts/new/", posted | {"files": list(files)})


@pytest.fixture
def with_file(desk: Desk) -> CallOff:
    assert post(desk, [pdf()]).status_code == 302
    return CallOff.objects.get()


def test_a_file_is_kept_with_its_kind_size_and_checksum(desk: Desk, with_file: CallOff) -> None:
    file = with_file.files.get()
    assert (file.name, file.kind, file.size) == ("datablad.pdf", "nofo", len(PDF))
    assert file.sha256 == file.stored.sha256
    page = desk.client.get(f"/callouts/drafts/{with_file.pk}/").content.decode()
    assert "datablad.pdf" in page
    assert "NOFO-skjema" in page


def test_files_chosen_are_not_lost_whichever_button_is_pressed(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="save") | {"files": [pdf("a.pdf"), pdf("b.pdf")]}
    desk.client.post("/callouts/new/", posted)
    assert [file.name for file in CallOffFile.objects.all()] == ["a.pdf", "b.pdf"]


def test_a_file_is_taken_off(desk: Desk, with_file: CallOff) -> None:
    file = with_file.files.get()
    posted = makers.posted(desk.customer, version=with_file.version, action=f"detach:{file.pk}")
    assert desk.client.post(f"/callouts/drafts/{with_file.pk}/", posted).status_code == 302
    assert not with_file.files.exists()
    for digits in (20, 5000):
        again = makers.posted(desk.customer, version=with_file.version + 1, action=f"detach:{'9' * digits}")
        assert desk.client.post(f"/callouts/drafts/{with_file.pk}/", again).status_code == 302


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 200),
        ("datablad.exe", PDF),
        ("side.html", b"<html><script>alert(1)</script></html>"),
        ("tom.pdf", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_nothing_is_saved(desk: Desk, name: str, content: bytes) -> None:
    page = post(desk, [pdf(name, content)])
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"files"}
    assert not CallOff.objects.exists()
    assert not StoredFile.objects.exists()


def test_thirty_files_of_25_mb_are_refused_with_the_limit(desk: Desk) -> None:
    """What is too large in all is refused before it is read; the page's script says so before anything is sent."""
    large = PDF + b" " * (25 * 1024 * 1024 - len(PDF))
    assert post(desk, [pdf(f"{number}.pdf", large) for number in range(30)]).status_code == 413
    page = post(desk, [pdf(f"{number}.pdf") for number in range(11)])
    assert page.status_code == 422
    assert "10" in page.context["form"].errors["files"][0]
    assert not StoredFile.objects.exists()
    assert not CallOff.objects.exists()


def test_a_call_off_takes_ten_files_in_all(desk: Desk) -> None:
    post(desk, [pdf(f"{number}.pdf") for number in range(8)])
    draft = CallOff.objects.get()
    posted = makers.posted(desk.customer, action="attach", version=draft.version)
    page = desk.client.post(f"/callouts/drafts/{draft.pk}/", posted | {"files": [pdf(f"x{n}.pdf") for n in range(3)]})
    assert page.status_code == 422
    assert "8" in page.context["form"].errors["files"][0]
    assert draft.files.count() == 8


def test_it_is_served_to_the_customer_and_to_nobody_else(desk: Desk, with_file: CallOff) -> None:
    address = f"/callouts/files/{with_file.pk}/{with_file.files.get().pk}/"
    answer = desk.client.get(address)
    assert b"".join(answer) == PDF  # type: ignore[call-overload]  # a streamed answer
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    person, _ = factories.member(Role.OWNER)
    assert factories.client_for(person, tenant=desk.tenant).get(address).status_code == 404
    assert desk.client.get(f"/callouts/files/{with_file.pk}/999999/").status_code == 404


def test_it_is_sent_along_and_shown_in_the_history(desk: Desk, with_file: CallOff) -> None:
    sent = makers.submit(with_file, desk.user)
    for address in (f"/callouts/history/A-{sent.number}/", f"/callouts/history/?open={sent.shown_number}"):
        assert f"/callouts/files/{sent.pk}/" in desk.client.get(address).content.decode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE callouts_callofffile SET name = 'x' WHERE call_off_id = %s",
        "UPDATE callouts_callofffile SET kind = 'other' WHERE call_off_id = %s",
        "DELETE FROM callouts_callofffile WHERE call_off_id = %s",
        """INSERT INTO callouts_callofffile SELECT (jsonb_populate_record(f, '{"id": 999999}')).*
             FROM callouts_callofffile f WHERE call_off_id = %s""",
        "UPDATE callouts_statuschange SET reason = 'x' WHERE call_off_id = %s",
        "DELETE FROM callouts_statuschange WHERE call_off_id = %s",
    ],
)
def test_files_and_status_history_are_locked_in_the_database(desk: Desk, with_file: CallOff, statement: str) -> None:
    sent = makers.submit(with_file, desk.user)
    assert refused(sql(statement, sent.pk)) == LOCKED


def test_the_locked_page_lists_files_once(desk: Desk, with_file: CallOff) -> None:
    assert desk.client.get(f"/callouts/drafts/{with_file.pk}/review/").content.decode().count("datablad.pdf") == 1
    sent = makers.submit(with_file, desk.user)
    assert desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode().count("datablad.pdf") == 1


def test_a_file_cannot_be_moved_in_or_out(desk: Desk, with_file: CallOff) -> None:
    sent, draft = makers.submit(with_file, desk.user), makers.draft(desk.customer, desk.user)
    move = "UPDATE callouts_callofffile SET call_off_id = %s WHERE call_off_id = %s"
    assert refused(sql(move, draft.pk, sent.pk)) == LOCKED
    file = sent.files.get()
    file.pk, file.call_off = None, sent  # type: ignore[assignment]
    assert refused(file.save) == LOCKED


def test_a_file_added_after_it_was_looked_over_is_not_sent_in_unseen(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    posted = makers.posted(desk.customer, action="attach", version=1)
    desk.client.post(f"/callouts/drafts/{draft.pk}/", posted | {"files": [pdf()]})
    keys = {"version": 1, "submission_key": "0" * 32}
    assert desk.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys).headers["Location"].endswith("/review/")
    assert CallOff.objects.get().is_draft
