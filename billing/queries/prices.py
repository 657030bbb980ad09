"""A price list as customers see it: tiers by the month, energy by the hour, with the taxes that are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.queries.cases import Case, case_of
from billing.queries.company import Company, company
from billing.rules import capacity
from billing.rules.capacity import Position
from billing.rules.money import to_ore, with_vat
from billing.rules.tariffs import Method, PricePeriod, Version
from billing.rules.taxes import Kind
from billing.rules.terms import Terms
from metering.models import MeteringPoint
from portal.customers.models import Customer


@dataclass(frozen=True)
class TierPrice:
    """A tier; `nok_per_month` has VAT for private customers and is rounded to øre."""

    position: Position
    nok_per_month: Decimal


@dataclass(frozen=True)
class EnergyPrice:
    """An energy price in øre/kWh, exact. `shown` has VAT for private customers, `with_taxes` the electricity tax and
    the energy fund as well; it is None where one of them is not known.
    """

    period: PricePeriod
    shown: Decimal
    with_taxes: Decimal | None


@dataclass(frozen=True)
class PriceList:
    """What one group pays on a day. `vat_percent` is what the prices include: 0 for business customers, and where there
    is none. Taxes are øre/kWh with VAT where it is included; None where they are not known.
    """

    version: Version
    group: str
    is_private: bool
    vat_percent: Decimal
    tiers: tuple[TierPrice, ...]
    energy: tuple[EnergyPrice, ...]
    consumption_tax: Decimal | None
    enova: Decimal | None
    # Business customers pay the energy fund by the year (NOK).
    enova_per_year: Decimal | None

    def tier(self, position: Position | None) -> TierPrice | None:
        """Return the price of a tier of this list; None for one that only another list has.

        Its bounds tell which it is: the same number can be other kilowatts in another list.
        """
        return next((one for one in self.tiers if position and one.position.is_same_as(position)), None)

    def place(self, method: Method | None, value: Decimal | None) -> TierPrice | None:
        """Return the tier that a value falls into in this list; None where it was found by another method."""
        charge = self.version.tariff.capacity
        return self.tier(capacity.position_of(charge, value)) if method == charge.method else None


def price_list_of(
    point: MeteringPoint, on: date, *, customer: Customer | None = None, of: Company | None = None
) -> PriceList | None:
    """Return what a metering point is billed by on a day; None when no price list holds, or it is not known
    which VAT does.
    """
    return price_list_in(case_of(point, on, customer=customer, of=of).terms, on)


def versions_of(point: MeteringPoint, on: date, *, of: Company | None = None) -> list[PriceList]:
    """Return a metering point's price lists over time, the latest first, each with the taxes of its first day (of `on`
    for the one that holds then).
    """
    case: Case = case_of(point, on, of=of)
    versions = case.company.price_lists.of(case.terms.group, case.terms.tariff_name)
    days = [on if version.tariff.holds(on) else version.tariff.valid_from for version in versions]
    found = [price_list_from(case.terms, version, day) for version, day in zip(versions, days, strict=True)]
    return [one for one in found if one]


def energy_price_at(prices: PriceList, terms: Terms, at: datetime) -> EnergyPrice:
    """Return the energy price at a local time."""
    energy = prices.version.tariff.energy
    plan = energy.plan(at.month, at.weekday(), is_holiday=terms.habits.calendar.is_holiday(at.date()))
    return prices.energy[plan[at.hour]]


def energy_price_now(point: MeteringPoint, now: datetime, *, of: Company | None = None) -> EnergyPrice | None:
    """Return what a kWh costs in the grid at an aware moment; None where no price list holds."""
    mine = of or company()
    at = now.astimezone(mine.clock)
    terms = case_of(point, at.date(), of=mine).terms
    prices = price_list_in(terms, at.date())
    return energy_price_at(prices, terms, at) if prices else None


def price_list_in(terms: Terms, on: date) -> PriceList | None:
    version = terms.version_on(on)
    return price_list_from(terms, version, on) if version else None


def price_list_from(terms: Terms, version: Version, on: date) -> PriceList | None:
    """Put a version and the taxes of a day together; None where it is not known which VAT holds."""
    vat = terms.vat_on(on)
    if vat is None:
        return None
    tax, enova = terms.rate_on(Kind.CONSUMPTION_TAX, on), terms.rate_on(Kind.ENOVA, on)
    fixed = terms.rate_on(Kind.ENOVA_FIXED, on)
    added = None
    if tax and (enova or fixed):
        added = with_vat(tax.amount + (enova.amount if enova else 0), vat)
    return PriceList(
        version=version,
        group=terms.group,
        is_private=terms.is_private,
        vat_percent=vat,
        tiers=_tiers(version, vat),
        energy=_energy(version.tariff.energy.periods, vat, added),
        consumption_tax=with_vat(tax.amount, vat) if tax else None,
        enova=with_vat(enova.amount, vat) if enova else None,
        enova_per_year=fixed.amount if fixed else None,
    )


def _tiers(version: Version, vat: Decimal) -> tuple[TierPrice, ...]:
    positions = capacity.positions(version.tariff.capacity)
    return tuple(TierPrice(one, to_ore(with_vat(one.nok_per_year, vat) / 12)) for one in positions)


def _energy(periods: Sequence[PricePeriod], vat: Decimal, added: Decimal | None) -> tuple[EnergyPrice, ...]:
    shown = [with_vat(period.ore_per_kwh, vat) for period in periods]
    return tuple(
        EnergyPrice(period, price, None if added is None else price + added)
        for period, price in zip(periods, shown, strict=True)
    )
