"""Spot prices are shared by tenants: read by all, stored through one narrow door."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from billing.models import ReplacedSpotPriceDay, SpotPriceDay
from billing.models.spot import Put
from billing.rules.spot import SpotDay, mean
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

AT = datetime(2026, 11, 1, 13, 5, tzinfo=UTC)


def spot_day(*, price: str = "0.5", preliminary: bool = False, slots: int = 24, minutes: int = 60) -> SpotDay:
    return SpotDay("NO5", date(2026, 11, 2), minutes, (Decimal(price),) * slots, preliminary)


def put(day: SpotDay) -> Put:
    with transaction.atomic():
        return SpotPriceDay.objects.put(day, source="test", at=AT)


def test_a_day_comes_back_as_it_was_stored(tenant: Tenant) -> None:
    prices = (None, Decimal("-0.0123456789"), *[Decimal("1.25")] * 94)
    day = SpotDay("NO1", date(2026, 11, 2), 15, prices, preliminary=True)
    assert put(day) == Put.NEW
    assert SpotPriceDay.objects.of("NO1").get().spot_day == day


def test_what_is_stored_for_one_tenant_is_there_for_the_other(tenant: Tenant, other_tenant: Tenant) -> None:
    put(spot_day())
    with tenant_scope(other_tenant):
        assert SpotPriceDay.objects.count() == 1


def test_the_same_again_is_nothing_new(tenant: Tenant) -> None:
    put(spot_day())
    assert put(spot_day()) == Put.SAME
    assert SpotPriceDay.objects.get().revision == 0


def test_final_prices_replace_preliminary_ones_and_not_the_other_way(tenant: Tenant) -> None:
    put(spot_day(price="0.5", preliminary=True))
    assert put(spot_day(price="0.6")) == Put.CHANGED
    assert put(spot_day(price="0.7", preliminary=True)) == Put.KEPT
    row = SpotPriceDay.objects.get()
    assert (row.spot_day, row.revision) == (spot_day(price="0.6"), 1)


def test_what_is_replaced_is_kept_as_it_was(tenant: Tenant) -> None:
    put(spot_day(price="0.5", preliminary=True))
    put(spot_day(price="0.6"))
    put(spot_day(price="0.6"))
    put(spot_day(price="0.7"))
    kept = ReplacedSpotPriceDay.objects.order_by("revision")
    assert [(row.spot_day, row.revision, row.source) for row in kept] == [
        (spot_day(price="0.5", preliminary=True), 0, "test"),
        (spot_day(price="0.6"), 1, "test"),
    ]


def gaps(day: SpotDay, *missing: int) -> SpotDay:
    prices = tuple(None if at in missing else price for at, price in enumerate(day.prices_nok_per_kwh))
    return replace(day, prices_nok_per_kwh=prices)


def test_gaps_take_no_price_away(tenant: Tenant) -> None:
    put(spot_day(price="0.6"))
    assert put(gaps(spot_day(price="0.6"), 0, 13)) == Put.KEPT
    row = SpotPriceDay.objects.get()
    assert (row.spot_day, row.revision) == (spot_day(price="0.6"), 0)
    assert not ReplacedSpotPriceDay.objects.exists()


def test_other_prices_come_in_and_gaps_keep_what_was_there(tenant: Tenant) -> None:
    put(spot_day(price="0.6"))
    assert put(gaps(spot_day(price="0.7"), 0, 13)) == Put.CHANGED
    row = SpotPriceDay.objects.get()
    assert (row.spot_day.missing, row.preliminary, row.revision) == (0, False, 1)
    assert [at for at, price in enumerate(row.prices_nok_per_kwh) if price == Decimal("0.6")] == [0, 13]
    # The same again is nothing new.
    assert put(gaps(spot_day(price="0.7"), 0, 13)) == Put.KEPT
    assert SpotPriceDay.objects.get().revision == 1


def test_each_answer_fills_the_gaps_of_the_other(tenant: Tenant) -> None:
    assert put(gaps(spot_day(price="0.6"), 1, 2, 3)) == Put.NEW
    assert put(gaps(spot_day(price="0.6"), 3, 4)) == Put.CHANGED
    assert SpotPriceDay.objects.get().spot_day == gaps(spot_day(price="0.6"), 3)
    assert put(gaps(spot_day(price="0.6"), 3, 4)) == Put.KEPT
    assert put(gaps(spot_day(price="0.6"), 3)) == Put.SAME


def test_what_is_kept_of_preliminary_prices_keeps_the_day_preliminary(tenant: Tenant) -> None:
    put(spot_day(price="0.5", preliminary=True))
    assert put(gaps(spot_day(price="0.6"), 23)) == Put.CHANGED
    row = SpotPriceDay.objects.get()
    assert (row.prices_nok_per_kwh[22:], row.preliminary) == ([Decimal("0.6"), Decimal("0.5")], True)
    assert put(spot_day(price="0.6")) == Put.CHANGED
    assert SpotPriceDay.objects.get().spot_day == spot_day(price="0.6")
    # Preliminary prices do not stand in for final ones, nor between them.
    assert put(spot_day(price="0.9", preliminary=True)) == Put.KEPT


@pytest.mark.parametrize("quarters_first", [True, False])
def test_hours_and_quarters_are_compared_quarter_by_quarter(tenant: Tenant, *, quarters_first: bool) -> None:
    quarters, hours = spot_day(price="0.6", slots=96, minutes=15), spot_day(price="0.8")
    if quarters_first:
        put(quarters)
        assert put(gaps(hours, 1)) == Put.CHANGED
        kept = Decimal("0.6")
    else:
        put(hours)
        assert put(gaps(quarters, 4, 5, 6, 7)) == Put.CHANGED
        kept = Decimal("0.8")
    found = SpotPriceDay.objects.get().spot_day
    assert (found.resolution_minutes, found.missing) == (15, 0)
    assert [at for at, price in enumerate(found.prices_nok_per_kwh) if price == kept] == [4, 5, 6, 7]
    # A whole day comes in the place of what was put together.
    assert put(hours) == Put.CHANGED
    assert SpotPriceDay.objects.get().spot_day == hours


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 3, 28), 24), (date(2026, 10, 25), 25), (date(2026, 1, 1), 24)],
)
def test_a_day_has_the_slots_that_the_clock_gives_it(tenant: Tenant, day: date, hours: int) -> None:
    for minutes, lengths in ((60, (23, 24, 25)), (15, (92, 96, 100))):
        for slots in lengths:
            one = replace(spot_day(slots=slots, minutes=minutes), day=day)
            if slots == hours * 60 // minutes:
                assert put(one) in (Put.NEW, Put.CHANGED)
            else:
                with pytest.raises(IntegrityError, match="spot_prices_fill_a_day"):
                    put(one)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM billing_replacedspotpriceday",
        "UPDATE billing_replacedspotpriceday SET prices_nok_per_kwh = '{}'",
        "INSERT INTO billing_replacedspotpriceday SELECT * FROM billing_replacedspotpriceday",
        "TRUNCATE billing_replacedspotpriceday",
    ],
)
def test_final_prices_are_not_replaced_without_a_trace(tenant: Tenant, statement: str) -> None:
    put(spot_day(price="0.6"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT billing_put_spot_day('NO5', '2026-11-02', 60, array_fill(0.1, ARRAY[24]), false, 'raw', now())"
        )
        assert cursor.fetchone() == ("changed",)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("SELECT prices_nok_per_kwh[1] FROM billing_replacedspotpriceday WHERE area = 'NO5'")
        assert cursor.fetchall() == [(Decimal("0.6"),)]


@pytest.mark.parametrize("day", [spot_day(slots=100), spot_day(slots=22), spot_day(slots=104, minutes=15)])
def test_what_is_no_day_is_refused(tenant: Tenant, day: SpotDay) -> None:
    with pytest.raises(IntegrityError, match="spot_prices_fill_a_day"):
        put(day)


def test_prices_in_another_unit_are_refused(tenant: Tenant) -> None:
    with pytest.raises(IntegrityError, match="spot_prices_are_nok_per_kwh"):
        put(spot_day(price="1000"))


def test_the_program_itself_cannot_write_the_table(tenant: Tenant) -> None:
    put(spot_day())
    for attempt in (SpotPriceDay.objects.all().delete, lambda: SpotPriceDay.objects.update(preliminary=True)):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attempt()


def test_an_hour_is_the_mean_of_its_quarters() -> None:
    quarters = tuple(Decimal(price) for price in ("0.1", "0.2", "0.3", "0.4")) * 24
    assert SpotDay("NO1", date(2026, 11, 2), 15, quarters).hourly == (Decimal("0.25"),) * 24


def test_an_hour_that_lacks_a_quarter_has_no_price() -> None:
    assert mean((Decimal(1), None)) is None
    assert mean(()) is None
