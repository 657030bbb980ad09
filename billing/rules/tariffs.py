"""A grid company's price list: energy by the time of use, capacity by tiers. Prices are without any tax. Pure.

The shapes are those of the open tariff collection Fri nettleie (see tariff_files); here they have English names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import chain, count, product

from billing.rules import spans

ALL_HOURS = tuple(range(24))
ALL_MONTHS = tuple(range(1, 13))
# What a list, or an exception in it, may be called, in characters.
LONGEST_NAME = 120
# An exception's code is made from its name and stands on each line it prices.
LONGEST_CODE = 30
# What was looked up of a company's lists is kept as long as they are: some years of days, for each group.
MOST_FOUND = 10_000


class Group(StrEnum):
    """Who a price list is for; the values are those of a metering point's customer group."""

    HOUSEHOLD = "household"
    HOLIDAY_HOME = "holiday_home"
    SMALL_BUSINESS = "small_business"


PRIVATE_GROUPS = (Group.HOUSEHOLD, Group.HOLIDAY_HOME)


class Method(StrEnum):
    """What sets the capacity tier."""

    THREE_DAILY_MAXIMA = "three_daily_maxima"
    MONTHLY_MAXIMUM = "monthly_maximum"
    FIVE_WEIGHTED_YEARLY = "five_weighted_yearly"
    FUSE = "fuse"
    UNKNOWN = "unknown"


class DayWord(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    FREE_DAY = "free_day"
    WORKING_DAY = "working_day"
    ANY = "any"

    def holds(self, weekday: int, *, is_holiday: bool) -> bool:
        """Tell whether a day is such a day. `weekday` is 0 for Monday; holidays can fall on any of them."""
        is_weekend = weekday >= 5
        kinds = {
            DayWord.ANY: True,
            DayWord.WEEKDAY: not is_weekend,
            DayWord.WEEKEND: is_weekend,
            DayWord.HOLIDAY: is_holiday,
            DayWord.FREE_DAY: is_weekend or is_holiday,
            DayWord.WORKING_DAY: not (is_weekend or is_holiday),
        }
        return kinds[self] if self in kinds else list(DayWord).index(self) == weekday


@dataclass(frozen=True, slots=True)
class When:
    """The hours a price holds: in these months, on days that are one of `days`, in these clock hours."""

    months: tuple[int, ...] = ALL_MONTHS
    days: tuple[DayWord, ...] = (DayWord.ANY,)
    hours: tuple[int, ...] = ALL_HOURS

    def holds(self, month: int, weekday: int, *, is_holiday: bool) -> bool:
        """Tell whether it holds at some hour of such a day."""
        return month in self.months and any(word.holds(weekday, is_holiday=is_holiday) for word in self.days)

    @property
    def is_every_day(self) -> bool:
        return DayWord.ANY in self.days

    @property
    def is_every_month(self) -> bool:
        return len(self.months) == 12

    @property
    def is_daytime(self) -> bool:
        """Within the day as people mean it: nothing between 22 and 05."""
        return len(self.hours) < 24 and all(5 <= hour < 22 for hour in self.hours)

    @property
    def is_nighttime(self) -> bool:
        return len(self.hours) < 24 and all(hour >= 20 or hour < 8 for hour in self.hours)


@dataclass(frozen=True, slots=True)
class EnergyException:
    """A price that holds instead of the base price at some hours."""

    name: str
    ore_per_kwh: Decimal
    when: When


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """One of a price list's energy prices. `when` is None for the base price: all hours no other price takes.

    `code` is day, night, all, or made from the exception's name; `name` is what the company calls it.
    """

    code: str
    name: str
    ore_per_kwh: Decimal
    when: When | None


@dataclass(frozen=True)
class Energy:
    base_ore_per_kwh: Decimal
    exceptions: tuple[EnergyException, ...] = ()
    _plans: dict[tuple[int, int, bool], tuple[int, ...]] = field(
        default_factory=dict, compare=False, repr=False, init=False
    )
    _dear: dict[tuple[int, int, bool], frozenset[int]] = field(
        default_factory=dict, compare=False, repr=False, init=False
    )

    @cached_property
    def periods(self) -> tuple[PricePeriod, ...]:
        """The base price first, then the exceptions in their order."""
        codes = _codes(self.exceptions)
        base = PricePeriod(codes[0], "", self.base_ore_per_kwh, None)
        named = zip(codes[1:], self.exceptions, strict=True)
        return (base, *(PricePeriod(code, one.name, one.ore_per_kwh, one.when) for code, one in named))

    @cached_property
    def tells_apart(self) -> bool:
        """Whether some hours cost more than others."""
        return len({one.ore_per_kwh for one in self.periods}) > 1

    def dear_hours(self, month: int, weekday: int, *, is_holiday: bool) -> frozenset[int]:
        """Return the clock hours of such a day that cost more than the month's cheapest: all that is not low load."""
        key = (month, weekday, is_holiday)
        found = self._dear.get(key)
        if found is None:
            prices = [one.ore_per_kwh for one in self.periods]
            cheapest = self._cheapest_of(month, prices)
            plan = self.plan(month, weekday, is_holiday=is_holiday)
            found = self._dear[key] = frozenset(hour for hour, at in enumerate(plan) if prices[at] > cheapest)
        return found

    def _cheapest_of(self, month: int, prices: Sequence[Decimal]) -> Decimal:
        days = product(range(7), (False, True))
        return min(prices[at] for weekday, free in days for at in self.plan(month, weekday, is_holiday=free))

    @property
    def dear_period(self) -> PricePeriod | None:
        """The dearer of two prices; None where there is one, or more than two."""
        periods = sorted(self.periods, key=lambda one: one.ore_per_kwh)
        return periods[1] if len(periods) == 2 and periods[0].ore_per_kwh < periods[1].ore_per_kwh else None

    def plan(self, month: int, weekday: int, *, is_holiday: bool) -> tuple[int, ...]:
        """Return for each of the 24 clock hours of such a day which of `periods` holds."""
        key = (month, weekday, is_holiday)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._make_plan(month, weekday, is_holiday=is_holiday)
        return found

    def _make_plan(self, month: int, weekday: int, *, is_holiday: bool) -> tuple[int, ...]:
        plan = [0] * 24
        # Exceptions that meet have the same price (others are refused at import), so the first is as good as any.
        for number in range(len(self.exceptions), 0, -1):
            when = self.exceptions[number - 1].when
            if when.holds(month, weekday, is_holiday=is_holiday):
                for hour in when.hours:
                    plan[hour] = number
        return tuple(plan)


def _codes(exceptions: tuple[EnergyException, ...]) -> list[str]:
    if not exceptions:
        return ["all"]
    if len(exceptions) == 1 and exceptions[0].when.is_every_month:
        if exceptions[0].when.is_daytime:
            return ["night", "day"]
        if exceptions[0].when.is_nighttime:
            return ["day", "night"]
    codes = ["other"]
    for number, one in enumerate(exceptions, 1):
        code = _slug(one.name) or f"period_{number}"
        # Two may have one name, or one that differs only in its signs.
        codes.append(next(each for each in chain([code], (f"{code}_{at}" for at in count(2))) if each not in codes))
    return codes


def _slug(name: str) -> str:
    plain = name.lower().translate(str.maketrans("æøåäö", "eoaao"))
    return "_".join("".join(letter if letter.isalnum() else " " for letter in plain).split())[:LONGEST_CODE]


@dataclass(frozen=True, slots=True)
class Tier:
    """From `lower` (kW, or ampere where the fuse sets it) a year of capacity costs `nok_per_year`."""

    lower: Decimal
    nok_per_year: Decimal


@dataclass(frozen=True, slots=True)
class CapacityCharge:
    """`inclusive`: exactly on a bound belongs to the higher tier; None where nobody knows."""

    method: Method
    inclusive: bool | None
    tiers: tuple[Tier, ...]

    @property
    def unit(self) -> str:
        return "A" if self.method == Method.FUSE else "kW"


@dataclass(frozen=True)
class Tariff:
    """One price list of a company for one or more groups, from a day up to, not including, another (None: until further
    notice). `name` tells lists apart that hold at the same time in different parts of the grid.
    """

    groups: tuple[Group, ...]
    valid_from: date
    valid_to: date | None
    energy: Energy
    capacity: CapacityCharge
    name: str = ""

    def holds(self, day: date) -> bool:
        return spans.holds(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Version:
    """A price list as it is kept: `reference` names it in explanations, `pk` is its row, if there is one."""

    tariff: Tariff
    reference: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class PriceLists:
    """All of a company's price lists; what holds for whom on a day is looked up once."""

    versions: tuple[Version, ...]
    _found: dict[tuple[str, str, date], Version | None] = field(
        default_factory=dict, compare=False, repr=False, init=False
    )

    def on(self, day: date, *, group: str, name: str = "") -> Version | None:
        """Return the version that holds for a group on a day: of one name the latest that has begun.

        When that one has ended none holds; an older one does not come back.

        Without a `name` it is the list that has none, else the only one there is; with several that all have names
        nobody can tell, and the answer is None.
        """
        key = (group, name, day)
        try:
            return self._found[key]
        except KeyError:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            found = self._found[key] = self._look_up(*key)
            return found

    def _look_up(self, group: str, name: str, day: date) -> Version | None:
        begun = [one for one in self.versions if group in one.tariff.groups and one.tariff.valid_from <= day]
        latest = {one.tariff.name: one for one in sorted(begun, key=lambda each: each.tariff.valid_from)}
        found = [one for one in latest.values() if one.tariff.holds(day)]
        named = [one for one in found if one.tariff.name == name]
        if named:
            return named[0]
        return found[0] if not name and len(found) == 1 else None

    def of(self, group: str, name: str = "") -> list[Version]:
        """Return every version of a group's list, the latest first: its prices over time."""
        lists = [one for one in self.versions if group in one.tariff.groups]
        named = [one for one in lists if one.tariff.name == name]
        return sorted(named or ([] if name else lists), key=lambda one: one.tariff.valid_from, reverse=True)
