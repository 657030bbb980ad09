"""Whatever a file has in it, taking it in ends with a report, and with days that are whole in themselves."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metering import actions
from metering.days import slot_count, total
from metering.importers import detect
from metering.models import ImportBatch, ImportIssue, ParkedSeries, ReadingDay
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from tests.metering import factories
from tests.metering.elhub_files import NAMED, new_csv, old_csv, xml
from tests.metering.gs2_files import POINT, SERIES, block, message

NASTY = [
    "", " ", "\0", "x" * 70, "9" * 30, "-1", "NaN", "1e3", "1.", ".5", "2000000", "999999999999",
    "0001-01-01T00:00:00Z", "9999-12-31T23:00:00Z", "9999-12-31T23:00:00-23:59", "0001-01-01.00:00:00",
    "9999-12-31.23:00:00", "01.01.0001 00:00", "31.12.9999 23:00", "26.10.2025 02:00",
    "2026-01-05T00:00:00." + "0" * 100 + "Z", "2026-01-05\x0000:00:00+01:00", "2999-01-01T00:00:00Z",
    "0000-00-00.00:15:00", "PT15M", "KWH 15 Forbruk", "KWH 60 Produksjon", "MWh", "kVArh", "out", gsrn.make(77),
    "707057500000000002", "\ud7ff\N{BYTE ORDER MARK}", "å;,\t\"'", "\N{REPLACEMENT CHARACTER}",
]  # fmt: skip
nasty = st.sampled_from(NASTY) | st.text(max_size=12)
quarters = "\n".join(
    f"2026-01-05T00:{at:02}:00+01:00;2026-01-05T{(at + 15) // 60:02}:{(at + 15) % 60:02}:00+01:00"
    f";{gsrn.make(1)};KWH 15 Forbruk;2000000;kWh"
    for at in (0, 15, 30, 45)
)
WITH_POINTS = f"Fra;Til;Målepunkt;Målenavn;Volum;Enhet\n{quarters}\n"
SMALL = WITH_POINTS.replace("2000000", "2")
WITH_ADDRESS = WITH_POINTS.replace("Fra;", "Adresse;Fra;").replace("\n2026", "\nTorget 1;2026")
CELLS = [new_csv(["1,5"] * 4), WITH_POINTS, WITH_ADDRESS, old_csv(("05.01.2026 00:00", "05.01.2026 01:00", "1,5"))]


@st.composite
def gs2(draw: st.DrawFn) -> str:
    changes = draw(st.dictionaries(st.sampled_from([*SERIES, "Time"]), nasty, max_size=2))
    values = draw(st.lists(nasty, min_size=1, max_size=3))
    body = f"< {' '.join(values)} >" if draw(st.booleans()) else SERIES["Value"]
    return message(
        block(), block(changes={"Value": body, **changes}, Sum=None), offset=draw(st.sampled_from(["1", "x"]))
    )


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A CSV with some of its cells, of the heading too, replaced or left out."""
    lines = draw(st.sampled_from(CELLS)).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 2))
        mark = ";" if ";" in lines[at] else ","
        row = lines[at].split(mark)
        begin = draw(st.integers(0, len(row) - 1))
        row[begin : begin + draw(st.integers(0, 1))] = draw(st.lists(nasty, max_size=1))
        lines[at] = mark.join(row)
    return "\n".join(lines)


@st.composite
def elhub(draw: st.DrawFn) -> str:
    """Elhub's XML with some of its texts replaced."""
    pieces = re.split(r"(>[^<>]+<|Sequence=\"\d+\")", xml())
    for at in draw(st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=3)):
        if at % 2:
            pieces[at] = f">{draw(nasty)}<" if pieces[at][0] == ">" else f'Sequence="{draw(nasty)}"'
    return "".join(pieces)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(gs2() | cells() | elhub(), st.sampled_from(["utf-8", "utf-16"]))
def test_no_content_breaks_the_import(tenant: Tenant, content: str, encoding: str) -> None:
    with transaction.atomic():
        factories.point(0)
        factories.point(1)
        data = content.encode(encoding, "replace")
        (report,) = actions.import_all(stream=io.BytesIO(data), origin=actions.Origin(name="x", reference=POINT))
        assert report.series or report.issues
        assert ImportIssue.objects.count() == report.issue_count
        assert ImportBatch.objects.get().is_read
        assert sum(len(one.values_wh) for one in ParkedSeries.objects.all()) == report.parked
        for day in ReadingDay.objects.all():
            assert len(day.values_wh) == slot_count(day.day, tenant.zone, day.resolution_minutes)
            assert day.total_wh == total(day.values_wh)
        if ParkedSeries.objects.exists():
            factories.point(77)
            actions.take_in_parked(by=None)
        transaction.set_rollback(True)


@settings(max_examples=300)
@given(gs2() | cells() | elhub())
def test_no_content_breaks_a_parser(content: str) -> None:
    assert list(detect.parse(io.BytesIO(content.encode("utf-8", "replace")), NAMED))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (WITH_POINTS, "value_too_large"),
        (SMALL.replace(gsrn.make(1), "7" * 61), "invalid_gsrn"),
        (SMALL.replace(gsrn.make(1), "70\x00705"), "invalid_gsrn"),
        (SMALL.replace("05T00:", "05\x0000:").replace("00:15", "00:20"), "wrong_row_period"),
    ],
)
def test_content_that_the_database_would_not_take_is_refused_in_words(tenant: Tenant, content: str, code: str) -> None:
    factories.point(1)
    # So far into a file nobody has looked yet whether there is such a character in it.
    data = content.replace("\n", "\n" * 70_000, 1).encode()
    report = actions.import_file(stream=io.BytesIO(data), name="a.csv", by=None)
    assert code in {issue.code for issue in report.issues}
    assert ReadingDay.objects.filter(peak_wh__isnull=False).count() == 0


def test_parked_quarters_that_are_too_large_do_not_stop_the_night(tenant: Tenant) -> None:
    """They were parked before anybody looked at them."""
    from metering import tasks
    from metering.models import ImportSettings
    from tests.metering.gs2_files import local_midnight_of_january

    ImportSettings.objects.create(retention_years=1)
    at = local_midnight_of_january(5)
    batch = ImportBatch.objects.create(sha256="a", file_name="a", file_bytes=1, started_at=at)
    ImportBatch.objects.update(state=ImportBatch.State.DONE, finished_at=at)
    ParkedSeries.objects.create(
        batch=batch, gsrn=gsrn.make(0), direction=1, start_utc=at, resolution_minutes=15, values_wh=[2_000_000_000] * 4,
        line=1, parked_at=at + timedelta(days=1),
    )  # fmt: skip
    point = factories.point()
    factories.readings(point, at.date().replace(year=2019), 100)
    tasks.tidy.run()
    assert (ReadingDay.objects.count(), ParkedSeries.objects.count()) == (0, 0)
    assert batch.issues.get().code == "value_too_large"
