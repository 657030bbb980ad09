"""Which rate holds where several could: the zone first, then the customers, then who gave it."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.taxes import Kind, Rate, RateTable, Zone, ZoneRule, zone_of
from tests.billing import price_lists as make

DAY, BEGIN = date(2026, 10, 1), date(2026, 1, 1)


def own(kind: Kind, amount: str, **fields: str) -> Rate:
    return Rate(kind, Decimal(amount), BEGIN, is_own=True, **fields)


def amount(*rates: Rate, kind: Kind = Kind.CONSUMPTION_TAX, zone: str = "", is_private: bool = True) -> Decimal | None:
    found = RateTable((*rates, *make.RATES)).on(kind, DAY, zone=zone or Zone.STANDARD, is_private=is_private)
    return found.amount if found else None


@pytest.mark.parametrize(
    ("zone", "is_private", "expected"),
    [
        (Zone.STANDARD, True, "10"),
        # The law has a rate for households in the action zone, and none for its businesses.
        (Zone.ACTION_ZONE, True, "0"),
        (Zone.ACTION_ZONE, False, "10"),
    ],
)
def test_an_own_rate_for_everybody_is_none_for_the_action_zone(zone: Zone, is_private: bool, expected: str) -> None:
    assert amount(own(Kind.CONSUMPTION_TAX, "10"), zone=zone, is_private=is_private) == Decimal(expected)


def test_an_own_rate_for_the_zone_goes_before_the_shipped_one() -> None:
    mine = own(Kind.CONSUMPTION_TAX, "2", zone=Zone.ACTION_ZONE, customers="private")
    assert amount(mine, zone=Zone.ACTION_ZONE) == 2


def test_an_own_rate_for_some_customers_goes_before_one_for_all() -> None:
    assert amount(own(Kind.VAT, "12", customers="private"), own(Kind.VAT, "15"), kind=Kind.VAT) == 12


@pytest.mark.parametrize(("kind", "is_private"), [(Kind.ENOVA, True), (Kind.ENOVA_FIXED, False)])
def test_what_concerns_some_customers_only_needs_not_say_so(kind: Kind, is_private: bool) -> None:
    assert amount(own(kind, "3"), kind=kind, is_private=is_private) == 3
    assert amount(own(kind, "3"), kind=kind, is_private=not is_private) is None


def test_a_county_of_the_companys_own_does_not_reach_into_a_postal_code_of_the_law() -> None:
    rules = (ZoneRule(Zone.STANDARD, "Troms", is_own=True), *make.ZONES)
    assert zone_of(rules, "Troms", "9008", DAY) == Zone.STANDARD
    assert zone_of(rules, "Troms", "9151", DAY) == Zone.ACTION_ZONE
