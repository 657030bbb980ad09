"""Installations: metering points as one customer holds them, and the list of them for those who have many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from itertools import product
from operator import and_, or_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from metering.days import Direction
from metering.models import (
    Holding,
    InstallationName,
    MeteringPoint,
    PreferredInstallation,
    ReadingDay,
    ReadingMonth,
)
from metering.periods import Span, month_span
from metering.scope import gsrns_in
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.scope import forget, once, remembered

SORTS = {"name": ("shown_name", "gsrn"), "used": ("-used", "shown_name"), "place": ("postal_code", "shown_name")}
LONGEST_SEARCH = 60
# Fewer digits at the end of a number are at the end of very many.
FEWEST_DIGITS = 3
# Who stays while the support scheme changes has several holdings of one point.
HOLDINGS_EACH = 5


@dataclass(frozen=True)
class Installation:
    """A metering point as one customer holds it; `periods` are the days it was theirs, both ends included.

    `name` is what the customer calls it, "" for nothing.
    """

    point: MeteringPoint
    periods: tuple[tuple[date, date | None], ...]
    name: str = ""

    def holds(self, day: date) -> bool:
        # Asked for each day that is shown: a generator takes twice as long.
        for first, last in self.periods:  # noqa: SIM110
            if first <= day and (last is None or day <= last):
                return True
        return False

    @property
    def held_q(self) -> Q:
        """Return the condition on days of readings that keeps to the time the customer held it."""
        return reduce(or_, (_within(period) for period in self.periods))

    def stretches(self, span: Span) -> list[Span]:
        """Return the parts of the span in which the customer held it."""
        parts = (Span(max(first, span.first), min(last or span.last, span.last)) for first, last in self.periods)
        return [part for part in parts if part.first <= part.last]

    def days_held(self, span: Span) -> int:
        """Return on how many days of the span the customer held it."""
        return sum((part.last - part.first).days + 1 for part in self.stretches(span))

    @cached_property
    def first_day(self) -> date:
        return min(first for first, _ in self.periods)

    def last_day(self, today: date) -> date:
        """Return the last day there is something to see of: today, or the day it was given up."""
        return min(today, max(last or today for _, last in self.periods))

    @property
    def is_present(self) -> bool:
        return any(last is None for _, last in self.periods)


def _within(period: tuple[date, date | None]) -> Q:
    first, last = period
    return Q(day__gte=first) if last is None else Q(day__range=(first, last))


@dataclass(frozen=True)
class Holder:
    """All that a customer holds at some time up to `today`, as one: what a firm or a cooperative uses together."""

    customer: Customer
    today: date

    def holdings(self) -> QuerySet[Holding]:
        return Holding.objects.of(self.customer).filter(valid_from__lte=self.today)


def points_in_scope(customer: Customer) -> list[int] | None:
    """Return the keys of the metering points somebody's authorization is limited to; None where it is not limited."""
    if customer.scope is None:
        return None
    return list(MeteringPoint.objects.filter(gsrn__in=gsrns_in(customer.scope)).values_list("pk", flat=True))


def installations_of(customer: Customer, today: date, points: Collection[int] | None = None) -> list[Installation]:
    """Return the installations the customer holds or has held, those held now first; or those of some points' keys."""
    held = _held(customer, today)
    return _installations(held if points is None else held.filter(metering_point__in=points))


def _held(customer: Customer, today: date) -> QuerySet[Any]:
    """Return the holdings up to today, with what the customer calls each (`own_name`, "" for nothing)."""
    own_name = Coalesce(_own_name(customer, "metering_point"), Value(""))
    return Holder(customer, today).holdings().annotate(own_name=own_name)


def _own_name(customer: Customer, point: str) -> Subquery:
    named = InstallationName.objects.filter(customer=customer, metering_point=OuterRef(point))
    return Subquery(named.values("name")[:1])


def _installations(holdings: Iterable[Any]) -> list[Installation]:
    found: dict[int, list[Any]] = {}
    for holding in holdings:
        found.setdefault(holding.metering_point_id, []).append(holding)
    return [
        Installation(
            held[0].metering_point,
            tuple(sorted(((one.valid_from, one.valid_to) for one in held), key=lambda span: span[0])),
            held[0].own_name,
        )
        for held in found.values()
    ]


@dataclass(frozen=True)
class Portfolio:
    """What a page has to know of all that a customer holds or has held: how many, the first few of them, and when.

    Of three thousand installations only those that are shown are read. `first` are in the order of `installations_of`.
    """

    customer: Customer
    today: date
    count: int
    first: Sequence[Installation]
    first_day: date
    last_day: date

    @cached_property
    def has_production(self) -> bool:
        """Whether any of them produces; asked for only by who shows them together."""
        if self.count == len(self.first):
            return any(one.point.has_production for one in self.first)
        return Holder(self.customer, self.today).holdings().filter(metering_point__has_production=True).exists()

    def find(self, point_id: int) -> Installation | None:
        """Return one of them by its metering point's key."""
        known = (one for one in self.first if one.point.pk == point_id)
        return next(known, None) or installation_of(self.customer, point_id, self.today)


def portfolio_of(customer: Customer, today: date, *, shown: int, among: Q | None = None) -> Portfolio | None:
    """Return the customer's portfolio with the first `shown` installations; None for a customer without any.

    `among` is a condition on the holdings that count.
    """
    held = _held(customer, today)
    if among:
        held = held.filter(among)
    few = list(held[: shown * HOLDINGS_EACH + 1])
    if not few:
        return None
    if len(few) <= shown * HOLDINGS_EACH:
        found = _small_portfolio(customer, today, _installations(few))
        if among is None:
            forget(_key(customer, today))
            once(_key(customer, today), lambda: found)
        return found
    known = held.order_by().aggregate(
        count=Count("metering_point", distinct=True),
        periods=Count("pk"),
        first_day=Min("valid_from"),
        last_day=Max(Coalesce("valid_to", Value(today))),
    )
    first = _installations(few)[:shown]
    if known.pop("periods") > known["count"]:
        # Their earlier periods may lie behind the others' present ones.
        first = _installations(held.filter(metering_point__in=[one.point.pk for one in first]))
    known["last_day"] = min(today, known["last_day"])
    return Portfolio(customer=customer, today=today, first=first, **known)


def known_installations(customer: Customer, today: date) -> Sequence[Installation] | None:
    """Return what `installations_of` does, where this request has read them all for its page; else None."""
    found: Portfolio | None = remembered(_key(customer, today))
    return found.first if found else None


def _key(customer: Customer, today: date) -> tuple[object, ...]:
    return (Portfolio, customer.pk, customer.scope, today)


def _small_portfolio(customer: Customer, today: date, all_: Sequence[Installation]) -> Portfolio:
    return Portfolio(
        customer=customer,
        today=today,
        count=len(all_),
        first=all_,
        first_day=min(one.first_day for one in all_),
        last_day=max(one.last_day(today) for one in all_),
    )


def first_day_held(customer: Customer, today: date) -> date | None:
    """Return the first day on which the customer held anything, None for a customer without any."""
    first: date | None = Holder(customer, today).holdings().order_by().aggregate(day=Min("valid_from"))["day"]
    return first


def installation_of(customer: Customer, point_id: int, today: date) -> Installation | None:
    """Return one of the customer's installations, None when it is not one."""
    return next(iter(installations_of(customer, today, [point_id])), None)


def first_day_read(installation: Installation, direction: Direction) -> date | None:
    """Return the first day of which there is something while the customer held it, None where there is nothing."""
    days = ReadingDay.objects.filter(metering_point=installation.point, direction=direction)
    return days.filter(installation.held_q).order_by("day").values_list("day", flat=True).first()


def has_held(customer: Customer, stretches: Iterable[tuple[int, Span]]) -> bool:
    """Tell whether the customer, within its scope, held each metering point (by its key) on all days of its stretch."""
    wanted = list(stretches)
    held = Holding.objects.of(customer).filter(metering_point__in={point for point, _ in wanted})
    periods: dict[int, list[tuple[date, date | None]]] = {}
    for point, first, last in held.order_by().values_list("metering_point", "valid_from", "valid_to"):
        periods.setdefault(point, []).append((first, last))
    return all(_covers(periods.get(point, []), span) for point, span in wanted)


def _covers(periods: Iterable[tuple[date, date | None]], span: Span) -> bool:
    """Periods of one point do not overlap, so their days in the span can be counted."""
    parts = (min(last or span.last, span.last) - max(first, span.first) for first, last in periods)
    return sum(max(0, part.days + 1) for part in parts) == (span.last - span.first).days + 1


def preferred_point(user: User, customer: Customer) -> int | None:
    """Return the key of the installation a user wants to see first at a customer."""
    found = PreferredInstallation.objects.filter(user=user, customer=customer)
    keys = found.values_list("metering_point_id", flat=True)
    chosen: int | None = once((PreferredInstallation, user.pk, customer.pk), keys.first)
    return chosen


def preferred_of(user: User, held: Portfolio) -> Installation:
    """Return the installation a user sees first: the one they chose, while the customer has it, else the first."""
    chosen = preferred_point(user, held.customer)
    return (held.find(chosen) if chosen else None) or held.first[0]


def table_of(
    customer: Customer, today: date, month: date, *, search: str = "", sort: str = "name"
) -> QuerySet[MeteringPoint]:
    """Return the customer's metering points with `shown_name`, `used` (Wh in the month of that first day, None) and
    `ends` (date, None).

    `search` finds the beginning of an address, an own name, a postal code, a metering point ID or a meter number; of
    the two numbers also the end, and written in groups as they are printed.
    """
    held = Holder(customer, today).holdings()
    own_name = _own_name(customer, "pk")
    latest = held.filter(metering_point=OuterRef("pk")).order_by(F("valid_to").desc(nulls_first=True))
    rows = MeteringPoint.objects.filter(pk__in=held.values("metering_point")).annotate(
        own_name=Coalesce(own_name, Value("")),
        shown_name=Coalesce(own_name, NullIf("address", Value("")), "gsrn", output_field=CharField()),
        ends=Subquery(latest.values("valid_to")[:1]),
        used=_used(customer, month_span(month)),
    )
    words = search[:LONGEST_SEARCH].split()
    if words:
        rows = rows.filter(reduce(and_, map(_begins, words)) | _is_number("".join(words)))
    return rows.order_by(*SORTS.get(sort, SORTS["name"]))


def _used(customer: Customer, month: Span) -> Case:
    """Add up the consumption of each point over the month's days on which the customer held it."""
    point = {"metering_point": OuterRef("pk"), "direction": Direction.CONSUMPTION}
    whole = ReadingMonth.objects.filter(**point, month=month.first, known_days__gt=0)
    days = ReadingDay.objects.filter(**point, day__range=(month.first, month.last))
    of_days = days.filter(held_by(customer), has_values()).order_by().values("metering_point")
    held_whole = Holding.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=month.last),
        customer=customer,
        metering_point=OuterRef("pk"),
        valid_from__lte=month.first,
    )
    return Case(
        When(Exists(held_whole), then=Subquery(whole.values("total_wh"))),
        default=Subquery(of_days.annotate(used=Sum("total_wh")).values("used")),
    )


def used_by(points: QuerySet[MeteringPoint], customer: Customer, month: date) -> tuple[int | None, int]:
    """Return what these points used together in the month (Wh, None without any value), and how many have values."""
    span, asked = month_span(month), points.order_by().values("pk")
    begins, ends = "metering_point__holdings__valid_from", "metering_point__holdings__valid_to"
    whole = ReadingMonth.objects.filter(
        Q(**{ends: None}) | Q(**{f"{ends}__gte": span.last}),
        Q(**{f"{begins}__lte": span.first}),
        metering_point__holdings__customer=customer,
        metering_point__in=asked,
        direction=Direction.CONSUMPTION,
        month=span.first,
        known_days__gt=0,
    ).aggregate(wh=Sum("total_wh"), known=Count("metering_point"))
    parts = ReadingDay.objects.filter(
        held_by(customer) & (Q(**{f"{begins}__gt": span.first}) | Q(**{f"{ends}__lt": span.last})),
        has_values(),
        metering_point__in=asked,
        direction=Direction.CONSUMPTION,
        day__range=(span.first, span.last),
    ).aggregate(wh=Sum("total_wh"), known=Count("metering_point", distinct=True))
    known = whole["known"] + parts["known"]
    return ((whole["wh"] or 0) + (parts["wh"] or 0) if known else None), known


def has_values() -> Q:
    """Return the condition on days of readings that some value is there: a day can be stored with none, and is no 0."""
    known = Func(
        "values_wh", template="cardinality(array_remove(%(expressions)s, NULL)) > 0", output_field=BooleanField()
    )
    return Q(total_wh__gt=0) | Q(peak_wh__isnull=False) | Q(known)


def held_by(customer: Customer) -> Q:
    """Return the condition on days of readings that keeps to the days on which the customer held the point."""
    return Q(
        Q(metering_point__holdings__valid_to=None) | Q(metering_point__holdings__valid_to__gte=F("day")),
        metering_point__holdings__customer=customer,
        metering_point__holdings__valid_from__lte=F("day"),
    )


def _is_number(digits: str) -> Q:
    """Return the condition that a number of the point begins or ends so. It is asked of the customer's own only."""
    if len(digits) < FEWEST_DIGITS or not digits.isdecimal():
        return Q(pk=None)
    ways = product(("gsrn", "meter_number"), ("startswith", "endswith"))
    return reduce(or_, (Q(**{f"{field}__{way}": digits}) for field, way in ways))


def _begins(word: str) -> Q:
    fields: Iterable[str] = ("address", "own_name", "city", "postal_code", "gsrn", "meter_number")
    return reduce(
        or_, (Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"}) for field in fields)
    )
