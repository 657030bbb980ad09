"""The morning's task, and what a person takes along of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from billing import personal_data, tasks
from billing.models import BillingSettings, SettledMonth
from billing.queries import settlement_of
from billing.queries.mended import mended
from metering.models import Holding, MeteringPoint, ReadingDay
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from portal.tenancy.tasks import HEADER
from tests import factories as core
from tests.billing import factories as make
from tests.metering import factories as meters

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


def test_who_moved_in_the_month_takes_their_own_part_along(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    old = make.holder(point, valid_to=date(2026, 10, 15), support_scheme="none")
    new = make.holder(point, date(2026, 10, 16), support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 15), 9_000)
    make.readings(point, date(2026, 10, 16), date(2026, 10, 31))
    kept = tasks.store_month(month=OCTOBER)
    assert (kept.settled, kept.incomplete, kept.failed) == (1, 0, [])
    rows = {row.customer_id: str(row.total) for row in SettledMonth.objects.all()}
    parts = {one.pk: str(settlement_of(point, OCTOBER, customer=one).total) for one in (old, new)}
    assert rows == parts
    taken = [[(one["from"], one["until"]) for one in personal_data.export(member_of(each))] for each in (old, new)]
    assert taken == [[("2026-10-01", "2026-10-15")], [("2026-10-16", "2026-10-31")]]
    # What belonged to somebody who did not hold it after all is gone when it is settled again.
    Holding.objects.filter(customer=new).delete()
    Holding.objects.filter(customer=old).update(valid_to=None)
    tasks.store_month(month=OCTOBER)
    assert [row.customer_id for row in SettledMonth.objects.all()] == [old.pk]


def settled_in_order(tenant: Tenant, at: str) -> dict[str, dict[str, int]]:
    with time_machine.travel(at, tick=False):
        found: dict[str, dict[str, int]] = tasks.settle_months.apply(headers={HEADER: tenant.slug}).get()
    return found


def totals(month: date) -> dict[int, str]:
    return {row.metering_point_id: str(row.total) for row in SettledMonth.objects.filter(month=month)}


@pytest.fixture
def three(tenant: Tenant) -> list[MeteringPoint]:
    make.price_lists()
    points = [make.point(serial) for serial in range(3)]
    for point in points:
        make.holder(point, support_scheme="none")
        make.readings(point, OCTOBER, date(2026, 10, 31))
    return points


def test_one_that_cannot_be_settled_is_told_and_stops_no_other(
    tenant: Tenant, three: list[MeteringPoint], caplog: pytest.LogCaptureFixture
) -> None:
    broken = three[1]
    tasks.store_month(month=OCTOBER)
    # A scheme that nobody has heard of.
    Holding.objects.filter(metering_point=broken).update(support_scheme="stipend")
    ReadingDay.objects.filter(metering_point=three[2], day=OCTOBER).update(values_wh=[2_000] * 24)
    kept = tasks.store_month(month=OCTOBER)
    assert (kept.settled, kept.failed) == (2, [broken.gsrn])
    assert f"Metering point {broken.pk} cannot be settled" in caplog.text
    # What was found for it before still stands; the others' is new.
    assert totals(OCTOBER)[broken.pk] == totals(OCTOBER)[three[0].pk] == "334.52"
    assert totals(OCTOBER)[three[2].pk] != "334.52"
    assert settled_in_order(tenant, "2026-11-02 06:20:00+01:00")["2026-10"] == {"settled": 2, "failed": 1}


def test_one_whose_sum_has_no_room_is_told_and_stops_no_other(
    tenant: Tenant, three: list[MeteringPoint], caplog: pytest.LogCaptureFixture
) -> None:
    make.price_lists(
        make.GOOD.replace("kundegrupper: [hush", "navn: Dyr\n    kundegrupper: [hush").replace("12.4", "9999999")
    )
    MeteringPoint.objects.filter(pk=three[0].pk).update(tariff_name="Dyr")
    ReadingDay.objects.filter(metering_point=three[0]).update(values_wh=[2_000_000_000] * 24)
    kept = tasks.store_month(month=OCTOBER)
    assert (kept.settled, kept.failed) == (2, [three[0].gsrn])
    assert totals(OCTOBER).keys() == {three[1].pk, three[2].pk}
    assert f"metering point {three[0].pk} cannot be kept" in caplog.text


def test_readings_that_are_mended_later_settle_their_month_again(tenant: Tenant, three: list[MeteringPoint]) -> None:
    """Those that are replaced, and those that were missing; other months and points are left alone."""
    settled_in_order(tenant, "2026-11-10 06:20:00+01:00")
    before = totals(OCTOBER)
    assert settled_in_order(tenant, "2026-11-20 06:20:00+01:00").keys() == {"2026-11"}
    meters.correct(three[0], date(2026, 10, 7), [3_000] * 24, at="2026-11-20 09:00:00+01:00")
    assert settled_in_order(tenant, "2026-11-21 06:20:00+01:00")["2026-10"] == {"settled": 1, "failed": 0}
    after = totals(OCTOBER)
    assert [before[point.pk] != after[point.pk] for point in three] == [True, False, False]
    assert settled_in_order(tenant, "2026-11-22 06:20:00+01:00").keys() == {"2026-11"}


def test_readings_that_come_late_settle_their_month_again(tenant: Tenant, three: list[MeteringPoint]) -> None:
    late = make.point(7)
    make.holder(late, support_scheme="none")
    make.readings(late, OCTOBER, date(2026, 10, 30))
    settled_in_order(tenant, "2026-11-10 06:20:00+01:00")
    assert SettledMonth.objects.get(metering_point=late, month=OCTOBER).unknown == ["readings"]
    make.readings(late, date(2026, 10, 31), date(2026, 10, 31))
    assert settled_in_order(tenant, "2026-11-21 06:20:00+01:00")["2026-10"] == {"settled": 1, "failed": 0}
    row = SettledMonth.objects.get(metering_point=late, month=OCTOBER)
    assert (str(row.total), row.unknown) == ("334.52", [])
    assert settled_in_order(tenant, "2026-11-22 06:20:00+01:00").keys() == {"2026-11"}


def test_prices_that_come_late_settle_their_month_again(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point, support_scheme="support")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    settled_in_order(tenant, "2026-11-10 06:20:00+01:00")
    assert SettledMonth.objects.get(month=OCTOBER).unknown == ["prices"]
    make.spot_prices("NO5", OCTOBER, date(2026, 10, 31), at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert settled_in_order(tenant, "2026-11-21 06:20:00+01:00")["2026-10"] == {"settled": 1, "failed": 0}
    assert SettledMonth.objects.get(month=OCTOBER).unknown == []
    assert settled_in_order(tenant, "2026-11-22 06:20:00+01:00").keys() == {"2026-11"}


def test_a_month_whose_hours_set_the_next_ones_tier_takes_it_along(tenant: Tenant, three: list[MeteringPoint]) -> None:
    BillingSettings.objects.create(tier_month="previous")
    make.readings(three[0], date(2026, 9, 1), date(2026, 9, 30))
    for month in (date(2026, 9, 1), OCTOBER):
        tasks.store_month(month=month, at=datetime(2026, 11, 10, tzinfo=UTC))
    meters.correct(three[0], date(2026, 9, 7), [3_000] * 24, at="2026-11-20 09:00:00+01:00")
    found = mended(date(2026, 11, 1), date(2026, 11, 21))
    assert found == {date(2026, 9, 1): {three[0].pk}, OCTOBER: {three[0].pk}}


def test_what_was_settled_by_readings_that_are_deleted_stands(tenant: Tenant, three: list[MeteringPoint]) -> None:
    tasks.store_month(month=OCTOBER, at=datetime(2026, 11, 10, tzinfo=UTC))
    meters.correct(three[0], date(2026, 10, 7), [3_000] * 24, at="2026-11-20 09:00:00+01:00")
    assert mended(date(2026, 11, 1), date(2029, 12, 31)).keys() == {OCTOBER}
    assert mended(date(2026, 11, 1), date(2030, 1, 1)) == {}
