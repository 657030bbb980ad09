"""What the start page says that waits of meter files is what the list it leads to shows."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from metering.models import ParkedSeries
from tests.admin.work_queues import told_and_listed
from tests.metering.gs2_files import OTHER_POINT, POINT
from tests.metering.test_admin import batch

THIRD_POINT = "707057500000000025"


def test_files_that_broke_off_and_none_that_are_still_read(staff: Client) -> None:
    now = timezone.now()
    failed, killed = batch("failed", "failed"), batch("killed", "running", now - timedelta(hours=3))
    batch("read", "running", now - timedelta(minutes=5))
    batch("done")
    told = told_and_listed(staff, "metering/importbatch")
    assert told == [(2, {failed, killed})]


def test_files_with_faults_of_the_last_week(staff: Client) -> None:
    now = timezone.now()
    late = batch("late", "faulty", now - timedelta(days=6))
    batch("old", "faulty", now - timedelta(days=8))
    told = told_and_listed(staff, "metering/importbatch")
    assert told == [(1, {late})]


def parked(gsrn: str, **fields: object) -> ParkedSeries:
    now = timezone.now()
    made = {"direction": 1, "start_utc": now, "resolution_minutes": 60, "values_wh": [1], "line": 1, "parked_at": now}
    return ParkedSeries.objects.create(batch=batch(f"{ParkedSeries.objects.count()}"), gsrn=gsrn, **made, **fields)


def test_unknown_metering_points_are_a_line_each_and_registered_ones_none(staff: Client) -> None:
    for gsrn in (POINT, OTHER_POINT, THIRD_POINT):
        parked(gsrn)
    newest = parked(OTHER_POINT)
    told = told_and_listed(staff, "metering/parkedseries")
    third = ParkedSeries.objects.get(gsrn=THIRD_POINT)
    assert told == [(2, {newest, third})]
