"""A meter file becomes days of readings, and a report that says what came of it."""

import io
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import ProgrammingError
from django.db.models import Sum

from metering import actions
from metering.days import Direction
from metering.importers import gs2_writer
from metering.models import ImportBatch, ImportSettings, MeteringPoint, ReadingDay, ReadingDayRevision
from metering.reports import Report
from portal.audit.models import Entry
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.metering import factories
from tests.metering.gs2_files import OTHER_POINT, POINT, block, hours, message, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
MONDAY = date(2026, 1, 5)
NOON = MIDNIGHT + timedelta(hours=12)


def import_(content: bytes | str, name: str = "a.gs2", **options: Any) -> Report:
    data = content.encode() if isinstance(content, str) else content
    return actions.import_file(stream=io.BytesIO(data), name=name, by=None, **options)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.accepted, report.corrected, report.unchanged, report.rejected


def state() -> list[tuple[Any, ...]]:
    fields = ("metering_point", "direction", "day", "resolution_minutes", "values_wh", "quality", "revision")
    return list(ReadingDay.objects.order_by("metering_point", "direction", "day").values_list(*fields))


def test_a_day_becomes_a_row_with_its_sum_and_peak(tenant: Tenant) -> None:
    point = factories.point()
    report = import_(written(hours([*range(1000, 1024)], start=MIDNIGHT)))
    day = factories.stored(point, MONDAY)
    assert (report.format, counts(report)) == ("GS2", (24, 0, 0, 0))
    assert (day.values_wh, day.total_wh) == ([*range(1000, 1024)], sum(range(1000, 1024)))
    assert (day.peak_wh, day.peak_hour, day.quality, day.revision) == (1023, 23, None, 0)


def test_the_same_file_again_changes_nothing_and_says_what_it_said(tenant: Tenant) -> None:
    factories.point()
    content = written(hours([1] * 24, start=MIDNIGHT))
    first, before = import_(content), state()
    second = import_(content, name="renamed.gs2")
    assert (second.already_imported, counts(second)) == (True, counts(first))
    assert (state(), ImportBatch.objects.count()) == (before, 1)


def test_the_same_values_in_another_file_are_unchanged(tenant: Tenant) -> None:
    factories.point()
    content = written(hours([1] * 24, start=MIDNIGHT))
    import_(content)
    before = state()
    assert counts(import_(content + b"\n")) == (0, 0, 24, 0)
    assert state() == before


def test_a_file_can_be_read_again_on_request(tenant: Tenant) -> None:
    point = factories.point()
    content = written(hours([1] * 24, start=MIDNIGHT))
    import_(content)
    ReadingDay.objects.all()._raw_delete("default")
    assert (import_(content).already_imported, ReadingDay.objects.count()) == (True, 0)
    assert counts(import_(content, again=True)) == (24, 0, 0, 0)
    assert (factories.stored(point, MONDAY).total_wh, ImportBatch.objects.count()) == (24, 1)


def test_missing_values_are_null_and_are_filled_by_a_later_file(tenant: Tenant) -> None:
    point = factories.point()
    import_(written(hours([None, *[1] * 23], start=MIDNIGHT)))
    assert factories.stored(point, MONDAY).values_wh[0] is None
    report = import_(written(hours([7], start=MIDNIGHT)))
    day = factories.stored(point, MONDAY)
    assert (counts(report), day.values_wh, day.revision) == ((1, 0, 0, 0), [7, *[1] * 23], 0)
    assert ReadingDayRevision.objects.count() == 0


def test_a_correction_changes_only_its_hours_and_keeps_the_day_as_it_was(tenant: Tenant) -> None:
    point = factories.point()
    import_(written(hours([1] * 24, start=MIDNIGHT)))
    report = import_(written(hours([9, 1], start=NOON)))
    day = factories.stored(point, MONDAY)
    assert (counts(report), day.revision, day.total_wh, day.peak_hour) == ((0, 1, 1, 0), 1, 32, 12)
    kept = ReadingDayRevision.objects.get()
    assert (kept.values_wh, kept.revision, kept.day) == ([1] * 24, 0, MONDAY)
    assert kept.replaced_by.file_name == "a.gs2"


def test_an_estimate_that_is_confirmed_is_a_correction(tenant: Tenant) -> None:
    point = factories.point()
    import_(written(hours([5, 5], start=MIDNIGHT, quality=[1, 0])))
    assert factories.stored(point, MONDAY).quality == [1, *[0] * 23]
    assert counts(import_(written(hours([5], start=MIDNIGHT)))) == (0, 1, 0, 0)
    assert factories.stored(point, MONDAY).quality is None


def test_a_day_of_normal_time_in_summer_lands_on_the_local_days(tenant: Tenant) -> None:
    point = factories.point()
    start = datetime(2026, 7, 1, 23, tzinfo=UTC)
    import_(written(*(hours([day * 100] * 24, start=start + timedelta(days=day)) for day in range(3))))
    middle = factories.stored(point, date(2026, 7, 3))
    assert middle.values_wh == [0, *[100] * 23]
    assert factories.stored(point, date(2026, 7, 2)).values_wh[0] is None


@pytest.mark.parametrize(("day", "count"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25)])
def test_the_days_of_the_clock_changes_have_their_own_number_of_hours(tenant: Tenant, day: date, count: int) -> None:
    point = factories.point()
    start = datetime(day.year, day.month, day.day, tzinfo=tenant.zone).astimezone(UTC)
    import_(written(hours([*range(count)], start=start)))
    assert factories.stored(point, day).values_wh == [*range(count)]


def test_quarter_hours_keep_their_values_and_peak_by_the_hour(tenant: Tenant) -> None:
    point = factories.point()
    import_(written(hours([1, 2, 3, 4] * 24, start=MIDNIGHT, resolution_minutes=15)))
    day = factories.stored(point, MONDAY)
    assert (len(day.values_wh), day.resolution_minutes, day.peak_wh, day.peak_hour) == (96, 15, 10, 0)


def test_part_of_a_day_in_another_resolution_is_refused(tenant: Tenant) -> None:
    factories.point()
    import_(written(hours([1] * 24, start=MIDNIGHT)))
    report = import_(written(hours([1] * 8, start=MIDNIGHT, resolution_minutes=15)))
    assert [(issue.code, issue.reference, issue.values) for issue in report.issues] == [
        ("resolution_conflict", POINT, 8)
    ]


def test_production_is_kept_apart_and_only_where_it_is_registered(tenant: Tenant) -> None:
    solar, plain = factories.point(0, has_production=True), factories.point(1)
    production = Direction.PRODUCTION
    report = import_(
        written(*(hours([5] * 24, start=MIDNIGHT, reference=one.gsrn, direction=production) for one in (solar, plain)))
    )
    assert factories.stored(solar, MONDAY, Direction.PRODUCTION).total_wh == 120
    (issue,) = report.issues
    assert (issue.code, issue.reference, issue.values) == ("no_production", plain.gsrn, 24)


def test_a_file_is_read_again_when_what_it_was_refused_for_may_have_been_mended(tenant: Tenant) -> None:
    point = factories.point()
    content = written(hours([1] * 24, start=MIDNIGHT, direction=Direction.PRODUCTION))
    assert [counts(import_(content)) for _ in range(2)] == [(0, 0, 0, 24)] * 2
    MeteringPoint.objects.update(has_production=True)
    assert counts(import_(content)) == (24, 0, 0, 0)
    assert import_(content).already_imported
    assert factories.stored(point, MONDAY, Direction.PRODUCTION).total_wh == 24


def test_a_sender_that_means_the_opposite_can_be_turned_round(tenant: Tenant) -> None:
    ImportSettings.objects.create(swap_directions=True)
    point = factories.point(has_production=True)
    import_(written(hours([5] * 24, start=MIDNIGHT)))
    assert factories.stored(point, MONDAY, Direction.PRODUCTION).total_wh == 120


def test_unknown_points_are_reported_once_each_and_the_rest_is_kept(tenant: Tenant) -> None:
    known = factories.point(2)
    series = [hours([1] * 24, start=MIDNIGHT + timedelta(days=day), reference=POINT) for day in range(3)]
    typo = hours([1] * 24, start=MIDNIGHT, reference="707057500000000002")
    report = import_(written(*series, typo, hours([1] * 24, start=MIDNIGHT, reference=known.gsrn)))
    assert (counts(report), report.parked) == ((24, 0, 0, 24), 72)
    assert [(issue.code, issue.reference, issue.values, issue.is_note) for issue in report.issues] == [
        ("unknown_point", POINT, 72, True),
        ("invalid_gsrn", "707057500000000002", 24, False),
    ]


def test_values_of_the_future_and_of_another_age_are_refused(tenant: Tenant) -> None:
    factories.point()
    tomorrow = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    report = import_(written(hours([1], start=tomorrow), hours([1], start=datetime(1999, 5, 1, tzinfo=UTC))))
    assert [issue.code for issue in report.issues] == ["future_values", "too_old"]


def test_a_bad_block_costs_only_itself(tenant: Tenant) -> None:
    good, bad = factories.point(0), factories.point(1)
    report = import_(message(block(Reference=bad.gsrn, Sum="1"), block(Reference=good.gsrn)))
    assert [(issue.line, issue.code) for issue in report.issues] == [(17, "wrong_sum")]
    assert [row[0] for row in state()] == [good.pk]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (bytes(range(256)) * 40, "binary_file"),
        ("\n".join(f"nonsense {number}" for number in range(10_000)).encode(), "unknown_format"),
        (message(block()).replace("#Start=", "#Stårt=").encode("latin-1"), "missing_field"),
        (message(block()).partition("##End-message")[0].encode(), "no_end_message"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(tenant: Tenant, content: bytes, code: str) -> None:
    factories.point()
    report = import_(content)
    assert [issue.code for issue in report.issues if not issue.is_note] == [code]
    assert report.has_refusals


def test_a_dry_run_reports_and_leaves_no_trace(tenant: Tenant) -> None:
    factories.point()
    report = import_(written(hours([1] * 24, start=MIDNIGHT)), dry_run=True)
    assert (counts(report), report.dry_run) == ((24, 0, 0, 0), True)
    assert (state(), ImportBatch.objects.count(), Entry.objects.count()) == ([], 0, 0)


def test_a_dry_run_of_a_correction_says_what_would_be_corrected_and_leaves_no_trace(tenant: Tenant) -> None:
    factories.point()
    import_(written(hours([1] * 24, start=MIDNIGHT)))
    before = state()
    report = import_(written(hours([1] * 23 + [2], start=MIDNIGHT)), dry_run=True)
    assert (counts(report), report.dry_run) == ((0, 1, 23, 0), True)
    assert (state(), ReadingDayRevision.objects.count(), ImportBatch.objects.count()) == (before, 0, 1)


def test_the_batch_keeps_the_report_and_the_audit_log_names_it(tenant: Tenant) -> None:
    factories.point()
    import_(written(hours([1] * 24, start=MIDNIGHT), hours([2], start=MIDNIGHT, reference=OTHER_POINT)))
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.series, batch.accepted, batch.rejected, batch.issue_count) == ("done", 2, 24, 0, 1)
    assert batch.parked == 1
    assert (batch.issues.get().code, batch.issues.get().reference) == ("unknown_point", OTHER_POINT)
    assert Entry.objects.get().verb == "metering.file_imported"


def test_many_chunks_give_the_same_as_one(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    summer = datetime(2026, 6, 20, 23, tzinfo=UTC)
    for serial in range(5):
        factories.point(serial)
    series = [
        hours([day + serial] * 24, start=summer + timedelta(days=day), reference=gsrn.make(serial))
        for day in range(20)
        for serial in range(5)
    ]
    report = import_(written(*series))
    once = state()
    ReadingDay.objects.all().delete()
    monkeypatch.setattr("metering.intake.CHUNK_DAYS", 7)
    assert counts(import_(written(*series), again=True)) == counts(report)
    assert state() == once


def test_a_thousand_metering_points(tenant: Tenant) -> None:
    numbers = [gsrn.make(serial) for serial in range(1000)]
    MeteringPoint.objects.bulk_create(MeteringPoint(gsrn=number) for number in numbers)
    series = list(gs2_writer.lifelike(points=1000, first_day=MONDAY, days=1, rng=Random(1)))
    report = import_(written(*series))
    assert (counts(report), report.issues) == ((24_000, 0, 0, 0), [])
    total = ReadingDay.objects.aggregate(total=Sum("total_wh"))["total"]
    assert total == sum(wh or 0 for one in series for wh in one.values_wh)


def test_two_companies_with_the_same_point_do_not_see_each_other(tenant: Tenant, other_tenant: Tenant) -> None:
    here = factories.point()
    with tenant_scope(other_tenant):
        there = factories.point()
        import_(written(hours([5] * 24, start=MIDNIGHT)))
    import_(written(hours([1] * 24, start=MIDNIGHT)))
    assert [(row[0], row[4]) for row in state()] == [(here.pk, [1] * 24)]
    with tenant_scope(other_tenant):
        assert [(row[0], row[4]) for row in state()] == [(there.pk, [5] * 24)]
        assert ImportBatch.objects.count() == 1


def test_a_correction_is_added_to_history_that_nobody_may_rewrite(tenant: Tenant) -> None:
    factories.point()
    import_(written(hours([1] * 24, start=MIDNIGHT)))
    import_(written(hours([2] * 24, start=MIDNIGHT)))
    with pytest.raises(ProgrammingError, match="permission denied"):
        ReadingDayRevision.objects.update(values_wh=[])
