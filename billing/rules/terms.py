"""What a metering point is billed by, and where the companies differ in how they bill. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from billing.rules.calendar import PUBLIC_HOLIDAYS_ONLY, CompanyCalendar
from billing.rules.capacity import SEASON_WEIGHTS
from billing.rules.support import Scheme
from billing.rules.tariffs import PRIVATE_GROUPS, Group, Method, PriceLists, Version
from billing.rules.taxes import Kind, Rate, RateTable, Zone
from metering.periods import add_months, month_of

# Holiday homes get no support; businesses have no scheme at all.
SCHEMES_OF: dict[str, tuple[Scheme, ...]] = {
    Group.HOUSEHOLD: (Scheme.SUPPORT, Scheme.NORGESPRIS),
    Group.HOLIDAY_HOME: (Scheme.NORGESPRIS,),
}


class SoFar(StrEnum):
    """What a month that is not over yet shows of the capacity charge: its days so far, all of it, or nothing."""

    BY_DAYS = "by_days"
    WHOLE = "whole"
    LATER = "later"


class TierMonth(StrEnum):
    """Which month's hours set a month's tier."""

    SAME = "same"
    PREVIOUS = "previous"


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a company bills. `enova_in_energy` shows the energy fund's charge within the energy price."""

    calendar: CompanyCalendar = PUBLIC_HOLIDAYS_ONLY
    tier_month: TierMonth = TierMonth.SAME
    so_far: SoFar = SoFar.BY_DAYS
    enova_in_energy: bool = False
    season_weights: tuple[int, ...] = SEASON_WEIGHTS


@dataclass(frozen=True, slots=True)
class SchemePeriod:
    """A household has a scheme from a day to another, both included (None: until further notice)."""

    scheme: Scheme
    first: date
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one metering point is billed by; `price_lists` and `rates` are the company's.

    `dwellings` share a meter in a housing cooperative: each has the cap of its own.
    """

    price_lists: PriceLists
    rates: RateTable
    group: str
    tariff_name: str = ""
    zone: Zone = Zone.STANDARD
    schemes: tuple[SchemePeriod, ...] = ()
    dwellings: int = 1
    fuse_ampere: int | None = None
    habits: Habits = Habits()

    @cached_property
    def is_private(self) -> bool:
        return self.group in PRIVATE_GROUPS

    def version_on(self, day: date) -> Version | None:
        return self.price_lists.on(day, group=self.group, name=self.tariff_name)

    def rate_on(self, kind: Kind, day: date) -> Rate | None:
        return self.rates.on(kind, day, zone=self.zone, is_private=self.is_private)

    def vat_on(self, day: date) -> Decimal | None:
        """Return the VAT that is part of what is shown, percent: none for business customers. None: unknown."""
        if not self.is_private:
            return Decimal(0)
        rate = self.rate_on(Kind.VAT, day)
        return rate.amount if rate else None

    def scheme_on(self, day: date) -> Scheme:
        """Return the scheme of a day, as far as these customers can have it."""
        for one in self.schemes:
            if one.first <= day and (one.last is None or day <= one.last):
                return one.scheme if one.scheme in SCHEMES_OF.get(self.group, ()) else Scheme.NONE
        return Scheme.NONE

    def cap_on(self, day: date) -> int | None:
        """Return for how many Wh a month the scheme of a day holds; None where there is none, or it has no bound."""
        scheme, kind = self.scheme_on(day), Kind.SUPPORT_CAP
        if scheme == Scheme.NORGESPRIS:
            is_holiday_home = self.group == Group.HOLIDAY_HOME
            kind = Kind.NORGESPRIS_CAP_HOLIDAY_HOME if is_holiday_home else Kind.NORGESPRIS_CAP
        rate = None if scheme == Scheme.NONE else self.rate_on(kind, day)
        return None if rate is None else int(rate.amount * 1000) * max(1, self.dwellings)


@dataclass(frozen=True, slots=True)
class Held:
    """Which days are the holder's: stretches with both ends included, the second None while it lasts; None: all.

    `today` is the day of settling; None: as long after as it takes.
    """

    spans: tuple[tuple[date, date | None], ...] | None = None
    today: date | None = None

    def includes(self, day: date) -> bool:
        if self.spans is None:
            return True
        # Asked for each day of each metering point: a generator takes twice as long.
        for begin, end in self.spans:  # noqa: SIM110
            if begin <= day and (end is None or day <= end):
                return True
        return False


ALL_DAYS = Held()


def tier_window(method: Method, tier_month: TierMonth, day: date) -> date:
    """Return the first day whose highest hour may count for the tier of `day`'s month.

    The methods of a month need that month, or the one before; the yearly one the twelve months that end with it.
    """
    month = add_months(month_of(day), 0 if tier_month == TierMonth.SAME else -1)
    if method != Method.FIVE_WEIGHTED_YEARLY:
        return month
    return add_months(month, -11)
