"""A meter file of which nothing, or little, was taken in is one with faults: to whoever handed it in, and to staff."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from metering import actions
from metering.models import ImportBatch, ImportSettings, ImportUpload
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.ui import formatting
from tests import factories as core
from tests.metering import factories
from tests.metering.elhub_files import new_csv, old_csv
from tests.metering.gs2_files import OTHER_POINT, POINT, hours, written
from tests.metering.test_reading_again import OUT
from tests.metering.test_uploads import GOOD, MIDNIGHT, hand_in

MOSTLY_REFUSED = written(
    hours([1] * 4, start=MIDNIGHT), hours([1] * 24, start=MIDNIGHT, direction=factories.Direction.PRODUCTION)
)
MOSTLY_IN = written(
    hours([1] * 24, start=MIDNIGHT), hours([1] * 4, start=MIDNIGHT, direction=factories.Direction.PRODUCTION)
)


def read(client: Client, content: bytes, name: str = "day.gs2", **fields: str) -> ImportUpload:
    hand_in(client, content, name, **fields)
    upload = ImportUpload.objects.latest("pk")
    actions.read_upload(pk=upload.pk)
    upload.refresh_from_db()
    return upload


def page(client: Client, upload: ImportUpload) -> str:
    return " ".join(client.get(f"/admin/metering/importupload/{upload.pk}/change/").content.decode().split())


def queued(client: Client) -> int:
    queues = client.get("/admin/").context["work_queues"]
    return sum(queue.count for queue in queues if "needs=look" in queue.url)


@pytest.mark.parametrize(
    ("content", "state"), [(OUT, "faulty"), (MOSTLY_REFUSED, "faulty"), (MOSTLY_IN, "done"), (GOOD, "done")]
)
def test_one_of_which_most_is_refused_is_told_of_and_waits_on_the_start_page(
    staff: Client, content: bytes, state: str
) -> None:
    ImportSettings.objects.create(alert_email="drift@example.com")
    upload, batch = read(staff, content), ImportBatch.objects.get()
    assert (upload.state, batch.state) == (state, state)
    is_told = state == "faulty"
    assert (queued(staff), Message.objects.filter(event="metering.file_failed").count()) == (is_told, is_told)
    if is_told:
        text = Message.objects.get(event="metering.file_failed").body
        assert "production" in text.lower() or "produksjon" in text.lower()


def test_an_archive_with_one_bad_file_has_faults_and_has_not_failed(staff: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("good.gs2", GOOD)
        archive.writestr("bad.gs2", b"hello")
    upload = read(staff, packed.getvalue(), "both.zip")
    assert upload.state == "faulty"
    assert sorted(ImportBatch.objects.values_list("state", flat=True)) == ["done", "faulty"]


def test_one_of_which_there_are_only_notes_is_done(staff: Client) -> None:
    upload = read(staff, written(hours([1] * 24, start=MIDNIGHT, reference=OTHER_POINT)))
    assert (upload.state, ImportBatch.objects.get().state, queued(staff)) == ("done", "done", 0)


def test_what_was_parked_and_then_refused_leaves_its_file_with_faults(staff: Client) -> None:
    ImportSettings.objects.create(alert_email="drift@example.com")
    out = hours([1] * 24, start=MIDNIGHT, reference=OTHER_POINT, direction=factories.Direction.PRODUCTION)
    read(staff, written(out))
    assert (ImportBatch.objects.get().state, Message.objects.count()) == ("done", 0)
    factories.point(1)
    # The file came long ago.
    then = timezone.now() - timedelta(days=30)
    ImportBatch.objects.update(started_at=then, finished_at=then)
    assert actions.take_in_parked(by=None) == 24
    assert (ImportBatch.objects.get().state, ImportUpload.objects.get().state) == ("faulty", "faulty")
    assert queued(staff) == 1
    message = Message.objects.get(event="metering.file_failed")
    assert (message.recipient, "produksjon" in message.body.lower()) == ("drift@example.com", True)


def test_the_page_says_first_what_came_of_it_and_nothing_like_a_fault(staff: Client) -> None:
    html = page(staff, read(staff, GOOD))
    assert ("24 values taken in." in html, "is not kept any more" in html) == (True, False)
    again = written(hours([2] * 24, start=MIDNIGHT, reference=POINT))
    assert "24 values taken in (24 corrected)." in page(staff, read(staff, again))


def test_the_page_says_what_is_only_worth_a_note(staff: Client) -> None:
    html = page(staff, read(staff, written(hours([1] * 24, start=MIDNIGHT, reference=OTHER_POINT))))
    assert "24 values parked." in html
    assert "Note: The metering point is not registered." in html


def test_a_file_that_names_no_point_is_read_again_with_the_one_that_is_given(staff: Client) -> None:
    upload = read(staff, new_csv(["1"] * 24).encode(), "april.csv")
    address = f"/admin/metering/importupload/{upload.pk}/point/"
    assert (upload.state, queued(staff), address in page(staff, upload)) == ("faulty", 1, True)
    for wrong in ("7070575 00000000002", formatting.gsrn("707057500000000002")):
        refused = staff.post(address, {"reference": wrong})
        html = staff.get(refused["Location"]).content.decode()
        assert ("check digit" in html, f'value="{wrong}"' in html) == (True, True)
    staff.post(address, {"reference": "7070 5750 0000 0000 01"})
    upload.refresh_from_db()
    assert (upload.state, upload.reference) == ("waiting", POINT)
    actions.read_upload(pk=upload.pk)
    upload.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (upload.state, batch.state, batch.accepted, queued(staff)) == ("done", "done", 24, 0)
    assert address not in page(staff, upload)
    assert staff.post(address, {"reference": POINT}).status_code == 404


def test_who_may_not_hand_in_files_names_no_point(tenant: Tenant, staff: Client) -> None:
    upload = read(staff, new_csv(["1"] * 24).encode(), "april.csv")
    stranger = core.client_for(core.user(), tenant=tenant)
    stranger.post(f"/admin/metering/importupload/{upload.pk}/point/", {"reference": POINT})
    upload.refresh_from_db()
    assert (upload.state, upload.reference) == ("faulty", "")


def test_a_file_handed_in_again_with_its_point_mends_the_one_without(staff: Client) -> None:
    content = new_csv(["1"] * 24).encode()
    read(staff, content, "april.csv")
    assert read(staff, content, "april.csv", reference="7070 5750 0000 0000 01").state == "done"
    assert (ImportBatch.objects.get().accepted, queued(staff)) == (24, 0)


def test_the_form_is_called_what_it_does_and_has_one_button(staff: Client) -> None:
    html = staff.get("/admin/metering/importupload/add/").content.decode()
    assert ("Upload a meter file" in html, 'value="Upload"' in html) == (True, True)
    assert ("_addanother" in html, "_continue" in html) == (False, False)


def test_reasons_are_in_the_words_and_the_time_of_the_company(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    factories.point()
    staff = client_for(core.staff(language="nb"), tenant=tenant)
    html = page(staff, read(staff, gzip.compress(GOOD)[:-12], "day.gs2.gz"))
    assert ("den pakkede filen brytes av" in html, "end-of-stream" in html) == (True, False)
    future = hours([1], start=datetime(2099, 12, 31, 22, tzinfo=UTC))
    assert "01.01.2100 00:00" in page(staff, read(staff, written(future), "future.gs2"))


def test_amounts_days_and_names_of_formats_are_written_as_the_company_does(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    factories.point()
    staff = client_for(core.staff(language="nb"), tenant=tenant)
    wrong_sum = written(hours([1052] * 24, start=MIDNIGHT)).replace(b"#Sum=25.248", b"#Sum=52.0765")
    html = page(staff, read(staff, wrong_sum, "sum.gs2"))
    assert ("52,0765 kWh" in html, "25,248 kWh" in html) == (True, True)
    early = written(hours([1] * 24, start=datetime(1999, 1, 4, 23, tzinfo=UTC)))
    assert "2. jan. 2000" in page(staff, read(staff, early, "early.gs2"))
    old = read(staff, old_csv(("05.01.2026 00:00", "05.01.2026 01:00", "1,5")).encode(), "old.csv", reference=POINT)
    assert "Elhub CSV (gammel)" in page(staff, old)
    assert "Elhub CSV (gammel)" in staff.get("/admin/metering/importbatch/").content.decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x05\x06" + bytes(18), "The archive has no files in it."),
        (b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>', "document type declaration"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "in no known format"),
        (b"<!DOCTYPE \n html><html><body>Sign in</body></html>", "in no known format"),
    ],
)
def test_what_is_no_meter_file_is_told_by_what_it_is(staff: Client, content: bytes, reason: str) -> None:
    assert reason in page(staff, read(staff, content, "file"))
