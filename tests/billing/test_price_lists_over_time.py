"""Which price list holds on a day, when lists follow each other."""

from datetime import date, timedelta

from billing.rules.settlement import settle
from billing.rules.tariffs import Group, PriceLists, Tariff, Version
from billing.rules.unknowns import What
from tests.billing import price_lists as make

SUMMER, WINTER, SPRING = date(2026, 7, 1), date(2027, 1, 1), date(2027, 4, 1)


def lists(*tariffs: Tariff) -> PriceLists:
    return PriceLists(tuple(Version(one, str(number)) for number, one in enumerate(tariffs, 1)))


def on(found: PriceLists, day: date, name: str = "") -> str:
    version = found.on(day, group=Group.HOUSEHOLD, name=name)
    return version.reference if version else ""


def test_a_successor_goes_before_the_list_that_held_until_further_notice() -> None:
    old, new = make.tariff(valid_from=SUMMER), make.tariff(valid_from=WINTER, valid_to=SPRING)
    for found, names in ((lists(old, new), ("1", "2")), (lists(new, old), ("2", "1"))):
        days = (WINTER - timedelta(days=1), WINTER, SPRING - timedelta(days=1), SPRING)
        # When the successor has ended nobody can tell: the old one does not come back.
        assert [on(found, day) for day in days] == [names[0], names[1], names[1], ""]


def test_a_list_of_another_name_ends_none() -> None:
    found = lists(make.tariff(valid_from=SUMMER), make.tariff(valid_from=WINTER, valid_to=SPRING, name="Øyene"))
    assert (on(found, WINTER), on(found, WINTER, "Øyene"), on(found, SPRING)) == ("1", "2", "1")


def test_after_the_last_list_the_settlement_says_that_none_holds() -> None:
    april = make.month(SPRING)
    terms = make.terms(make.tariff(valid_from=SUMMER), make.tariff(valid_from=WINTER, valid_to=SPRING))
    settled = settle(april, terms, make.even(april, 1_000))
    assert What.TARIFF in [one.what for one in settled.unknown]
    assert settled.tier is None
