"""By the clock: missing values in the morning, months and retention at night."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from metering import actions, partitions
from metering.actions import upkeep
from metering.days import Direction
from metering.models import ImportSettings, MissingValuesCheck, ReadingDay, ReadingMonth
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories

NINE = datetime(2026, 1, 6, 8, tzinfo=UTC)
MONDAY = date(2026, 1, 5)


def points(count: int, *, with_values: int, day: date = MONDAY) -> None:
    customer = core.customer()
    for serial in range(count):
        point = factories.point(serial)
        factories.holding(customer, point)
        if serial < with_values:
            factories.readings(point, day, 100)


def check(now: datetime = NINE) -> tuple[int, int, bool] | None:
    found = actions.check_missing_values(now=now)
    return (found.points, found.missing, found.is_alarming) if found else None


def test_too_many_missing_values_are_told_of_once(tenant: Tenant) -> None:
    ImportSettings.objects.create(alert_email="drift@example.com", missing_share_percent=10)
    points(10, with_values=8)
    assert check() == (10, 2, True)
    message = Message.objects.get()
    assert (message.event, message.recipient) == ("metering.values_missing", "drift@example.com")
    assert "2 av 10" in message.body
    assert check(NINE + timedelta(hours=1)) is None
    assert Message.objects.count() == 1


def test_a_share_at_the_limit_is_no_alarm(tenant: Tenant) -> None:
    ImportSettings.objects.create(alert_email="drift@example.com", missing_share_percent=20)
    points(10, with_values=8)
    assert check() == (10, 2, False)
    assert Message.objects.count() == 0


def test_a_day_with_less_than_half_its_values_counts_as_missing(tenant: Tenant) -> None:
    points(2, with_values=0)
    first, second = (holding.metering_point for holding in factories.Holding.objects.order_by("pk"))
    factories.readings(first, MONDAY, [1] * 11 + [None] * 13)
    factories.readings(second, MONDAY, [1] * 12 + [None] * 12)
    assert check() == (2, 1, True)


def test_points_that_nobody_held_yesterday_do_not_count(tenant: Tenant) -> None:
    factories.point(5)
    factories.holding(core.customer(), factories.point(6), since=date(2026, 1, 6))
    assert check() is None


@pytest.mark.parametrize(
    ("morning", "hour_utc"),
    [(date(2026, 3, 29), 7), (date(2026, 3, 30), 7), (date(2025, 10, 26), 8), (date(2025, 10, 25), 7)],
)
def test_it_is_nine_by_the_clock_on_the_wall(tenant: Tenant, morning: date, hour_utc: int) -> None:
    points(1, with_values=0)
    nine = datetime(morning.year, morning.month, morning.day, hour_utc, tzinfo=UTC)
    assert check(nine - timedelta(minutes=1)) is None
    assert check(nine) == (1, 1, True)
    assert MissingValuesCheck.objects.get().day == morning - timedelta(days=1)


# Retention -----------------------------------------------------------------------------------------


def test_readings_past_the_retention_are_deleted_and_no_others(
    tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metering.actions.upkeep.BATCH_ROWS", 3)
    old = [date(2022, 12, 31) - timedelta(days=number) for number in range(8)]
    kept = [date(2023, 1, 1), date(2026, 1, 1)]
    point = factories.point()
    for day in [*old, *kept]:
        factories.readings(point, day, 100)
    with tenant_scope(other_tenant):
        factories.readings(factories.point(), old[0], 100)
        ImportSettings.objects.create(retention_years=10)
    assert actions.thin(today=date(2026, 6, 1)) == 8
    assert list(ReadingDay.objects.order_by("day").values_list("day", flat=True)) == kept
    assert list(ReadingMonth.objects.order_by("month").values_list("month", flat=True)) == kept
    with tenant_scope(other_tenant):
        assert ReadingDay.objects.count() == ReadingMonth.objects.count() == 1


def test_each_batch_of_what_is_deleted_leaves_days_and_sums_of_the_same(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metering.actions.upkeep.BATCH_ROWS", 3)
    found = [factories.point(serial, has_production=True) for serial in range(3)]
    for point in found:
        for day in (date(2022, 12, 1), date(2022, 12, 31)):
            factories.readings(point, day, 100)
    factories.readings(found[0], date(2022, 12, 1), 100, direction=Direction.PRODUCTION)
    left, run = [], upkeep._run

    def run_and_look(*given: object) -> int:
        gone = run(*given)  # type: ignore[arg-type]
        days, sums = (set(of.objects.values_list("metering_point", "direction")) for of in (ReadingDay, ReadingMonth))
        left.append((len(days), days == sums))
        return gone

    monkeypatch.setattr("metering.actions.upkeep._run", run_and_look)
    assert actions.thin(today=date(2026, 6, 1)) == 7
    assert left == [(3, True), (2, True), (1, True), (0, True), (0, True)]


@pytest.fixture
def year() -> int:
    return datetime.now(UTC).year


def test_a_month_is_dropped_when_no_company_keeps_it(tenant: Tenant, other_tenant: Tenant, year: int) -> None:
    kept, past = date(year - 3, 1, 1), date(year - 4, 12, 1)
    partitions.open_months([kept, past])
    assert past in partitions.drop_past(date(year, 6, 1))
    assert kept in partitions.months()


def test_a_dropped_month_takes_every_companys_sums_along(tenant: Tenant, other_tenant: Tenant, year: int) -> None:
    kept, past = date(year - 3, 1, 1), date(year - 4, 12, 1)
    for company in (tenant, other_tenant):
        with tenant_scope(company):
            point = factories.point()
            factories.readings(point, kept, 100)
            factories.readings(point, past, 100)
    with connection.cursor() as cursor:
        # What was just written is checked at once, as at the end of its transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    partitions.drop_past(date(year, 6, 1))
    for company in (tenant, other_tenant):
        with tenant_scope(company):
            assert list(ReadingMonth.objects.values_list("month", flat=True)) == [kept]


def test_one_company_that_keeps_more_keeps_the_month(tenant: Tenant, other_tenant: Tenant, year: int) -> None:
    with tenant_scope(other_tenant):
        ImportSettings.objects.create(retention_years=9)
    past = date(year - 4, 12, 1)
    partitions.open_months([past])
    assert partitions.drop_past(date(year, 6, 1)) == []
    assert past in partitions.months()


def test_the_database_does_not_drop_what_is_kept_whoever_asks(tenant: Tenant, year: int) -> None:
    month = date(year, 1, 1)
    partitions.open_months([month])
    with connection.cursor() as cursor:
        cursor.execute("SELECT metering_drop_month(%s), current_setting('app.tenant_id')", [month])
        assert cursor.fetchone() == (False, str(tenant.pk))
    assert month in partitions.months()


def test_months_are_made_ahead(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    partitions.open_ahead(date(2026, 11, 21))
    assert {date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)} <= set(partitions.months())
    call_command("maintain_partitions")
    assert "months made" in capsys.readouterr().out


def test_old_revisions_go_with_their_days(tenant: Tenant, django_assert_num_queries: Callable[..., object]) -> None:
    from metering.models import ReadingDayRevision
    from tests.metering.gs2_files import hours
    from tests.metering.test_newest_registration_wins import FIRST, SECOND, import_

    factories.point()
    start = datetime(2026, 1, 4, 23, tzinfo=UTC)
    import_(hours([1] * 24, start=start), FIRST)
    import_(hours([2] * 24, start=start), SECOND)
    assert ReadingDayRevision.objects.count() == 1
    actions.thin(today=date(2030, 1, 1))
    assert (ReadingDay.objects.count(), ReadingDayRevision.objects.count()) == (0, 0)


def test_one_piece_of_the_night_that_fails_stops_none_of_the_others(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from metering import tasks

    def fail(**_: object) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(actions, "take_in_parked", fail)
    factories.readings(factories.point(), date(2010, 1, 1), 100)
    with pytest.raises(ExceptionGroup, match="tidied"):
        tasks.tidy.run()
    assert ReadingDay.objects.count() == 0
