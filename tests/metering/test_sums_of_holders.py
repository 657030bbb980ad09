"""What a customer with very many installations had together is kept by month, as long as it is true."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metering import actions, partitions, queries
from metering.days import Direction
from metering.models import HolderMonth, Holding, ImportSettings, MeteringPoint, StaleSums
from metering.periods import Span, month_span
from metering.queries import Holder
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories
from tests.metering.holders import ALL, CHANGE, FEBRUARY, MAKE, MARCH, TODAY, USE, Held, held_by_one, kept

pytestmark = pytest.mark.usefixtures("few_are_many")


@pytest.fixture
def held(tenant: Tenant) -> Held:
    """A firm's three installations, 10 Wh each hour of two days, added up."""
    found = held_by_one()
    assert actions.add_up_holders(today=TODAY) == 4
    return found


def test_days_months_and_the_list_are_read_from_what_is_kept(held: Held) -> None:
    holder = Holder(held[0], TODAY)
    HolderMonth.objects.filter(month=MARCH, direction=1).update(
        days_wh=[None, 700, *[None] * 29], whole=[0, 2, *[0] * 29], known=2
    )
    march = queries.sum_of_days(holder, USE, month_span(MARCH))
    assert [(day.day.day, day.wh, day.missing) for day in march.known] == [(2, 700, 1)]
    year = queries.sum_of_months(holder, USE, Span(date(2026, 1, 1), date(2026, 12, 31)))
    assert [(month.month, month.wh) for month in year.known] == [(FEBRUARY, 720), (MARCH, 700)]
    assert queries.used_together(holder, MARCH) == (700, 2)


def hours_of(holder: Holder, day: date, direction: Direction = USE) -> list[tuple[int | None, int]]:
    return [(hour.wh, hour.missing) for hour in queries.sum_of_day(holder, direction, day).hours]


def test_a_day_is_read_from_what_is_kept_of_its_hours(held: Held) -> None:
    holder, day = Holder(held[0], TODAY), date(2026, 3, 2)
    added_up = hours_of(holder, day)
    assert added_up == [(30, 0)] * 24
    kept = HolderMonth.objects.filter(month=MARCH, direction=1)
    row = kept.get()
    row.hours_wh[25 + 7], row.hours_whole[25 + 7] = 700, 1
    kept.update(hours_wh=row.hours_wh, hours_whole=row.hours_whole)
    assert hours_of(holder, day) == [*added_up[:7], (700, 2), *added_up[8:]]
    factories.readings(held[1][0], date(2026, 3, 20), 1)
    assert hours_of(holder, day) == added_up


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 3, 30), 24), (CHANGE, 25)]
)
def test_what_is_kept_of_a_days_hours_is_what_they_add_up_to(tenant: Tenant, day: date, hours: int) -> None:
    """By the hour and by the quarter, with gaps, moved in and out, on the days the clock is changed and beside them."""
    firm, today = core.customer(), date(2026, 11, 3)
    points = [factories.point(serial) for serial in range(5)]
    for point in points[:3]:
        factories.holding(firm, point, since=date(2026, 3, 1))
    factories.holding(firm, points[3], since=date(2026, 1, 1), until=day)
    factories.holding(firm, points[4], since=date(2026, 1, 1), until=date.fromordinal(day.toordinal() - 1))
    values = list(range(1, hours + 1))
    factories.readings(points[0], day, values)
    factories.readings(points[1], day, [None, *values[1:]])
    factories.readings(points[2], day, [None, *[5] * (hours * 4 - 1)], minutes=15)
    for point in points[3:]:
        factories.readings(point, day, 1_000)
    holder = Holder(firm, today)
    added_up = hours_of(holder, day)
    assert actions.add_up_holders(today=today)
    with CaptureQueriesContext(connection) as asked:
        assert hours_of(holder, day) == added_up
    assert len(asked) == 1
    usual = [(1_000 + 2 * hour + 20, 0) for hour in values[1:]]
    assert added_up == [(1_000 + 1 + 15, 2), *usual]


def test_the_hours_of_days_without_readings_are_missed_of_all_that_are_held(held: Held) -> None:
    holder = Holder(held[0], TODAY)
    days = [date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 1), date(2025, 12, 31)]
    kept = [hours_of(holder, day)[:2] for day in days]
    HolderMonth.objects.all().delete()
    assert [hours_of(holder, day)[:2] for day in days] == kept
    assert kept == [[(None, 0)] * 2, [(None, 3)] * 2, [(None, 3)] * 2, [(None, 0)] * 2]
    assert hours_of(holder, MARCH, MAKE) == [(None, 0)] * 24


def test_without_what_is_kept_it_is_added_up_for_the_page(held: Held) -> None:
    holder = Holder(held[0], TODAY)
    HolderMonth.objects.filter(month=MARCH).delete()
    assert queries.sum_of_days(holder, USE, month_span(MARCH)).wh == 720
    assert queries.sum_of_months(holder, USE, Span(FEBRUARY, month_span(MARCH).last)).wh == 1440
    assert queries.used_together(holder, MARCH) is None
    assert hours_of(holder, date(2026, 3, 2)) == [(30, 0)] * 24


def test_who_sees_some_of_the_installations_sees_the_sum_of_those(held: Held) -> None:
    firm, points = held
    firm.scope = frozenset({f"metering:{points[0].gsrn}"})
    holder = Holder(firm, TODAY)
    assert queries.sum_of_days(holder, USE, month_span(MARCH)).wh == 240
    assert queries.sum_of_months(holder, USE, month_span(MARCH)).wh == 240
    assert queries.used_together(holder, MARCH) is None
    assert hours_of(holder, date(2026, 3, 2)) == [(10, 0)] * 24


def test_the_list_tells_the_sum_that_is_kept_and_of_a_search_its_own(
    tenant: Tenant, held: Held, client_for: Callable[..., Client]
) -> None:
    firm, points = held
    user = core.user()
    core.membership(user, firm)
    HolderMonth.objects.filter(month=MARCH, direction=1).update(days_wh=[7_000, *[None] * 30], known=3)
    client = client_for(user, tenant=tenant)

    def total(search: str = "") -> str:
        page = client.get(f"/grid/installations/?month=2026-03{search}").content.decode()
        return page.partition("<tfoot>")[2].partition("</tfoot>")[0]

    with time_machine.travel("2026-03-15 12:00:00+01:00", tick=False):
        assert "<td>7,0</td>" in total()
        assert "<td>0,2</td>" in total(f"&q={points[0].gsrn}")


def change_days(held: Held) -> None:
    factories.readings(held[1][0], date(2026, 3, 3), 10)


def correct(held: Held) -> None:
    factories.correct(held[1][0], date(2026, 3, 2), [11] * 24, at="2126-01-01T00:00:00+00:00")


def of_another(_held: Held) -> None:
    point = factories.point(8)
    factories.readings(point, date(2026, 3, 2), 1)


def confirm(held: Held) -> None:
    factories.readings(held[1][0], date(2026, 3, 2), 10)


@pytest.mark.parametrize(
    ("change", "left"),
    [(change_days, {FEBRUARY}), (correct, {FEBRUARY}), (of_another, {FEBRUARY}), (confirm, {FEBRUARY, MARCH})],
)
def test_days_that_are_written_leave_only_other_months(
    held: Held, change: Callable[[Held], None], left: set[date]
) -> None:
    change(held)
    assert {month for month, _ in kept()} == left
    assert actions.add_up_holders(today=TODAY) == 2 * (2 - len(left))
    assert kept() == ALL


def move_in(held: Held) -> None:
    factories.holding(held[0], factories.point(9), since=MARCH)


def move_out(held: Held) -> None:
    Holding.objects.filter(metering_point=held[1][0]).update(valid_to=MARCH)


def give_to_another(held: Held) -> None:
    Holding.objects.filter(metering_point=held[1][0]).update(customer=core.customer())


def remove(held: Held) -> None:
    Holding.objects.filter(metering_point=held[1][0]).delete()


def produce(held: Held) -> None:
    MeteringPoint.objects.filter(pk=held[1][0].pk).update(has_production=True)


@pytest.mark.parametrize("change", [move_in, move_out, give_to_another, remove, produce])
def test_holdings_that_change_leave_nothing(held: Held, change: Callable[[Held], None]) -> None:
    change(held)
    assert kept() == set()


def test_other_facts_and_other_customers_leave_it(held: Held) -> None:
    MeteringPoint.objects.update(city="Solvika", has_production=False)
    factories.holding(core.customer(), factories.point(9))
    assert kept() == ALL


def test_who_takes_over_an_installation_leaves_both_to_be_added_up(held: Held) -> None:
    other = core.customer()
    more = [factories.point(serial) for serial in range(10, 13)]
    for point in more:
        factories.holding(other, point, since=MARCH)
    assert actions.add_up_holders(today=TODAY) == 2
    Holding.objects.filter(metering_point=more[0]).update(customer=held[0])
    assert kept() == set()


def test_what_is_stale_goes_and_what_says_so_too(held: Held) -> None:
    change_days(held)
    move_out(held)
    assert HolderMonth.objects.count() == 4
    assert actions.add_up_holders(today=TODAY) == 4
    assert (HolderMonth.objects.count(), StaleSums.objects.count()) == (4, 0)


def test_production_of_who_does_not_produce_any_more_is_in_every_sum(held: Held) -> None:
    """Its month must be there too before what is kept is believed."""
    firm, points = held
    former = factories.point(7)
    factories.holding(firm, former, since=date(2026, 1, 10), until=date(2026, 1, 20))
    for point in (*points, former):
        MeteringPoint.objects.filter(pk=point.pk).update(has_production=True)
        factories.readings(point, date(2026, 1 if point == former else 2, 15), 10, direction=MAKE)
    MeteringPoint.objects.filter(pk=former.pk).update(has_production=False)
    holder, year = Holder(firm, TODAY), Span(date(2026, 1, 1), date(2026, 12, 31))

    def made() -> list[int | None]:
        return [month.wh for month in queries.sum_of_months(holder, MAKE, year).months][:3]

    assert made() == [240, 720, None]
    assert actions.add_up_holders(today=TODAY)
    assert made() == [240, 720, None]
    HolderMonth.objects.filter(month=date(2026, 1, 1)).delete()
    assert made() == [240, 720, None]
    assert queries.sum_of_days(holder, MAKE, Span(date(2026, 1, 10), date(2026, 2, 20))).wh == 960


def test_months_that_nobody_stores_any_longer_go(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "months", lambda: [MARCH])
    assert actions.add_up_holders(today=TODAY) == 0
    assert kept() == {(MARCH, 1), (MARCH, 2)}


def test_what_was_changed_by_hand_is_added_up_anew_when_sums_are_proved(held: Held) -> None:
    HolderMonth.objects.filter(month=MARCH, direction=1).update(days_wh=[1] * 31)
    assert not any(proof.wrong for proof in actions.prove_sums())
    assert actions.add_up_holders(today=TODAY) == 4
    assert queries.sum_of_days(Holder(held[0], TODAY), USE, month_span(MARCH)).wh == 720


def test_what_is_thinned_is_not_kept(held: Held) -> None:
    settings = ImportSettings.current()
    settings.retention_years = 1
    settings.save()
    assert actions.thin(today=date(2030, 1, 1)) == 6
    assert kept() == set()


def test_a_company_never_touches_anothers(held: Held, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        held_by_one()
        assert kept() == set()
    assert kept() == ALL


def test_few_installations_and_months_that_nobody_stores_are_not_kept(tenant: Tenant) -> None:
    family, point = core.customer(), factories.point(1)
    factories.holding(family, point)
    factories.readings(point, MARCH, 1)
    assert actions.add_up_holders(today=TODAY) == 0
