"""Nord Pool's data portal: JSON with prices per MWh in the currency asked for, and each area's state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing.importers.spot.values import decimal, from_json, instant, minutes_between, sensible, told
from billing.rules.spot import SpotDay
from billing.rules.spot_days import KWH_PER_MWH, MARKET_ZONE, PricePoint, PriceProblem, Rates, days_of, nok_per_kwh

FINAL = "Final"


@sensible
def read(content: bytes, *, area: str, rates: Rates | None) -> list[SpotDay]:
    """Return the area's day in an answer of `/api/DayAheadPrices`. Raises PriceProblem."""
    answer = from_json(content)
    entries = answer.get("multiAreaEntries") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise PriceProblem("This is no answer of Nord Pool: it has no multiAreaEntries.")
    currency = answer.get("currency", "EUR")
    if currency not in ("EUR", "NOK"):
        raise PriceProblem(f"The prices are in {told(currency)}; ask for NOK or EUR.")
    points = [_point(entry, area, currency, rates) for entry in entries]
    if not points:
        return []
    is_final = _state(answer, area) == FINAL
    if currency == "EUR" and rates is not None:
        is_final = is_final and all(rates.is_final(point.start.astimezone(MARKET_ZONE).date()) for point in points)
    return days_of(area, points, preliminary=not is_final)


def _point(entry: Any, area: str, currency: str, rates: Rates | None) -> PricePoint:
    if not isinstance(entry, dict) or not isinstance(entry.get("entryPerArea"), dict):
        raise PriceProblem("An entry has no entryPerArea.")
    if area not in entry["entryPerArea"]:
        others = ", ".join(entry["entryPerArea"]) or "none"
        raise PriceProblem(f"The answer has no prices for {area}, but for {told(others, 60)}.")
    start, end = instant(entry.get("deliveryStart")), instant(entry.get("deliveryEnd"))
    amount = decimal(entry["entryPerArea"][area])
    return PricePoint(start, minutes_between(start, end), _price(amount, currency, start, rates))


def _price(amount: Decimal, currency: str, start: Any, rates: Rates | None) -> Decimal:
    if currency == "NOK":
        return amount / KWH_PER_MWH
    if rates is None:
        raise PriceProblem("The prices are in euro, and no exchange rates are given.")
    return nok_per_kwh(amount, rates.on(start.astimezone(MARKET_ZONE).date()))


def _state(answer: dict[str, Any], area: str) -> str:
    """Older answers have no states; what they say is final."""
    states = answer.get("areaStates")
    if states is None:
        return FINAL
    rows = [entry for entry in states if isinstance(entry, dict)] if isinstance(states, list) else []
    found = (entry.get("state") for entry in rows if isinstance(entry.get("areas"), list) and area in entry["areas"])
    return str(next(found, ""))
