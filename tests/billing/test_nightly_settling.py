"""The morning's task, and what a person takes along of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from billing import personal_data, tasks
from billing.models import SettledMonth
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from portal.tenancy.tasks import HEADER
from tests import factories as core
from tests.billing import factories as make

OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("today", "months"),
    [(date(2026, 11, 3), [OCTOBER, date(2026, 11, 1)]), (date(2026, 11, 11), [date(2026, 11, 1)])],
)
def test_the_month_before_is_settled_while_it_may_be_corrected(today: date, months: list[date]) -> None:
    assert tasks.months_to_settle(today) == months


def test_a_tenants_points_are_settled_and_kept(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    with time_machine.travel(datetime(2026, 11, 2, 6, tzinfo=UTC), tick=False):
        tasks.settle_months.apply(headers={HEADER: tenant.slug}).get()
    kept = {row.month: (str(row.total), row.unknown) for row in SettledMonth.objects.all()}
    assert kept == {OCTOBER: ("334.52", []), date(2026, 11, 1): ("0.00", ["readings"])}
    # The company reads Norwegian, whatever the worker does.
    assert SettledMonth.objects.get(month=OCTOBER).payload["lines"][0]["text"] == "Energiledd, dag (06–22)"


def test_each_tenant_with_a_grid_gets_a_task(
    tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def note(*_: Any, headers: dict[str, str], **__: Any) -> None:
        sent.append(headers[HEADER])

    monkeypatch.setattr("celery.app.task.Task.apply_async", note)
    core.tenant("waste", modules=["orders"])
    tasks.settle_all_tenants()
    assert {tenant.slug, other_tenant.slug} <= set(sent)
    assert "waste" not in sent


def member_of(customer: Customer) -> User:
    person = core.user()
    core.membership(person, customer)
    return person


def test_a_person_takes_their_own_months_along(tenant: Tenant, other_tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    before = member_of(make.holder(point, valid_to=date(2026, 9, 30)))
    now = member_of(make.holder(point, OCTOBER, support_scheme="none"))
    make.readings(point, OCTOBER, date(2026, 10, 31))
    tasks.store_month(month=OCTOBER)
    assert [month["total"] for month in personal_data.export(now)] == ["334.52"]
    assert personal_data.export(before) == []
    with tenant_scope(other_tenant):
        assert personal_data.export(core.user()) == []
