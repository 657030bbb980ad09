"""Taxes and what else the state sets, as rates with dates; and the zones they differ by. Without VAT. Pure.

What comes with the program lies in `billing/data/rates.yml`, with source and date. On the days they hold a company's
own rows (`is_own`) go before those for the same zone and customers, or for wider ones: a row of its own for everybody
does not hold in the action zone, where the law has another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from billing.rules import spans

# What was looked up is kept as long as the table is: some years of days, for each kind that is asked for.
MOST_FOUND = 10_000
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "rates.yml"


class Kind(StrEnum):
    """What a rate is for; `UNITS` says in what it is given."""

    CONSUMPTION_TAX = "consumption_tax"
    ENOVA = "enova"
    ENOVA_FIXED = "enova_fixed"
    VAT = "vat"
    SUPPORT_SHARE_OF_MONTH = "support_share_of_month"
    SUPPORT_SHARE_OF_HOUR = "support_share_of_hour"
    SUPPORT_THRESHOLD = "support_threshold"
    SUPPORT_CAP = "support_cap"
    NORGESPRIS = "norgespris"
    NORGESPRIS_CAP = "norgespris_cap"
    NORGESPRIS_CAP_HOLIDAY_HOME = "norgespris_cap_holiday_home"


ORE_PER_KWH, NOK_PER_YEAR, PERCENT, KWH_PER_MONTH = "øre/kWh", "kr/year", "%", "kWh/month"
UNITS = {
    Kind.CONSUMPTION_TAX: ORE_PER_KWH,
    Kind.ENOVA: ORE_PER_KWH,
    Kind.ENOVA_FIXED: NOK_PER_YEAR,
    Kind.VAT: PERCENT,
    Kind.SUPPORT_SHARE_OF_MONTH: PERCENT,
    Kind.SUPPORT_SHARE_OF_HOUR: PERCENT,
    Kind.SUPPORT_THRESHOLD: ORE_PER_KWH,
    Kind.SUPPORT_CAP: KWH_PER_MONTH,
    Kind.NORGESPRIS: ORE_PER_KWH,
    Kind.NORGESPRIS_CAP: KWH_PER_MONTH,
    Kind.NORGESPRIS_CAP_HOLIDAY_HOME: KWH_PER_MONTH,
}


class Zone(StrEnum):
    """Where taxes differ: by county and municipality, not by price area."""

    STANDARD = "standard"
    NO_VAT = "no_vat"
    ACTION_ZONE = "action_zone"


class Customers(StrEnum):
    ALL = ""
    PRIVATE = "private"
    BUSINESS = "business"


# What by its nature concerns some customers only, whether or not a row says so.
ONLY_FOR = {Kind.ENOVA: Customers.PRIVATE, Kind.ENOVA_FIXED: Customers.BUSINESS}


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount from a day up to, not including, another. An empty zone or kind of customers is any."""

    kind: Kind
    amount: Decimal
    valid_from: date
    valid_to: date | None = None
    zone: str = ""
    customers: str = ""
    source: str = ""
    is_own: bool = False

    @property
    def concerns(self) -> str:
        return self.customers or ONLY_FOR.get(self.kind, Customers.ALL)

    def holds(self, day: date) -> bool:
        return spans.holds(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class RateTable:
    """All rates of a company: its own, and those that come with the program."""

    rates: tuple[Rate, ...]
    _found: dict[tuple[Kind, date, str, bool], Rate | None] = field(
        default_factory=dict, compare=False, repr=False, init=False
    )

    def on(self, kind: Kind, day: date, *, zone: str = Zone.STANDARD, is_private: bool = True) -> Rate | None:
        """Return the rate of a day, or None where nobody has given one: it is unknown then, not zero.

        The one made for this zone goes before, then the one for these customers, then the company's own.
        """
        key = (kind, day, zone, is_private)
        try:
            return self._found[key]
        except KeyError:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            customers = Customers.PRIVATE if is_private else Customers.BUSINESS
            found = self._found[key] = self._look_up(kind, day, zone, customers)
            return found

    def _look_up(self, kind: Kind, day: date, zone: str, customers: str) -> Rate | None:
        fitting = [
            rate
            for rate in self.rates
            if rate.kind == kind
            and rate.holds(day)
            and rate.zone in ("", zone)
            and rate.concerns in (Customers.ALL, customers)
        ]
        return max(fitting, key=lambda rate: (bool(rate.zone), bool(rate.concerns), rate.is_own), default=None)

    @cached_property
    def _turns(self) -> list[date]:
        return sorted({day for rate in self.rates for day in (rate.valid_from, rate.valid_to) if day is not None})

    def changes(self, first: date, last: date) -> set[date]:
        """Return the days after `first`, up to `last`, on which some rate begins or ends."""
        return {day for day in self._turns if first < day <= last}

    def steady_until(self, day: date) -> date:
        """Return the first day after this one on which some rate begins or ends: until then all are as they are."""
        after = bisect_right(self._turns, day)
        return self._turns[after] if after < len(self._turns) else date.max


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """Metering points in a county, or with postal codes in a range, lie in a zone from a day on."""

    zone: Zone
    county: str = ""
    postal_from: str = ""
    postal_to: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    is_own: bool = False

    def holds(self, county: str, postal_code: str, day: date) -> bool:
        if not spans.holds(self.valid_from, self.valid_to, day):
            return False
        if self.postal_from:
            return bool(postal_code) and self.postal_from <= postal_code <= (self.postal_to or self.postal_from)
        return bool(self.county) and county_key(self.county) == county_key(county)


def county_key(name: str) -> str:
    """Return a county's name as it is compared: "Troms – Romsa – Tromssa" and "TROMS" are the same."""
    return name.replace("–", "-").split(" - ", maxsplit=1)[0].strip().casefold()


def zone_of(rules: Iterable[ZoneRule], county: str, postal_code: str, day: date) -> Zone:
    """Return the zone of a place: a rule for its postal code goes before one for its county, the company's own before
    those that come with the program. Where none holds, it is the standard zone.
    """
    holding = [rule for rule in rules if rule.holds(county, postal_code, day)]
    best = max(holding, key=lambda rule: (bool(rule.postal_from), rule.is_own), default=None)
    return best.zone if best else Zone.STANDARD


@lru_cache(maxsize=1)
def shipped() -> tuple[tuple[Rate, ...], tuple[ZoneRule, ...]]:
    """Return the rates and zones that come with the program."""
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    rates = [_rate(Kind(entry["kind"]), entry, row) for entry in data["rates"] for row in entry["rows"]]
    return tuple(rates), tuple(_zone_rule(row) for row in data["zones"])


def _rate(kind: Kind, entry: dict[str, Any], row: dict[str, Any]) -> Rate:
    # Amounts are written as text, so that no float comes between.
    return Rate(
        kind=kind,
        amount=Decimal(row["amount"]),
        valid_from=row["from"],
        valid_to=row.get("to"),
        zone=row.get("zone", ""),
        customers=row.get("customers", entry.get("customers", "")),
        source=entry["source"],
    )


def _zone_rule(row: dict[str, Any]) -> ZoneRule:
    postal_from, _, postal_to = str(row.get("postal_codes", "")).partition("-")
    return ZoneRule(Zone(row["zone"]), row.get("county", ""), postal_from, postal_to, row["from"], row.get("to"))
