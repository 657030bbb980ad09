"""Packed files: gzip is the file itself, a zip archive several, and neither can fill the memory or the disk."""

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from metering import actions
from metering.importers import archives
from metering.models import ImportBatch, ImportSettings, MeteringPoint, ReadingDay
from metering.reports import Report
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import samples
from tests.metering import factories
from tests.metering.elhub_files import new_csv, old_csv, xml
from tests.metering.gs2_files import POINT, hours, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
MONDAY = date(2026, 1, 5)
GS2 = written(hours([1] * 24, start=MIDNIGHT))
SAMPLES = samples.SAMPLES / "readings"


def import_(content: bytes, name: str = "a", *, reference: str = "") -> list[Report]:
    origin = actions.Origin(name=name, reference=reference)
    return list(actions.import_all(stream=io.BytesIO(content), origin=origin))


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def codes(reports: list[Report]) -> list[list[str]]:
    return [[issue.code for issue in report.issues] for report in reports]


def test_a_packed_file_is_the_file_itself(tenant: Tenant) -> None:
    factories.point()
    (report,) = import_(gzip.compress(GS2), "day.gs2.gz")
    assert (report.file, report.accepted, ImportBatch.objects.get().file_bytes) == ("day.gs2", 24, len(GS2))
    (again,) = import_(GS2, "day.gs2")
    assert (again.already_imported, ImportBatch.objects.count()) == (True, 1)


def test_an_archive_is_all_of_its_files_each_with_a_report(tenant: Tenant) -> None:
    factories.point()
    other = xml(hours([2] * 24, start=datetime(2026, 1, 5, 23, tzinfo=UTC))).encode()
    files = {"in/a.gs2": GS2, "b.xml.gz": gzip.compress(other), "c.txt": b"hello", "__MACOSX/a": b"x", ".d": b"x"}
    reports = import_(zipped(files), "all.zip")
    assert [(report.file, report.format, report.accepted) for report in reports] == [
        ("a.gs2", "GS2", 24),
        ("b.xml", "Elhub XML", 24),
        ("c.txt", "", 0),
    ]
    assert ReadingDay.objects.count() == 2


def test_a_bomb_is_refused_with_a_reason(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_OF_RATIO", 1 << 20)
    bomb = b"##Start-message\n" + bytes(1 << 24).replace(b"\0", b" ")
    packed = (gzip.compress(bomb), zipped({"a": bomb}), zipped({"a.gz": gzip.compress(bomb)}))
    for content in packed:
        (found,) = codes(import_(content))
        assert "unreadable_file" in found
        assert ImportBatch.objects.latest("pk").file_bytes < 8 << 20


def test_a_packed_file_that_breaks_off_keeps_what_was_whole(tenant: Tenant) -> None:
    factories.point()
    long = written(*(hours([at] * 24, start=datetime(2025, 1, 1 + at, 23, tzinfo=UTC)) for at in range(20)))
    packed = gzip.compress(long, compresslevel=0)
    (report,) = import_(packed[: len(packed) // 2])
    assert 0 < report.accepted < 480
    assert "unreadable_file" in [issue.code for issue in report.issues]


def test_broken_archives_and_spreadsheets_are_named(tenant: Tenant) -> None:
    assert codes(import_(zipped({"a": GS2})[:60])) == [["unreadable_file"]]
    assert codes(import_(zipped({}), "empty.zip")) == [["empty_archive"]]
    assert codes(import_(zipped({"folder/": b"", ".hidden": b"x"}), "hidden.zip")) == [["empty_archive"]]
    sheet = zipped({"[Content_Types].xml": b"<x/>", "xl/sheet.xml": b"<x/>"})
    assert codes(import_(sheet, "readings.xlsx")) == [["spreadsheet"]]
    assert codes(import_(zipped({"inner.zip": zipped({"a": GS2})}))) == [["archive_in_archive"]]


def test_the_metering_point_of_a_csv_comes_along_or_with_its_name(tenant: Tenant) -> None:
    point = factories.point()
    content = new_csv(["1"] * 24).encode()
    assert codes(import_(content, "april.csv")) == [["point_not_named"]]
    (report,) = import_(content, f"meteringvalues-mp-{POINT}-consumption.csv")
    assert (report.format, report.accepted) == ("Elhub CSV", 24)
    (report,) = import_(content, "april.csv", reference=POINT)
    assert (report.already_imported, factories.stored(point, MONDAY).total_wh) == (True, 24_000)


def test_the_same_values_of_two_metering_points_are_two_files(tenant: Tenant) -> None:
    first, second = factories.point(0), factories.point(1)
    content = old_csv(("05.01.2026 00:00", "05.01.2026 01:00", "1,5")).encode()
    for point in (first, second):
        import_(content, reference=point.gsrn)
    assert [factories.stored(point, MONDAY).total_wh for point in (first, second)] == [1500, 1500]


def test_staff_are_told_of_a_file_that_fails_but_not_of_a_series(tenant: Tenant) -> None:
    ImportSettings.objects.create(alert_email="drift@example.com")
    import_(GS2[: len(GS2) // 2], "half.gs2")
    message = Message.objects.get()
    assert (message.event, message.recipient) == ("metering.file_failed", "drift@example.com")
    assert "half.gs2" in message.subject
    assert f"/admin/metering/importbatch/{ImportBatch.objects.get().pk}/change/" in message.body
    two = written(hours([1] * 24, start=MIDNIGHT), hours([1] * 2, start=MIDNIGHT + timedelta(days=1)))
    import_(two.replace(b"Sum=0.002", b"Sum=1"), "bad-sum.gs2")
    assert ImportBatch.objects.get(file_name="bad-sum.gs2").rejected == 2
    assert Message.objects.count() == 1


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample files are not beside this checkout")
def test_a_real_month_has_its_total_and_its_peaks(tenant: Tenant) -> None:
    factories.point()
    (report,) = import_((SAMPLES / "elhub_minside_april2026.csv").read_bytes(), reference=POINT)
    april = ReadingDay.objects.filter(day__year=2026, day__month=4)
    assert (report.accepted, report.issues) == (744, [])
    assert sum(day.total_wh for day in april) == 1_381_827
    peaks = sorted((day.peak_wh or 0 for day in april), reverse=True)
    assert peaks[:3] == [5939, 4779, 4262]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample files are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "accepted", "wh"),
    [
        ("elhub_minside_old_2021_head.csv", 399, 830_561),
        ("elhub_validated_data_25h_synthetic.xml", 25, 47_797),
    ],
)
def test_the_other_public_samples(tenant: Tenant, name: str, accepted: int, wh: int) -> None:
    # The made-up number of the XML file has a wrong check digit; one that is registered is known all the same.
    MeteringPoint.objects.create(gsrn="707057500000000000")
    (report,) = import_((SAMPLES / name).read_bytes(), name, reference="707057500000000000")
    assert (report.accepted, report.issues) == (accepted, [])
    assert sum(day.total_wh for day in ReadingDay.objects.all()) == wh
