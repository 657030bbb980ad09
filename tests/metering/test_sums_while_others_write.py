"""Sums of large holders are made, proved and written against at the same time, by several workers."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import psycopg
import pytest
import time_machine
from django.db import connection

from metering import actions, holder_months, tasks
from metering.actions import adding_up
from metering.models import HolderMonth, Holding, MeteringPoint, ReadingDay, ReadingMonth, StaleSums
from portal.customers.models import Customer
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests.factories import CommittedAs
from tests.metering import factories
from tests.metering.holders import ALL, MARCH, TODAY, held_by_one, kept

T = TypeVar("T")
pytestmark = pytest.mark.usefixtures("few_are_many")


@pytest.fixture
def committed(committed_as: CommittedAs) -> Iterator[Tenant]:
    with committed_as("adding-up") as tenant:
        with tenant_transaction(tenant):
            held_by_one()
        yield tenant
        with tenant_transaction(tenant):
            for model in (StaleSums, HolderMonth, ReadingDay, ReadingMonth, Holding, MeteringPoint, Customer):
                model.objects.all()._raw_delete("default")


def elsewhere(tenant: Tenant, work: Callable[[], T]) -> "Future[T]":
    """Do it in another thread, by a connection of its own."""

    def run() -> T:
        try:
            with tenant_scope(tenant):
                return work()
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)


def add_up() -> int:
    return actions.add_up_holders(today=TODAY)


def proved() -> int:
    return sum(proof.wrong for proof in actions.prove_sums())


def until_it_waits() -> None:
    """Return when somebody waits for a lock that this connection holds."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("nobody waits")


def test_nothing_is_added_up_while_days_are_written(committed: Tenant) -> None:
    """Else it would not know of those days, and those who write them would not know of it."""
    with tenant_transaction(committed):
        factories.readings(MeteringPoint.objects.order_by("pk")[0], date(2026, 3, 4), 1)
        assert elsewhere(committed, add_up).result(60) == 0
    with tenant_scope(committed):
        assert add_up() == 4


def test_nor_when_their_writing_begins_meanwhile(committed: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(**connection.get_connection_params()) as writer:

        def begun(*one: Any, today: date) -> bool:
            writer.execute(holder_months.SHARE, [committed.pk])
            return original(*one, today=today)

        original = adding_up._add_up
        monkeypatch.setattr(adding_up, "_add_up", begun)
        with tenant_scope(committed):
            assert add_up() == 0


def test_who_writes_waits_for_who_adds_up_and_finds_the_sums(committed: Tenant) -> None:
    with psycopg.connect(**connection.get_connection_params(), options="-c lock_timeout=100") as writer:
        with tenant_transaction(committed):
            assert holder_months.be_alone()
            writer.execute("SELECT set_config('app.tenant_id', %s, false)", [str(committed.pk)])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                writer.execute("UPDATE metering_holding SET valid_to = '2026-03-01'")
            writer.rollback()
        with tenant_scope(committed):
            assert actions.add_up_holders(today=TODAY) == 4
        writer.execute("SELECT set_config('app.tenant_id', %s, false)", [str(committed.pk)])
        writer.execute("UPDATE metering_holding SET valid_to = '2026-03-01'")
        writer.commit()
        with tenant_transaction(committed):
            assert kept() == set()


def test_who_writes_days_and_who_changes_holdings_do_not_wait_for_each_other(committed: Tenant) -> None:
    """Both write against the same sums; in whatever order they did, one would hold up the other, or both."""
    with tenant_scope(committed):
        assert actions.add_up_holders(today=TODAY) == 4
    with psycopg.connect(**connection.get_connection_params(), options="-c lock_timeout=100") as writer:
        writer.execute("SELECT set_config('app.tenant_id', %s, true)", [str(committed.pk)])
        with tenant_transaction(committed):
            first, second, third = MeteringPoint.objects.order_by("pk")
            factories.readings(first, date(2026, 3, 5), 1)
            writer.execute(
                "UPDATE metering_holding SET valid_to = '2026-03-20' WHERE metering_point_id = %s", [second.pk]
            )
            writer.execute("SELECT FROM metering_meteringpoint FOR NO KEY UPDATE")
            factories.readings(third, date(2026, 2, 5), 1)
        writer.commit()
    with tenant_transaction(committed):
        assert kept() == set()


def test_a_customer_whose_row_is_held_is_left_for_the_next_time(committed: Tenant) -> None:
    """Writers wait for who adds up, who therefore waits for nobody."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT set_config('app.tenant_id', %s, true)", [str(committed.pk)])
        other.execute("SELECT FROM customers_customer FOR UPDATE")
        with tenant_scope(committed):
            assert actions.add_up_holders(today=TODAY) == 0
        other.rollback()
        with tenant_scope(committed):
            assert actions.add_up_holders(today=TODAY) == 4


def test_days_that_come_while_sums_are_proved_are_in_them_once(committed: Tenant) -> None:
    with tenant_transaction(committed):
        point = MeteringPoint.objects.order_by("pk")[0]
        ReadingMonth.objects.filter(metering_point=point, month=MARCH).update(total_wh=1)
    with tenant_transaction(committed):
        factories.readings(point, date(2026, 3, 4), 100)
        proving = elsewhere(committed, proved)
        until_it_waits()
    assert proving.result(60) == 1
    with tenant_transaction(committed):
        totals = ReadingMonth.objects.filter(metering_point=point, month=MARCH).values_list("total_wh", flat=True)
        assert list(totals) == [240 + 2400]


def test_who_proves_sums_takes_months_in_the_order_of_who_writes_them(committed: Tenant) -> None:
    """Where it had taken a later one while it waits for the first, both would wait for ever."""
    with tenant_transaction(committed):
        for serial in range(3, 15):
            factories.readings(factories.point(serial), date(2026, 3, 2), 10)
        months = ReadingMonth.objects.filter(month=MARCH).order_by("metering_point", "direction")
        months.update(total_wh=1)
        first, *later = list(months.values_list("metering_point", flat=True))
        # Now it lies behind the others, where who goes by the place of rows comes to it last.
        months.filter(metering_point=first).update(total_wh=2)
    with tenant_transaction(committed):
        ReadingMonth.objects.filter(metering_point=first, month=MARCH).update(known_days=3)
        proving = elsewhere(committed, proved)
        until_it_waits()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
        ReadingMonth.objects.filter(metering_point__in=later, month=MARCH).update(known_days=3)
    assert proving.result(60) == len(later) + 1


def test_it_is_done_by_the_clock(committed: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(tasks.add_up_holders, "apply_async", lambda **_: called.append(current_tenant().slug))
    tasks.add_up_all_tenants()
    assert committed.slug in called
    with tenant_scope(committed), time_machine.travel("2026-03-15 12:00:00+01:00", tick=False):
        tasks.add_up_holders.run()
    with tenant_transaction(committed):
        assert kept() == ALL
