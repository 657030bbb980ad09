"""Values of metering points that are not registered yet wait for them, for a while and within bounds."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from metering import actions, day_rows, parking
from metering.importers.series import Series
from metering.intake import Intake
from metering.models import ImportBatch, ImportSettings, ParkedSeries, ReadingDay
from metering.reports import Report
from portal.audit.models import Entry
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.metering import factories
from tests.metering.gs2_files import OTHER_POINT, POINT, hours, written

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
MONDAY = date(2026, 1, 5)


def import_(*series: Series, **options: bool) -> Report:
    return actions.import_file(stream=io.BytesIO(written(*series)), name="a.gs2", by=None, **options)


def batch() -> tuple[int, int, int, int]:
    found = ImportBatch.objects.get()
    return found.accepted, found.rejected, found.parked, found.issue_count


def test_values_are_taken_in_when_their_metering_point_appears(tenant: Tenant) -> None:
    import_(hours([1] * 24, start=MIDNIGHT), hours([2] * 24, start=MIDNIGHT, reference=OTHER_POINT))
    assert batch() == (0, 0, 48, 2)
    point = factories.point()
    assert actions.take_in_parked(by=None) == 24
    assert factories.stored(point, MONDAY).values_wh == [1] * 24
    assert batch() == (24, 0, 24, 1)
    assert list(ParkedSeries.objects.values_list("gsrn", flat=True)) == [OTHER_POINT]
    assert Entry.objects.filter(verb="metering.parked_taken_in").count() == 1
    assert actions.take_in_parked(by=None) == 0


def test_what_is_taken_in_together_is_written_at_once(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second write of one transaction could wait for a worker that waits for the first."""
    monkeypatch.setattr("metering.intake.CHUNK_DAYS", 15)
    long = [
        hours([1] * 240, start=MIDNIGHT + timedelta(days=10 * number), reference=reference)
        for number, reference in enumerate([gsrn.make(0), gsrn.make(1), gsrn.make(0)])
    ]
    import_(*long, hours([1] * 24, start=MIDNIGHT, reference=gsrn.make(2)))
    for serial in range(3):
        factories.point(serial)
    write, written_at_once = day_rows.write, []

    def write_and_count(days: Any, **options: Any) -> Any:
        written_at_once.append(len(days))
        return write(days, **options)

    monkeypatch.setattr(day_rows, "write", write_and_count)
    assert actions.take_in_parked(by=None) == 744
    assert [count for count in written_at_once if count] == [20, 11]
    assert Entry.objects.filter(verb="metering.parked_taken_in").count() == 2


def test_what_was_parked_longest_ago_does_not_replace_what_came_since(tenant: Tenant) -> None:
    import_(hours([1] * 24, start=MIDNIGHT))
    point = factories.point()
    later = written(hours([9] * 24, start=MIDNIGHT)).replace(b"#Time=2026-01-06", b"#Time=2026-01-07")
    actions.import_file(stream=io.BytesIO(later), name="b.gs2", by=None)
    actions.take_in_parked(by=None)
    assert factories.stored(point, MONDAY).values_wh == [9] * 24


def test_production_that_the_point_does_not_have_is_refused_when_it_is_taken_in(tenant: Tenant) -> None:
    from metering.days import Direction

    import_(hours([1] * 24, start=MIDNIGHT, direction=Direction.PRODUCTION))
    factories.point()
    actions.take_in_parked(by=None)
    assert batch() == (0, 24, 0, 1)
    assert ImportBatch.objects.get().issues.get().code == "no_production"


def test_there_is_a_limit_to_what_is_kept(tenant: Tenant) -> None:
    ImportSettings.objects.create(parked_values_limit=30)
    report = import_(hours([1] * 24, start=MIDNIGHT), hours([2] * 24, start=MIDNIGHT, reference=OTHER_POINT))
    assert (report.parked, report.rejected) == (24, 24)
    assert [(issue.code, issue.reference) for issue in report.issues] == [
        ("unknown_point", POINT),
        ("parking_full", OTHER_POINT),
    ]


def test_a_number_with_a_wrong_check_digit_is_not_kept(tenant: Tenant) -> None:
    report = import_(hours([1] * 24, start=MIDNIGHT, reference="707057500000000002"))
    assert (report.parked, report.rejected, ParkedSeries.objects.count()) == (0, 24, 0)


def test_a_file_that_is_read_again_is_not_kept_twice_and_a_trial_not_at_all(tenant: Tenant) -> None:
    series = hours([1] * 24, start=MIDNIGHT)
    assert import_(series, dry_run=True).parked == 24
    assert ParkedSeries.objects.count() == 0
    import_(series)
    import_(series, again=True)
    assert ParkedSeries.objects.count() == 1


def test_what_nobody_has_asked_for_in_time_is_forgotten(tenant: Tenant) -> None:
    import_(hours([1] * 24, start=MIDNIGHT))
    assert parking.forget_old(timezone.now() + timedelta(days=89)) == 0
    assert parking.forget_old(timezone.now() + timedelta(days=91)) == 1
    factories.point()
    assert actions.take_in_parked(by=None) == 0


def test_another_companys_metering_point_takes_nothing_in(tenant: Tenant, other_tenant: Tenant) -> None:
    import_(hours([1] * 24, start=MIDNIGHT))
    with tenant_scope(other_tenant):
        factories.point()
        assert actions.take_in_parked(by=None) == 0
        assert ReadingDay.objects.count() == 0
    assert ParkedSeries.objects.count() == 1


def test_values_of_a_file_that_is_being_read_are_taken_in_when_it_has_been(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its report is written at the end, and would know nothing of them."""
    monkeypatch.setattr("metering.intake.CHUNK_DAYS", 1)
    finish = Intake.finish

    def meanwhile(intake: Intake) -> None:
        factories.point()
        assert ParkedSeries.objects.count() == 1
        assert actions.take_in_parked(by=None) == 0
        finish(intake)

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "finish", meanwhile)
        import_(hours([1] * 24, start=MIDNIGHT))
    assert batch() == (0, 0, 24, 1)
    assert actions.take_in_parked(by=None) == 24
    assert batch() == (24, 0, 0, 0)
