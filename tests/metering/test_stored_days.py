"""Several parts of a page ask for the same days of readings: they are read once a request, and never older than it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metering import day_rows, partitions
from metering.days import DayValues, Direction
from metering.models import MeteringPoint
from metering.periods import Span
from metering.queries import Installation, days_of, stored_days
from metering.queries.stored import MOST_KEPT
from portal.tenancy.models import Tenant
from portal.tenancy.scope import remembering, tenant_scope
from tests.metering import factories

USE, MAKE = Direction.CONSUMPTION, Direction.PRODUCTION
NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)


def write(point: MeteringPoint, wh: int, direction: Direction = USE) -> None:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    partitions.open_months(days)
    for day in days:
        hours = 25 if day == date(2026, 10, 25) else 24
        key = (point.pk, int(direction), day)
        day_rows.write({key: DayValues(day, 60, [wh] * hours)}, batch=None, at=NOW)


@pytest.fixture
def point(tenant: Tenant) -> MeteringPoint:
    point = factories.point(1, has_production=True)
    write(point, 100)
    write(point, 7, MAKE)
    return point


def test_a_part_of_what_was_read_is_not_read_again(point: MeteringPoint) -> None:
    with remembering(), CaptureQueriesContext(connection) as asked:
        whole = stored_days(point, USE, Span(FIRST, LAST))
        part = stored_days(point, USE, Span(date(2026, 10, 25), date(2026, 10, 26)))
        day = stored_days(point, USE, Span(FIRST, FIRST))
    assert len(asked) == 1
    assert list(whole) == sorted(whole)
    assert len(whole) == 61
    assert {day: len(row.values_wh) for day, row in part.items()} == {date(2026, 10, 25): 25, date(2026, 10, 26): 24}
    assert day == {FIRST: whole[FIRST]}


def test_a_day_brings_its_month_and_directions_are_two_things(point: MeteringPoint) -> None:
    with remembering(), CaptureQueriesContext(connection) as asked:
        assert list(stored_days(point, USE, Span(LAST, LAST))) == [LAST]
        assert len(stored_days(point, USE, Span(date(2026, 10, 1), LAST))) == 31
        assert len(asked) == 1
        assert stored_days(point, MAKE, Span(LAST, LAST))[LAST].values_wh == [7] * 24
        assert len(stored_days(point, USE, Span(FIRST, LAST))) == 61
    assert len(asked) == 3


def test_another_request_reads_anew_and_what_is_written_is_seen_in_the_same(point: MeteringPoint) -> None:
    day = LAST + timedelta(days=1)
    partitions.open_months([day])
    for _ in range(2):
        with remembering():
            assert day not in stored_days(point, USE, Span(FIRST, day))
    with remembering():
        stored_days(point, USE, Span(FIRST, day))
        day_rows.write({(point.pk, 1, day): DayValues(day, 60, [3] * 24)}, batch=None, at=NOW)
        assert stored_days(point, USE, Span(day, day))[day].values_wh == [3] * 24


def test_who_goes_through_many_does_not_keep_them_all(point: MeteringPoint) -> None:
    others = [factories.point(serial) for serial in range(2, 12)]
    span = Span(LAST, LAST)
    with remembering():
        for each in (*others, point):
            stored_days(each, USE, span)
        with CaptureQueriesContext(connection) as asked:
            for each in (point, *others):
                stored_days(each, USE, span)
    assert len(asked) >= len(others) - MOST_KEPT


def test_days_of_before_are_not_the_holders(point: MeteringPoint) -> None:
    since = date(2026, 10, 10)
    held = Installation(point, ((since, None),))
    before = Installation(point, ((date(2020, 1, 1), since - timedelta(days=1)),))
    with remembering():
        for one, days in ((held, 22), (before, 39), (held, 22)):
            found = days_of(one, USE, Span(FIRST, LAST))
            assert (len(found.known), found.wh) == (days, sum(day.wh or 0 for day in found.known))


def test_another_companys_days_are_not_there(point: MeteringPoint, other_tenant: Tenant) -> None:
    with remembering(), tenant_scope(other_tenant):
        assert stored_days(point, USE, Span(FIRST, LAST)) == {}
