"""Staff hand in a meter file; a worker reads it, and a page shows how far it has come."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from metering import actions
from metering.models import ImportBatch, ImportUpload, MeteringPoint
from portal.audit.models import Entry
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories
from tests.metering.elhub_files import new_csv
from tests.metering.gs2_files import POINT, hours, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
GOOD = written(hours([1] * 24, start=MIDNIGHT))
ADD = "/admin/metering/importupload/add/"


@pytest.fixture
def staff(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    factories.point()
    return client_for(core.staff(), tenant=tenant)


def hand_in(client: Client, content: bytes = GOOD, name: str = "day.gs2", **fields: str) -> str:
    """Return the address of the page one is led to."""
    response = client.post(ADD, {"file": SimpleUploadedFile(name, content), "reference": "", **fields})
    assert response.status_code == 302, response.context["errors"]
    return str(response["Location"])


def test_a_file_is_handed_in_read_and_shown_with_what_came_of_it(staff: Client) -> None:
    page = hand_in(staff, gzip.compress(GOOD), "day.gs2.gz")
    waiting = staff.get(page).content.decode()
    assert ('hx-trigger="every 2s"' in waiting, "<progress" in waiting) == (True, True)
    upload = ImportUpload.objects.get()
    assert (upload.state, StoredFile.objects.count()) == ("waiting", 1)
    location = upload.stored.location if upload.stored else ""
    actions.read_upload(pk=upload.pk)
    upload.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (upload.state, upload.batch_ids, upload.percent) == ("done", [batch.pk], 100)
    assert (batch.accepted, batch.by, batch.file_name) == (24, upload.by, "day.gs2")
    html = staff.get(page).content.decode()
    assert (f"/admin/metering/importbatch/{batch.pk}/change/" in html, "<progress" in html) == (True, False)
    assert StoredFile.objects.count() == 0
    assert Entry.objects.filter(verb="metering.file_handed_in").count() == 1
    assert location


def test_it_is_read_only_once(staff: Client) -> None:
    hand_in(staff)
    pk = ImportUpload.objects.get().pk
    actions.read_upload(pk=pk)
    first = ImportUpload.objects.get().finished_at
    actions.read_upload(pk=pk)
    assert ImportUpload.objects.get().finished_at == first


def test_a_csv_gets_its_metering_point_from_the_form(staff: Client) -> None:
    hand_in(staff, new_csv(["1"] * 24).encode(), "april.csv", reference=POINT)
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    assert factories.stored(MeteringPoint.objects.get(), date(2026, 1, 5)).total_wh == 24_000


def test_a_file_that_is_not_right_is_shown_with_the_reason(staff: Client) -> None:
    page = hand_in(staff, b"hello")
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    assert ImportUpload.objects.get().state == "faulty"
    batch = ImportBatch.objects.get()
    assert f"/admin/metering/importbatch/{batch.pk}/change/" in staff.get(page).content.decode()
    report = staff.get(f"/admin/metering/importbatch/{batch.pk}/change/").content.decode()
    assert "unknown_format" not in report
    assert "hello" in report


def test_the_report_can_be_downloaded(staff: Client, other_tenant: Tenant, client_for: Callable[..., Client]) -> None:
    hand_in(staff, GOOD.replace(b"Sum=", b"Sum=1"))
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    address = f"/admin/metering/importbatch/{ImportBatch.objects.get().pk}/report.csv"
    text = b"".join(staff.get(address)).decode("utf-8-sig")  # type: ignore[call-overload]  # it is streamed
    assert len(text.splitlines()) == 2
    assert POINT in text
    with tenant_scope(other_tenant):
        stranger = client_for(core.staff(), tenant=other_tenant)
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("fields", [{"reference": "707057500000000002"}, {"file": ""}])
def test_what_cannot_be_handed_in_is_refused(staff: Client, fields: dict[str, str]) -> None:
    response = staff.post(ADD, {"file": SimpleUploadedFile("a", GOOD), "reference": "", **fields})
    assert (response.status_code, ImportUpload.objects.count()) == (200, 0)


def test_an_upload_can_be_looked_at_and_not_changed(staff: Client) -> None:
    page = hand_in(staff)
    assert staff.post(page, {"reference": ""}).status_code == 403


def test_what_a_lost_wake_up_or_worker_left_is_found(staff: Client) -> None:
    hand_in(staff)
    pk = ImportUpload.objects.get().pk
    now = timezone.now()
    assert actions.give_up_lost_uploads(now=now + timedelta(minutes=4)) == []
    assert actions.give_up_lost_uploads(now=now + timedelta(minutes=6)) == [pk]
    ImportUpload.objects.update(state="running")
    actions.give_up_lost_uploads(now=now + timedelta(hours=5))
    assert (ImportUpload.objects.get().state, StoredFile.objects.count()) == ("failed", 1)
    # The time begins anew for one that is read again.
    ImportUpload.objects.update(state="running", finished_at=None, again_at=now + timedelta(hours=4))
    actions.give_up_lost_uploads(now=now + timedelta(hours=5))
    assert ImportUpload.objects.get().state == "running"


def test_a_fault_of_ours_does_not_leave_it_running(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(staff)
    monkeypatch.setattr(default_storage, "open", lambda *_: (_ for _ in ()).throw(RuntimeError("broken")))
    with pytest.raises(RuntimeError):
        actions.read_upload(pk=ImportUpload.objects.get().pk)
    assert ImportUpload.objects.get().state == "failed"


def test_a_file_that_is_not_right_says_why_on_its_page_and_waits_on_the_start_page(staff: Client) -> None:
    page = hand_in(staff, b"This is a note.", "note.txt")
    actions.read_upload(pk=ImportUpload.objects.get().pk)
    batch = ImportBatch.objects.get()
    assert batch.state == "faulty"
    assert batch.issues.get().text in staff.get(page).content.decode()
    [queue] = [one for one in staff.get("/admin/").context["work_queues"] if "importbatch" in one.url]
    assert queue.count == 1
    assert "note.txt" in staff.get(queue.url).content.decode()
    ImportBatch.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert "/importbatch/?needs=look" not in staff.get("/admin/").content.decode()


def test_a_worker_killed_between_the_fingerprint_and_the_first_values_is_made_good_by_the_next(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    def kill(*_: object) -> None:
        raise Killed

    hand_in(staff)
    pk = ImportUpload.objects.get().pk
    with monkeypatch.context() as patch:
        patch.setattr("metering.intake.Intake.write_chunk", kill)
        with pytest.raises(Killed):
            actions.read_upload(pk=pk)
    assert (ImportUpload.objects.get().state, ImportBatch.objects.get().state) == ("running", "running")
    actions.read_upload(pk=pk)
    batch = ImportBatch.objects.get()
    assert (ImportUpload.objects.get().state, batch.state, batch.accepted) == ("done", "done", 24)
    assert StoredFile.objects.count() == 0
