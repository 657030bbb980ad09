"""Days of spot prices are kept in the process, with the rates that follow: nobody may ever see older ones."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.models import SpotPriceDay
from billing.queries import price_days
from billing.queries.price_days import price_book
from portal.tenancy.models import Tenant
from tests.billing import factories as make

# The clock is turned back on the 25th.
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
CHANGE = date(2026, 10, 25)
THRESHOLD, SHARE = Decimal(77), Decimal(90)


def price_on(day: date, *, area: str = "NO5") -> Decimal | None:
    return price_book(area, FIRST, LAST).spots[day].hourly[0]


def test_it_is_asked_whether_something_was_written_and_no_more(tenant: Tenant) -> None:
    make.spot_prices("NO5", FIRST, LAST, "1")
    first = price_book("NO5", FIRST, LAST)
    with CaptureQueriesContext(connection) as asked:
        again = price_book("NO5", FIRST, LAST)
    assert len(asked) == 1
    assert again is first
    assert [len(first.spots[CHANGE + timedelta(days=after)].hourly) for after in (-1, 0, 1)] == [24, 25, 24]


def test_each_writing_of_a_day_is_seen_at_once_also_in_its_own_transaction(tenant: Tenant) -> None:
    make.spot_prices("NO5", FIRST, FIRST, "1")
    assert price_on(FIRST) == 1
    make.spot_prices("NO5", FIRST, FIRST, "2")
    assert price_on(FIRST) == 2
    make.spot_prices("NO5", CHANGE, CHANGE, "3")
    assert (price_on(FIRST), price_on(CHANGE)) == (2, 3)


def test_the_rates_that_follow_are_those_of_the_prices_as_they_are(tenant: Tenant) -> None:
    make.spot_prices("NO5", CHANGE, CHANGE, "1")
    before = price_book("NO5", FIRST, LAST).support(THRESHOLD, SHARE)(CHANGE)
    make.spot_prices("NO5", CHANGE, CHANGE, "2")
    after = price_book("NO5", FIRST, LAST).support(THRESHOLD, SHARE)(CHANGE)
    assert before is not None
    assert after is not None
    assert [set(one.rates) for one in (before, after)] == [
        {int(Decimal("0.207").scaleb(16))},
        {int(Decimal("1.107").scaleb(16))},
    ]
    assert len(after.rates) == 25


def test_what_is_taken_back_was_never_there(tenant: Tenant) -> None:
    make.spot_prices("NO5", FIRST, FIRST, "1")
    for nok in ("2", "3"):
        with transaction.atomic():
            make.spot_prices("NO5", FIRST, FIRST, nok)
            assert price_on(FIRST) == Decimal(nok)
            assert SpotPriceDay.objects.get().revision == 1
            transaction.set_rollback(True)
        assert price_on(FIRST) == 1


def test_another_area_and_other_days_are_others(tenant: Tenant) -> None:
    make.spot_prices("NO5", FIRST, LAST, "1")
    make.spot_prices("NO1", FIRST, FIRST, "2")
    assert (price_on(FIRST), price_on(FIRST, area="NO1")) == (1, 2)
    assert price_book("NO2", FIRST, LAST).spots == {}
    assert list(price_book("NO5", FIRST, FIRST).spots) == [FIRST]


@pytest.mark.parametrize(("days", "books"), [(2, 50), (800, 1)])
def test_what_is_kept_is_let_go_of_when_it_is_much(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, days: int, books: int
) -> None:
    monkeypatch.setattr(price_days, "MOST_KEPT", days)
    monkeypatch.setattr(price_days, "MOST_BOOKS", books)
    monkeypatch.setattr(price_days, "_books", {})
    monkeypatch.setattr(price_days, "_kept", {})
    make.spot_prices("NO5", FIRST, FIRST + timedelta(days=3), "1")
    for first in (0, 2, 0):
        begin, end = FIRST + timedelta(days=first), FIRST + timedelta(days=first + 1)
        assert list(price_book("NO5", begin, end).spots) == [begin, end]
        assert len(price_days._kept) <= days
        assert len(price_days._books) == 1
