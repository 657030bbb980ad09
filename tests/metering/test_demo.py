"""The made-up readings: enough of them, the same every time, and gone through the same doors as real ones."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
import time_machine

from metering import demo
from metering.days import Direction, Quality
from metering.models import Holding, ImportBatch, MeteringPoint, ReadingDay, ReadingDayRevision
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core

TODAY = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel("2026-11-14T12:00:00Z", tick=False):
        yield


@pytest.fixture
def built(tenant: Tenant) -> Tenant:
    for number, kind in ((1, "private"), (2, "housing_cooperative"), (3, "business"), (4, "private")):
        core.customer(number=f"50{number}", kind=kind, address=f"Veien {number}")
    demo.build(tenant, rng=Random(7), today=TODAY)
    return tenant


def test_there_is_more_than_a_year_of_every_kind_of_installation(built: Tenant) -> None:
    assert MeteringPoint.objects.count() == 8
    days = set(ReadingDay.objects.values_list("day", flat=True))
    assert (len(days), max(days)) == (demo.DAYS, TODAY - timedelta(days=1))
    assert ReadingDay.objects.filter(direction=Direction.PRODUCTION).exists()
    assert Customer.objects.filter(kind="housing_cooperative", holdings__isnull=False).count() == 3


def test_some_values_are_missing_estimated_and_corrected(built: Tenant) -> None:
    assert ReadingDay.objects.filter(values_wh__contains=[None]).count() == 0
    rows = list(ReadingDay.objects.all())
    assert sum(None in row.values_wh for row in rows) == 2
    assert sum(Quality.ESTIMATED in (row.quality or []) for row in rows) == 1
    assert ReadingDayRevision.objects.count() == 1


def test_the_last_days_came_as_files_one_of_them_with_something_to_look_at(built: Tenant) -> None:
    batches = ImportBatch.objects.order_by("file_name")
    assert [batch.issue_count for batch in batches] == [0, 0, 1]


def test_winter_takes_more_than_summer(built: Tenant) -> None:
    home = MeteringPoint.objects.order_by("pk")[0]
    totals: dict[int, list[int]] = {}
    for row in ReadingDay.objects.filter(metering_point=home, direction=Direction.CONSUMPTION):
        totals.setdefault(row.day.month, []).append(row.total_wh)
    mean = {month: sum(values) / len(values) for month, values in totals.items()}
    assert mean[1] > 1.5 * mean[7]


def test_the_last_weeks_of_the_home_with_panels_are_measured_every_quarter_of_an_hour(built: Tenant) -> None:
    rows = list(ReadingDay.objects.filter(resolution_minutes=15))
    assert {row.metering_point.has_production for row in rows} == {True}
    assert len({row.metering_point_id for row in rows}) == 1
    for direction in Direction:
        days = sorted(row.day for row in rows if row.direction == direction)
        assert days == [TODAY - timedelta(days=back) for back in range(7 * demo.QUARTER_WEEKS, 0, -1)]
    assert min(min(wh or 0 for wh in row.values_wh) for row in rows) == 0
    assert max(row.total_wh for row in rows) > 10_000


def test_installations_have_the_facts_that_a_price_depends_on(built: Tenant) -> None:
    points = list(MeteringPoint.objects.order_by("pk"))
    assert all(point.county and point.price_area and point.customer_group and point.fuse_ampere for point in points)
    assert [point.holiday_home for point in points].count(True) == 1
    assert [point.dwellings for point in points if point.dwellings] == [demo.DWELLINGS]
    assert set(Holding.objects.values_list("support_scheme", flat=True)) == {"support", "none"}
