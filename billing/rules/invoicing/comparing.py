"""Why an invoice is higher or lower than the one before: causes with amounts that add up to the difference. Pure.

Charges by the kWh are taken apart as (change of energy × what a kWh cost before) + (what using it at other hours
changed) + (change of price × energy now), where both invoices price energy by the same hours; capacity by its tier;
everything else line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from billing.rules.invoicing.documents import ZERO, DocumentLine
from billing.rules.lines import KWH, Code
from billing.rules.money import apportion

SCHEMES = {Code.SUPPORT, Code.NORGESPRIS}
# What is too little to be worth a line of its own.
TRIFLE = Decimal("0.05")
# What a line is, whatever it is called: code, price period, and its text where it has no code.
Key = tuple[str, str, str]


class Why(StrEnum):
    ENERGY = "energy"
    HOURS = "hours"
    PRICE = "price"
    TIER = "tier"
    CAPACITY = "capacity"
    SCHEME = "scheme"
    QUANTITY = "quantity"
    LINE_PRICE = "line_price"
    VAT = "vat"
    NEW = "new"
    GONE = "gone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason and its part of the difference, NOK. `before` and `now` are what changed, `what` the line it is in."""

    why: Why
    amount: Decimal
    what: str = ""
    unit: str = ""
    before: Decimal | None = None
    now: Decimal | None = None
    from_text: str = ""
    to_text: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is NOK, the sum of the causes; the largest comes first."""

    difference: Decimal
    causes: tuple[Cause, ...]


def compare(
    now: Sequence[DocumentLine], before: Sequence[DocumentLine], difference: Decimal, *, vat: Decimal = ZERO
) -> Comparison:
    """Explain `difference`, the new total less the old. `vat` is how much VAT differs, where the lines are without."""
    together = _explained_together(now, before)
    causes = [*_by_kwh(now, before, together), *_capacity(now, before), *_schemes(now, before)]
    causes += _others(now, before, together)
    causes += [Cause(Why.VAT, vat)] if vat else []
    rest = difference - sum((cause.amount for cause in causes), Decimal(0))
    if causes and abs(rest) <= TRIFLE:
        largest = max(range(len(causes)), key=lambda at: abs(causes[at].amount))
        causes[largest] = replace(causes[largest], amount=causes[largest].amount + rest)
    elif rest:
        causes.append(Cause(Why.OTHER, rest))
    shown = apportion([cause.amount for cause in causes], difference)
    rounded = [replace(cause, amount=amount) for cause, amount in zip(causes, shown, strict=True) if amount]
    return Comparison(difference, tuple(sorted(rounded, key=lambda cause: -abs(cause.amount))))


# Charges by the kWh ---------------------------------------------------------------------------------


def _is_by_kwh(line: DocumentLine) -> bool:
    return line.unit == KWH and line.code not in SCHEMES and line.quantity is not None


def _energy_of(lines: Iterable[DocumentLine]) -> Decimal:
    """Return what was used: the energy lines' kWh; taxes are on the same kWh again."""
    return sum((line.quantity for line in lines if line.code == Code.ENERGY and line.quantity), Decimal(0))


def _explained_together(now: Sequence[DocumentLine], before: Sequence[DocumentLine]) -> set[Key]:
    """Return the charges by the kWh that both invoices have; none where the energy itself is not priced alike in both,
    such as by day and night in one and at all hours in the other: then there is no common price of a kWh.
    """
    new, old = ({_key(line) for line in lines if _is_by_kwh(line)} for lines in (now, before))
    energy, energy_before = ({key for key in keys if key[0] == Code.ENERGY} for keys in (new, old))
    is_comparable = energy == energy_before and _energy_of(now) and _energy_of(before)
    return new & old if is_comparable else set()


def _by_kwh(now: Sequence[DocumentLine], before: Sequence[DocumentLine], together: set[Key]) -> list[Cause]:
    if not together:
        return []
    new, old = _by_key(now, together), _by_key(before, together)
    used, used_before = _energy_of(now), _energy_of(before)
    cost_before = sum((_amount(lines) for lines in old.values()), Decimal(0))
    by_energy = (used - used_before) * cost_before / used_before
    by_price = sum(((_price(new[key]) - _price(old[key])) * (_quantity(new[key]) or 0) for key in new), Decimal(0))
    by_hours = sum((_amount(lines) for lines in new.values()), Decimal(0)) - cost_before - by_energy - by_price
    causes = [
        Cause(Why.ENERGY, by_energy, unit=KWH, before=used_before, now=used),
        Cause(Why.PRICE, by_price),
        Cause(Why.HOURS, by_hours),
    ]
    return [cause for cause in causes if abs(cause.amount) >= Decimal("0.005")]


def _by_key(lines: Iterable[DocumentLine], keys: set[Key]) -> dict[Key, list[DocumentLine]]:
    found: dict[Key, list[DocumentLine]] = {}
    for line in lines:
        if _is_by_kwh(line) and _key(line) in keys:
            found.setdefault(_key(line), []).append(line)
    return found


def _price(lines: Sequence[DocumentLine]) -> Decimal:
    """Return what one of some lines cost, together: several may be of one thing, such as before and after a change."""
    quantity = _quantity(lines)
    return _amount(lines) / quantity if quantity else lines[0].unit_price or Decimal(0)


def _key(line: DocumentLine) -> Key:
    # What the program knows by a code is the same line whatever it is called.
    return (line.code, line.period, "") if line.code else ("", "", line.text)


# Capacity, schemes and all else -----------------------------------------------------------------------


def _amount(lines: Iterable[DocumentLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _capacity(now: Sequence[DocumentLine], before: Sequence[DocumentLine]) -> list[Cause]:
    new, old = _coded(now, {Code.CAPACITY}), _coded(before, {Code.CAPACITY})
    if not new or not old or _amount(new) == _amount(old):
        return [] if new and old else _single(Why.NEW if new else Why.GONE, new, old)
    tiers = old[-1].detail, new[-1].detail
    changed = all(tiers) and tiers[0] != tiers[1]
    why = Why.TIER if changed else Why.CAPACITY
    return [Cause(why, _amount(new) - _amount(old), what=new[-1].text, from_text=tiers[0], to_text=tiers[1])]


def _schemes(now: Sequence[DocumentLine], before: Sequence[DocumentLine]) -> list[Cause]:
    new, old = _coded(now, SCHEMES), _coded(before, SCHEMES)
    change = _amount(new) - _amount(old)
    if not change:
        return []
    return [Cause(Why.SCHEME, change, what=(new or old)[0].text, before=_amount(old), now=_amount(new))]


def _coded(lines: Iterable[DocumentLine], codes: Iterable[str]) -> list[DocumentLine]:
    wanted = set(codes)
    return [line for line in lines if line.code in wanted]


def _single(why: Why, new: Sequence[DocumentLine], old: Sequence[DocumentLine]) -> list[Cause]:
    change = _amount(new) - _amount(old)
    return [Cause(why, change, what=(new or old)[0].text)] if change else []


def _others(now: Sequence[DocumentLine], before: Sequence[DocumentLine], together: set[Key]) -> list[Cause]:
    new, old = _rest(now, together), _rest(before, together)
    causes: list[Cause] = []
    for key in dict.fromkeys([*new, *old]):
        causes += _matched(new.get(key, []), old.get(key, []))
    return causes


def _rest(lines: Iterable[DocumentLine], together: set[Key]) -> dict[Key, list[DocumentLine]]:
    """Return what is not explained together, by what it is."""
    found: dict[Key, list[DocumentLine]] = {}
    for line in lines:
        if line.code == Code.CAPACITY or line.code in SCHEMES or (_is_by_kwh(line) and _key(line) in together):
            continue
        found.setdefault(_key(line), []).append(line)
    return found


def _matched(new: Sequence[DocumentLine], old: Sequence[DocumentLine]) -> list[Cause]:
    if not new or not old:
        return _single(Why.NEW if new else Why.GONE, new, old)
    quantity, quantity_before = _quantity(new), _quantity(old)
    change = _amount(new) - _amount(old)
    if quantity is None or quantity_before is None or not quantity_before:
        return [Cause(Why.LINE_PRICE, change, what=new[0].text)] if change else []
    price_before = _amount(old) / quantity_before
    by_quantity = (quantity - quantity_before) * price_before
    by_price = change - by_quantity
    unit = new[0].unit
    causes = [
        Cause(Why.QUANTITY, by_quantity, what=new[0].text, unit=unit, before=quantity_before, now=quantity),
        Cause(Why.LINE_PRICE, by_price, what=new[0].text),
    ]
    return [cause for cause in causes if abs(cause.amount) >= Decimal("0.005")]


def _quantity(lines: Iterable[DocumentLine]) -> Decimal | None:
    quantities = [line.quantity for line in lines]
    return None if None in quantities else sum((one for one in quantities if one is not None), Decimal(0))
