"""Sums of large holders are made, proved and written against at the same time, by several workers."""

import threading
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
import time_machine
from django.db import connection

from metering import actions, holder_months, tasks
from metering.models import HolderMonth, Holding, MeteringPoint, ReadingDay, ReadingMonth, StaleSums
from portal.customers.models import Customer
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests.factories import CommittedAs
from tests.metering import factories
from tests.metering.holders import ALL, MARCH, TODAY, held_by_one, kept

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


def test_nothing_is_added_up_while_days_are_written(committed: Tenant) -> None:
    """Else it would not know of those days, and those who write them would not know of it."""
    with psycopg.connect(**connection.get_connection_params()) as writer:
        writer.execute("SELECT set_config('app.tenant_id', %s, true)", [str(committed.pk)])
        writer.execute(holder_months.SHARE, [committed.pk])
        with tenant_scope(committed):
            assert actions.add_up_holders(today=TODAY) == 0
        writer.rollback()
        with tenant_scope(committed):
            assert actions.add_up_holders(today=TODAY) == 4


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
    proved: list[int] = []

    def prove() -> None:
        with tenant_scope(committed):
            proved.extend(proof.wrong for proof in actions.prove_sums())
        connection.close()

    thread = threading.Thread(target=prove)
    with tenant_transaction(committed):
        factories.readings(point, date(2026, 3, 4), 100)
        thread.start()
        thread.join(timeout=1)
    thread.join(timeout=60)
    with tenant_transaction(committed):
        totals = ReadingMonth.objects.filter(metering_point=point, month=MARCH).values_list("total_wh", flat=True)
        assert (sum(proved), list(totals)) == (1, [240 + 2400])


def test_it_is_done_by_the_clock(committed: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(tasks.add_up_holders, "apply_async", lambda **_: called.append(current_tenant().slug))
    tasks.add_up_all_tenants()
    assert committed.slug in called
    with tenant_scope(committed), time_machine.travel("2026-03-15 12:00:00+01:00", tick=False):
        tasks.add_up_holders.run()
    with tenant_transaction(committed):
        assert kept() == ALL
