"""What the database itself keeps: months as partitions behind the parent, and rows that make sense."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from metering import partitions
from metering.models import Holding, MeteringPoint, ReadingDay
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories

DAY = date(2026, 1, 5)


def ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def refused(action: Callable[[], object]) -> bool:
    """Whether the database refuses, at once or when the keys are checked at commit."""
    try:
        with transaction.atomic():
            action()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return True
    return False


def test_a_month_is_opened_once_and_behind_row_level_security(tenant: Tenant) -> None:
    partitions.open_months([DAY, DAY, date(2026, 1, 31)])
    partitions.open_months([DAY])
    protected = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'metering_readingday_2026_01'"
    assert ask(protected) == (True, True)


@pytest.mark.parametrize("right", ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_a_partition_itself_is_out_of_reach(tenant: Tenant, right: str) -> None:
    partitions.open_months([DAY])
    assert ask(f"SELECT has_table_privilege('metering_readingday_2026_01', '{right}')") == (False,)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2126, 1, 1)])
def test_months_of_another_age_are_not_opened(tenant: Tenant, day: date) -> None:
    assert refused(lambda: partitions.open_months([day]))


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": 3},
        {"resolution_minutes": 30},
        {"values_wh": [1] * 21},
        {"values_wh": [1] * 27},
        {"quality": [0]},
        {"peak_hour": None},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(tenant: Tenant, changes: dict[str, object]) -> None:
    factories.readings(factories.point(), DAY, 1000)
    assert refused(lambda: ReadingDay.objects.update(**changes))
    assert not refused(lambda: ReadingDay.objects.update(revision=1))


def test_a_day_can_be_there_only_once(tenant: Tenant) -> None:
    factories.readings(factories.point(), DAY, 1000)
    row = ReadingDay.objects.get()
    assert refused(lambda: row.save(force_insert=True))


def test_a_day_cannot_belong_to_another_companys_point(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = factories.point()
    assert refused(lambda: factories.readings(theirs, DAY, 1000))


@pytest.mark.parametrize("is_theirs", [True, False])
def test_nor_can_one_that_is_put_in_by_hand(tenant: Tenant, other_tenant: Tenant, is_theirs: bool) -> None:
    with tenant_scope(other_tenant):
        theirs = factories.point()
    own = factories.point()
    factories.readings(own, DAY, 1000)
    day = ReadingDay.objects.get()
    day.metering_point_id = theirs.pk if is_theirs else 2**40
    assert refused(lambda: ReadingDay.objects.bulk_create([day]))
    day.metering_point_id, day.day = own.pk, date(2026, 1, 6)
    assert not refused(lambda: ReadingDay.objects.bulk_create([day]))


def test_a_point_with_days_stays(tenant: Tenant) -> None:
    point = factories.point()
    factories.readings(point, DAY, 1000)
    assert refused(lambda: MeteringPoint.objects.filter(pk=point.pk)._raw_delete("default"))


def test_two_customers_cannot_hold_a_point_on_the_same_day(tenant: Tenant) -> None:
    (_, seller), (_, buyer) = core.member(), core.member()
    point = factories.point()
    factories.holding(seller, point, until=date(2026, 1, 31))
    assert refused(lambda: factories.holding(buyer, point, since=date(2026, 1, 31)))
    factories.holding(buyer, point, since=date(2026, 2, 1))
    assert Holding.objects.count() == 2


def test_a_metering_point_is_there_once_per_company(tenant: Tenant) -> None:
    factories.point()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.point()
    assert MeteringPoint.objects.count() == 1
