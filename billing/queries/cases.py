"""A metering point with what it is billed by, for one holder: where every question about its prices begins."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from billing.queries.company import Company, company
from billing.queries.price_days import price_book
from billing.rules.capacity import DayMax
from billing.rules.support import PriceBook, Scheme
from billing.rules.tariffs import Group, Method
from billing.rules.terms import Held, SchemePeriod, Terms, tier_window
from metering.days import DayValues, Direction
from metering.models import Holding, MeteringPoint, ReadingDay
from metering.periods import Span, month_of, month_span
from metering.queries import stored_days
from portal.customers.models import Customer


class NotHeld(LookupError):
    """Nobody, or not this customer, holds the metering point in that time: there is nothing to settle."""


@dataclass(frozen=True)
class Case:
    """`spans` are the days, both ends included, that are this holder's; None: nobody is registered, all days are."""

    point: MeteringPoint
    company: Company
    terms: Terms
    spans: tuple[tuple[date, date | None], ...] | None

    def clip(self, first: date, last: date) -> tuple[date, date]:
        """Return the first and the last day of a stretch that are the holder's. Raises NotHeld when none is.

        Who has left and come back does not hold all days between: see is_held.
        """
        if self.spans is None:
            return first, last
        held = [
            (max(first, begin), min(last, end or last))
            for begin, end in self.spans
            if begin <= last and (end is None or end >= first)
        ]
        if not held or first > last:
            raise NotHeld(f"{self.point.gsrn} is not held between {first} and {last}")
        return min(begin for begin, _ in held), max(end for _, end in held)

    def is_held(self, day: date) -> bool:
        return self.held.includes(day)

    @property
    def held(self) -> Held:
        return Held(self.spans, self.company.today)

    def window(self, first: date, last: date) -> date:
        """Return the first day whose highest hour may count for the tier on `last`."""
        version = self.terms.version_on(last)
        method = version.tariff.capacity.method if version else Method.THREE_DAILY_MAXIMA
        return min(first, tier_window(method, self.terms.habits.tier_month, last))


def case_of(point: MeteringPoint, on: date, *, customer: Customer | None = None, of: Company | None = None) -> Case:
    """Return the case of a customer, by default of whoever holds the metering point on a day, or held it last.

    Raises NotHeld when the customer never held it.
    """
    of = of or company()
    rows = of.once(
        ("holdings", point.pk), lambda: list(Holding.objects.filter(metering_point=point).order_by("valid_from"))
    )
    if customer is None:
        return case_from(point, rows, on, of)
    own = [holding for holding in rows if holding.customer_id == customer.pk]
    if not own:
        raise NotHeld(f"{customer} never held {point.gsrn}")
    return _case(point, rows, own, on, of)


def case_from(point: MeteringPoint, holdings: Sequence[Holding], on: date, of: Company) -> Case:
    """Return the case of whoever held the point last, up to a day. `holdings`: all of the point, in order."""
    begun = [holding for holding in holdings if holding.valid_from <= on] or list(holdings[:1])
    return holders_case(point, holdings, begun[-1].customer_id if begun else None, on, of)


def holders_case(
    point: MeteringPoint, holdings: Sequence[Holding], customer: int | None, on: date, of: Company
) -> Case:
    """Return the case of one who holds the point at some time, by the customer's key."""
    return _case(point, holdings, [holding for holding in holdings if holding.customer_id == customer], on, of)


def holders(holdings: Sequence[Holding], first: date, last: date) -> list[int | None]:
    """Return the keys of those who held a point at some time from first to last, in order; [None] where nobody is
    registered for it at all.
    """
    if not holdings:
        return [None]
    held = (one for one in holdings if one.valid_from <= last and (one.valid_to is None or one.valid_to >= first))
    return list(dict.fromkeys(one.customer_id for one in held))


def _case(point: MeteringPoint, holdings: Sequence[Holding], own: Sequence[Holding], on: date, of: Company) -> Case:
    """The schemes are those of all holders: what the one before used under them is gone of the month's cap."""
    spans = tuple((holding.valid_from, holding.valid_to) for holding in own) if own else None
    return Case(point, of, _terms(point, holdings, on, of), spans)


def _terms(point: MeteringPoint, holdings: Iterable[Holding], on: date, of: Company) -> Terms:
    return Terms(
        price_lists=of.price_lists,
        rates=of.rates,
        group=_group(point),
        tariff_name=point.tariff_name,
        zone=of.zone_at(point.county, point.postal_code, on),
        schemes=tuple(_scheme(holding) for holding in holdings) or (SchemePeriod(Scheme.SUPPORT, date.min),),
        dwellings=point.dwellings or 1,
        fuse_ampere=point.fuse_ampere,
        habits=of.habits,
    )


def _group(point: MeteringPoint) -> str:
    """A dwelling that is registered as a holiday home is billed and supported as one."""
    if point.holiday_home and point.customer_group in ("", Group.HOUSEHOLD):
        return Group.HOLIDAY_HOME
    return point.customer_group


def _scheme(holding: Holding) -> SchemePeriod:
    """Households get support unless they have chosen otherwise."""
    return SchemePeriod(Scheme(holding.support_scheme or Scheme.SUPPORT), holding.valid_from, holding.valid_to)


def held_months(case: Case, months: Sequence[date]) -> list[tuple[date, date]]:
    """Return the first and last day of each month that are the holder's. Raises NotHeld when none is."""
    held = []
    for month in months:
        with suppress(NotHeld):
            held.append(case.clip(month.replace(day=1), month_span(month).last))
    if not held:
        raise NotHeld(f"{case.point.gsrn} is not held in these months")
    return held


# What was measured, and what electricity cost ------------------------------------------------------


def readings_of(case: Case, first: date, last: date) -> dict[date, DayValues]:
    """Return the holder's days of consumption, both ends included."""
    found = point_readings(case, first, last)
    return {day: values for day, values in found.items() if case.is_held(day)}


def point_readings(case: Case, first: date, last: date) -> dict[date, DayValues]:
    """Return the metering point's days of consumption, both ends included, whoever held it: for what is reckoned by the
    point. They are not for the holder to see.
    """
    stored = stored_days(case.point, Direction.CONSUMPTION, Span(first, last))
    return {day: row.day_values for day, row in stored.items()}


def maxima_of(case: Case, first: date, last: date) -> list[DayMax]:
    """Return the highest hour of each of the holder's days, both ends included."""
    rows = ReadingDay.objects.filter(
        metering_point=case.point,
        direction=Direction.CONSUMPTION,
        day__range=(first, last),
        peak_wh__isnull=False,
    ).values_list("day", "peak_wh", "peak_hour")
    return [DayMax(day, wh or 0, hour or 0) for day, wh, hour in rows if case.is_held(day)]


def earlier_maxima(case: Case, first: date, last: date) -> list[DayMax]:
    """Return the highest hours of days before `first` that may count for the tier on `last`."""
    begin = case.window(first, last)
    return maxima_of(case, begin, first - timedelta(days=1)) if begin < first else []


def prices_of(of: Company, area: str, first: date, last: date) -> PriceBook | None:
    """Return the spot prices of the months from first to last; None where the price area is not known."""
    if not area:
        return None
    begin, end = month_of(first), month_span(last).last
    read = of.once(("prices", area), _no_books)
    for known_from, known_to, book in read:
        if known_from <= begin and end <= known_to:
            return book
    found = price_book(area, begin, end)
    read.append((begin, end, found))
    return found


def _no_books() -> list[tuple[date, date, PriceBook]]:
    return []


def needs_prices(terms: Terms, first: date, last: date) -> bool:
    """Tell whether a scheme needs the spot price on some of these days."""
    edges = {first, last, *(one.first for one in terms.schemes if first <= one.first <= last)}
    return any(terms.scheme_on(day) != Scheme.NONE for day in edges)
