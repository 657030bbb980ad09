"""Whether price lists make sense: their tiers, their exceptions, their dates, and taxes that were left in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product

from billing.rules.spans import overlaps
from billing.rules.tariff_problems import Problem
from billing.rules.tariff_words import DAYS, GROUPS, MONTHS, name_of
from billing.rules.tariffs import EnergyException, Group, Method, Tariff
from billing.rules.taxes import Kind, RateTable

WEEKDAYS = list(DAYS)[:7]
# Of one list: who has made more has made one mistake.
MOST_CONFLICTS = 24


def problems_of(tariff: Tariff, line: int, where: str) -> Iterator[Problem]:
    """Yield what is wrong with one list by itself."""
    if tariff.valid_to is not None and tariff.valid_to <= tariff.valid_from:
        dates = {"begin": tariff.valid_from, "end": tariff.valid_to}
        yield Problem("ends_before_it_begins", line, f"{where}.gyldig_til", dates)
    yield from _tier_problems(tariff, line, f"{where}.fastledd")
    yield from _conflicts(tariff, line, f"{where}.energiledd.unntak")


def _tier_problems(tariff: Tariff, line: int, where: str) -> Iterator[Problem]:
    charge = tariff.capacity
    for below, tier in pairwise(charge.tiers):
        if tier.lower == below.lower:
            yield Problem("same_tier_twice", line, where, {"lower": tier.lower})
        elif tier.nok_per_year < below.nok_per_year:
            prices = {"lower": tier.lower, "price": tier.nok_per_year, "below": below.nok_per_year}
            yield Problem("falling_tiers", line, where, prices)
    if charge.tiers and charge.tiers[0].lower:
        yield Problem("lowest_tier", line, where, {"lower": charge.tiers[0].lower})
    if charge.method == Method.UNKNOWN:
        yield Problem("method_unknown", line, where)
    elif charge.inclusive is None:
        yield Problem("side_of_bound_unknown", line, where)


def _conflicts(tariff: Tariff, line: int, where: str) -> Iterator[Problem]:
    """Yield exceptions that hold at the same hour with other prices: each pair once, and no more than can be read.

    Each exception is laid over all kinds of hours there are, so the work grows with their number and not its square.
    """
    taken: dict[tuple[int, bool, int, int], EnergyException] = {}
    told = set()
    for number, one in enumerate(tariff.energy.exceptions):
        for month, is_holiday, weekday in product(range(1, 13), (False, True), range(7)):
            if not one.when.holds(month, weekday, is_holiday=is_holiday):
                continue
            for hour in sorted(one.when.hours):
                first = taken.setdefault((month, is_holiday, weekday, hour), one)
                if first.ore_per_kwh == one.ore_per_kwh or (id(first), number) in told:
                    continue
                told.add((id(first), number))
                day = WEEKDAYS[weekday] + (" (helligdag)" if is_holiday else "")
                yield Problem("conflict", line, where, _meeting(first, one, list(MONTHS)[month - 1], day, hour))
                if len(told) == MOST_CONFLICTS:
                    return


def _meeting(one: EnergyException, other: EnergyException, month: str, day: str, hour: int) -> dict[str, object]:
    return {
        "one": one.name,
        "other": other.name,
        "month": month,
        "day": day,
        "hour": f"{hour:02}:00",
        "price": one.ore_per_kwh,
        "other_price": other.ore_per_kwh,
    }


def problems_between(tariffs: Sequence[Tariff], lines: Sequence[int], rates: RateTable) -> list[Problem]:
    """Return overlaps, gaps and taxes left in, among the lists of one name and group; each is told once."""
    found: dict[tuple[object, ...], list[tuple[Group, Problem]]] = {}
    for name, group in product(dict.fromkeys(one.name for one in tariffs), Group):
        same = [
            (one, line) for one, line in zip(tariffs, lines, strict=True) if one.name == name and group in one.groups
        ]
        for before, after in pairwise(sorted(same, key=lambda entry: entry[0].valid_from)):
            for problem in _between(before, after, rates):
                key = (problem.code, problem.line, *problem.params.values())
                found.setdefault(key, []).append((group, problem))
    return [_for_groups(same) for same in found.values()]


def _for_groups(same: list[tuple[Group, Problem]]) -> Problem:
    groups = ", ".join(name_of(GROUPS, group) for group, _ in same)
    return replace(same[0][1], params={**same[0][1].params, "group": groups})


def _between(before: tuple[Tariff, int], after: tuple[Tariff, int], rates: RateTable) -> Iterator[Problem]:
    (old, old_line), (new, line) = before, after
    if overlaps(old.valid_from, old.valid_to, new.valid_from, new.valid_to):
        yield Problem("overlap", line, "gyldig_fra", {"first": new.valid_from, "other": old_line})
        return
    if old.valid_to and old.valid_to < new.valid_from:
        yield Problem("gap", line, "gyldig_fra", {"first": old.valid_to, "last": new.valid_from})
    yield from tax_problems(old, new, line, rates)


def tax_problems(old: Tariff, new: Tariff, line: int, rates: RateTable) -> Iterator[Problem]:
    """Yield a doubt when all energy prices differ by exactly a tax, or all prices by exactly the value added tax."""
    pairs = _price_pairs(old, new)
    if pairs is None:
        return
    differences = {after - before for before, after in pairs}
    if len(differences) == 1 and abs(next(iter(differences))) in _taxes(old, new, rates):
        difference = abs(next(iter(differences)))
        yield Problem("taxes_left_in", line, "energiledd", {"first": new.valid_from, "difference": difference})
    tiers = zip(
        (tier.nok_per_year for tier in old.capacity.tiers), (t.nok_per_year for t in new.capacity.tiers), strict=False
    )
    both = [*pairs, *((before, after) for before, after in tiers if before or after)]
    ratios = {after / before if before else None for before, after in both}
    if ratios in ({Decimal("1.25")}, {Decimal("0.8")}):
        yield Problem("vat_left_in", line, "", {"first": new.valid_from})


def _price_pairs(old: Tariff, new: Tariff) -> list[tuple[Decimal, Decimal]] | None:
    """Return the prices that answer to each other; None where the lists are built differently."""
    before, after = old.energy.periods, new.energy.periods
    if [one.when for one in before] != [one.when for one in after]:
        return None
    return [(one.ore_per_kwh, other.ore_per_kwh) for one, other in zip(before, after, strict=True)]


def _taxes(old: Tariff, new: Tariff, rates: RateTable) -> set[Decimal]:
    """Return what a price would be off by: the electricity tax of either time, alone or with the energy fund or VAT."""
    found = set()
    for day in (old.valid_from, new.valid_from):
        tax, enova = rates.on(Kind.CONSUMPTION_TAX, day), rates.on(Kind.ENOVA, day)
        if tax and tax.amount:
            found |= {tax.amount, tax.amount * Decimal("1.25")}
            if enova:
                both = tax.amount + enova.amount
                found |= {both, both * Decimal("1.25")}
    return found
