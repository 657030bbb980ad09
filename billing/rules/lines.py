"""The lines of a settlement: a quantity, a price, an amount, and the reason for each. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from billing.rules.capacity import Basis, Position
from billing.rules.money import ORE, kwh, nok, to_ore, with_vat
from billing.rules.tariffs import PricePeriod, Version, When
from billing.rules.taxes import Rate

KWH, MONTH = "kWh", "month"
# Shown prices: what a quantity times the price gives may differ from the amount in the sixth decimal.
SIX_DECIMALS = Decimal("0.000001")


class Code(StrEnum):
    ENERGY = "energy"
    ENOVA = "enova"
    CONSUMPTION_TAX = "consumption_tax"
    CAPACITY = "capacity"
    SUPPORT = "support"
    NORGESPRIS = "norgespris"


ORDER = list(Code)


@dataclass(frozen=True, slots=True)
class Because:
    """Why a line is as it is. `price` is the list's own, without VAT: øre/kWh, or kr/year.

    `hours` is how many hours with readings it rests on; `when` is which (None: all that no other price takes). A charge
    by the year holds for `days` of the month's `of_days`; capacity names its `basis` and tier. `also` are later
    versions with the same price for the same hours, or the same tier.
    """

    price: Decimal
    vat_percent: Decimal
    version: Version | None = None
    rates: tuple[Rate, ...] = ()
    when: When | None = None
    hours: int = 0
    days: int = 0
    of_days: int = 0
    basis: Basis | None = None
    position: Position | None = None
    also: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """`unit_price` and `amount` are NOK, with VAT for private customers. `period` is the price period's code, `name`
    what the company calls it; the line is for `first` to `last`, both included.
    """

    code: Code
    period: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    first: date
    last: date
    because: Because
    preliminary: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    code: Code
    period: str
    name: str
    unit: str
    first: date
    last: date
    because: Because
    wh: int = 0


class Sheet:
    """Gathers lines. Entries at the same price for the same reason become one line; each is rounded to øre, half up.

    The reason is the hours, the rates and the tier: a line of two lists that divide the day otherwise could not say
    when its price holds.
    """

    def __init__(self) -> None:
        self._entries: dict[tuple[object, ...], _Entry] = {}
        self._credits: list[Line] = []

    def by_kwh(
        self,
        code: Code,
        wh: int,
        because: Because,
        *,
        span: tuple[date, date],
        period: PricePeriod,
        others: tuple[When | None, ...],
    ) -> None:
        """Add energy at a price in øre/kWh. `others` are the hours of all of the list's prices: what they leave is the
        base price's.
        """
        entry = _Entry(code, period.code, period.name, KWH, *span, because, wh)
        hours = because.when or others
        self._add((code, period.code, because.price, because.vat_percent, because.rates, hours), entry)

    def by_year(self, code: Code, because: Because, *, span: tuple[date, date]) -> None:
        """Add a yearly price for some days of a month: a twelfth, by the days."""
        method = because.basis.method if because.basis else None
        key = (code, because.price, because.vat_percent, because.rates, because.position, method)
        self._add(key, _Entry(code, "", "", MONTH, *span, because))

    def credit(
        self, code: Code, wh: int, nok_ex_vat: Decimal, because: Because, *, span: tuple[date, date], preliminary: bool
    ) -> None:
        """Add what the customer gets (negative: pays), worked out hour by hour."""
        exact = with_vat(nok_ex_vat, because.vat_percent)
        price = -exact / kwh(wh) if wh else Decimal(0)
        amount = Decimal("0.00") - to_ore(exact)
        line = Line(code, "", "", kwh(wh), KWH, _shown(price), amount, *span, because, preliminary)
        self._credits.append(line)

    def _add(self, key: tuple[object, ...], entry: _Entry) -> None:
        there = self._entries.get(key)
        if there is None:
            self._entries[key] = entry
            return
        named = (there.because.version, *there.because.also)
        version = entry.because.version
        because = replace(
            there.because,
            hours=there.because.hours + entry.because.hours,
            days=there.because.days + entry.because.days,
            also=there.because.also if version is None or version in named else (*there.because.also, version),
        )
        first, last = min(there.first, entry.first), max(there.last, entry.last)
        self._entries[key] = replace(there, first=first, last=last, because=because, wh=there.wh + entry.wh)

    def lines(self) -> list[Line]:
        made = [_by_kwh(entry) if entry.unit == KWH else _by_year(entry) for entry in self._entries.values()]
        return sorted([*made, *self._credits], key=lambda line: ORDER.index(line.code))


def _by_kwh(entry: _Entry) -> Line:
    price = with_vat(nok(entry.because.price), entry.because.vat_percent)
    quantity = kwh(entry.wh)
    return _line(entry, quantity, price, quantity * price)


def _by_year(entry: _Entry) -> Line:
    because = entry.because
    a_year = with_vat(because.price, because.vat_percent)
    # Multiplied before it is divided: a third of a month of a twelfth of a year stays exact as long as it can.
    amount = a_year * because.days / (12 * because.of_days)
    quantity = Decimal(1) if because.days == because.of_days else _shown(Decimal(because.days) / because.of_days)
    return _line(entry, quantity, a_year / 12, amount)


def _line(entry: _Entry, quantity: Decimal, price: Decimal, amount: Decimal) -> Line:
    return Line(
        code=entry.code,
        period=entry.period,
        name=entry.name,
        quantity=quantity,
        unit=entry.unit,
        unit_price=_shown(price),
        amount=to_ore(amount),
        first=entry.first,
        last=entry.last,
        because=entry.because,
    )


def _shown(price: Decimal) -> Decimal:
    """At most six decimals, and no trailing zeros beyond øre."""
    short = price.quantize(SIX_DECIMALS, ROUND_HALF_UP).normalize()
    return short if -int(short.as_tuple().exponent) >= 2 else short.quantize(ORE)
