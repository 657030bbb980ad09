"""A meter file of which something was refused is kept for a while, and read again from its page or its list."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from metering import actions
from metering.models import UPLOAD_KEPT, ImportBatch, ImportSettings, ImportUpload, MeteringPoint
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.gs2_files import hours, written
from tests.metering.test_uploads import ADD, MIDNIGHT, hand_in

OUT = written(hours([1] * 24, start=MIDNIGHT)).replace(b"Direction-of-flow=in", b"Direction-of-flow=out")
FILES, BATCHES = "/admin/metering/importupload/", "/admin/metering/importbatch/"
BUTTON = 'value="read_again"'
NOT_KEPT = "is not kept any more"


def press(client: Client, address: str, pk: int, **more: str) -> Any:
    return client.post(address, {"action": "read_again", "_selected_action": str(pk), **more})


def refused(client: Client) -> tuple[ImportUpload, ImportBatch]:
    """A file with production of a point that has none."""
    hand_in(client, OUT)
    upload = ImportUpload.objects.get()
    actions.read_upload(pk=upload.pk)
    upload.refresh_from_db()
    return upload, ImportBatch.objects.get()


@pytest.mark.parametrize("address", [FILES, BATCHES])
def test_what_was_refused_is_taken_in_when_it_is_mended_and_the_file_read_again(staff: Client, address: str) -> None:
    upload, batch = refused(staff)
    assert (batch.accepted, batch.rejected, upload.can_be_read_again) == (0, 24, True)
    pk = upload.pk if address == FILES else batch.pk
    assert BUTTON in staff.get(f"{address}{pk}/change/").content.decode()
    MeteringPoint.objects.update(has_production=True)
    asked = press(staff, address, pk)
    assert (asked.status_code, ImportUpload.objects.get().state) == (200, "faulty")
    sent = press(staff, address, pk, confirmed="yes")
    assert sent["Location"] == f"{FILES}{upload.pk}/change/"
    assert ImportUpload.objects.get().state == "waiting"
    assert Entry.objects.filter(verb="metering.file_read_again").count() == 1
    actions.read_upload(pk=upload.pk)
    batch.refresh_from_db()
    assert (batch.accepted, batch.rejected, StoredFile.objects.count()) == (24, 0, 0)


def test_a_file_that_is_on_its_way_is_not_sent_twice(staff: Client) -> None:
    upload, _ = refused(staff)
    press(staff, FILES, upload.pk, confirmed="yes")
    press(staff, FILES, upload.pk, confirmed="yes")
    assert "is being read already" in staff.get(FILES).content.decode()
    assert Entry.objects.filter(verb="metering.file_read_again").count() == 1


def test_what_was_taken_in_is_not_kept_and_its_page_says_how_to_read_it_again(staff: Client) -> None:
    page = hand_in(staff)
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    upload, batch = ImportUpload.objects.get(), ImportBatch.objects.get()
    html = staff.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert (ADD in html, BUTTON in html) == (True, False)
    assert BUTTON not in staff.get(page).content.decode()
    for address, pk in ((FILES, upload.pk), (BATCHES, batch.pk)):
        answer = press(staff, address, pk, confirmed="yes")
        assert answer.status_code == 302
        assert NOT_KEPT in staff.get(address).content.decode()
    assert not Entry.objects.filter(verb="metering.file_read_again").exists()


def test_handed_in_once_more_it_is_read_again_where_that_is_ticked(staff: Client) -> None:
    hand_in(staff)
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    day, point = date(2026, 1, 5), MeteringPoint.objects.get()
    point.has_production = True
    point.save()
    ImportSettings.objects.create(swap_directions=True)
    page = hand_in(staff, name="same.gs2")
    actions.read_upload(pk=ImportUpload.objects.latest("pk").pk)
    assert "was not read again" in staff.get(page).content.decode()
    page = hand_in(staff, name="again.gs2", again="on")
    actions.read_upload(pk=ImportUpload.objects.latest("pk").pk)
    assert "was not read again" not in staff.get(page).content.decode()
    assert factories.stored(point, day, factories.Direction.PRODUCTION).total_wh == 24


def test_what_broke_off_is_found_by_its_content(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(staff)
    upload = ImportUpload.objects.get()

    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("metering.intake.Intake.write_chunk", broken)
        with pytest.raises(RuntimeError):
            actions.read_upload(pk=upload.pk)
    batch = ImportBatch.objects.get()
    assert (batch.state, ImportUpload.objects.get().batch_ids) == ("failed", [])
    assert press(staff, BATCHES, batch.pk, confirmed="yes").status_code == 302
    actions.read_upload(pk=upload.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("done", 24)


def test_who_may_not_hand_in_files_has_none_read_again(tenant: Tenant, staff: Client) -> None:
    upload, _ = refused(staff)
    stranger = core.client_for(core.user(), tenant=tenant)
    press(stranger, FILES, upload.pk, confirmed="yes")
    assert not Entry.objects.filter(verb="metering.file_read_again").exists()


def test_what_waits_to_be_read_again_goes_after_two_weeks(
    staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    upload, _ = refused(staff)
    location = upload.stored.location if upload.stored else ""
    now = timezone.now()
    actions.forget_uploads(now=now + UPLOAD_KEPT - timedelta(hours=1))
    assert default_storage.exists(location)
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget_uploads(now=now + UPLOAD_KEPT + timedelta(hours=1))
    assert (StoredFile.objects.count(), default_storage.exists(location)) == (0, False)
    assert NOT_KEPT in staff.get(f"{FILES}{upload.pk}/change/").content.decode()
