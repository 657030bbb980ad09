"""ENTSO-E's transparency platform: document A44 (day-ahead prices), XML, EUR per MWh.

Curve type A03: a position that is left out repeats the one before it. In any other curve (A01) it is a gap, and stays
one. Where an area has several auctions (classificationSequence), the first is the one that customers are billed by.
Points may come in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from billing.importers.spot.values import decimal, instant, position, sensible, told
from billing.rules.spot import HOUR, QUARTER, SpotDay
from billing.rules.spot_days import MARKET_ZONE, PricePoint, PriceProblem, Rates, days_of, nok_per_kwh

# The codes of the Norwegian bidding zones.
ZONES = {
    "NO1": "10YNO-1--------2",
    "NO2": "10YNO-2--------T",
    "NO3": "10YNO-3--------J",
    "NO4": "10YNO-4--------9",
    "NO5": "10Y1001A1001A48H",
}
RESOLUTIONS = {"PT15M": QUARTER, "PT60M": HOUR, "PT1H": HOUR}
# How the points make a curve: blocks that go on until the next, or one for each position. Other curves slope.
REPEATS, EACH = "A03", ("A01", "")
SEQUENCE = "classificationSequence_AttributeInstanceComponent.position"
NO_DATA = "999"
LONGEST_PERIOD = timedelta(days=370)


@sensible
def read(content: bytes, *, area: str, rates: Rates | None) -> list[SpotDay]:
    """Return the days in a document, [] when it says that there are none. Raises PriceProblem."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PriceProblem(f"This is not whole and harmless XML: {type(error).__name__} {str(error)[:100]}") from None
    if _name(root) == "Acknowledgement_MarketDocument":
        return _refused(root)
    if _name(root) != "Publication_MarketDocument":
        raise PriceProblem(f"This is no A44 document, but {_name(root)[:60]}.")
    if rates is None:
        raise PriceProblem("The prices are in euro, and no exchange rates are given.")
    prices = _first_auction(root, area)
    points = [
        PricePoint(start, minutes, nok_per_kwh(amount, rates.on(start.astimezone(MARKET_ZONE).date())))
        for (start, minutes), amount in prices.items()
    ]
    return [_with_state(day, rates) for day in days_of(area, points)]


def _with_state(day: SpotDay, rates: Rates) -> SpotDay:
    final = rates.is_final(day.day)
    return SpotDay(day.area, day.day, day.resolution_minutes, day.prices_nok_per_kwh, preliminary=not final)


def _refused(root: Element) -> list[SpotDay]:
    code, text = _text(root, "Reason/code"), _text(root, "Reason/text")
    if code == NO_DATA:
        return []
    raise PriceProblem(f"ENTSO-E answered {code}: {text[:200]}")


def _first_auction(root: Element, area: str) -> dict[tuple[datetime, int], Decimal]:
    """Return the prices by start and minutes; of several auctions for one time the first, of resolutions the finer."""
    ranked: dict[datetime, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for series in _children(root, "TimeSeries"):
        _refuse_foreign(series, area)
        sequence = position(_text(series, SEQUENCE) or "1")
        repeats = _repeats(series)
        for period in _children(series, "Period"):
            for start, minutes, amount in _period(period, repeats=repeats):
                ranked[start].append((sequence, minutes, amount))
    best = {start: min(found, key=lambda price: price[:2]) for start, found in ranked.items()}
    for start, (sequence, minutes, amount) in best.items():
        if any(other[:2] == (sequence, minutes) and other[2] != amount for other in ranked[start]):
            raise PriceProblem(f"There are two different prices at {start.isoformat()}.")
    return {
        (start, minutes): amount
        for start, (sequence, minutes, amount) in best.items()
        if not _is_covered(start, sequence, best)
    }


def _is_covered(start: datetime, sequence: int, best: dict[datetime, tuple[int, int, Decimal]]) -> bool:
    """Whether a quarter of a later auction lies inside an hour of an earlier one."""
    hour = start.replace(minute=0)
    return hour in best and best[hour][1] == HOUR and hour != start and best[hour][0] <= sequence


def _refuse_foreign(series: Element, area: str) -> None:
    zone, currency = _text(series, "in_Domain.mRID"), _text(series, "currency_Unit.name")
    unit = _text(series, "price_Measure_Unit.name")
    if zone and zone != ZONES.get(area):
        raise PriceProblem(f"The document is for the zone {zone[:20]}; {area} is {ZONES.get(area, 'unknown')}.")
    if (currency or "EUR") != "EUR" or (unit or "MWH").upper() != "MWH":
        raise PriceProblem(f"Prices are expected in EUR per MWH, not in {currency[:10]} per {unit[:10]}.")


def _repeats(series: Element) -> bool:
    """Whether a position that is left out repeats the price before it."""
    curve = _text(series, "curveType")
    if curve != REPEATS and curve not in EACH:
        raise PriceProblem(f"The curve type {told(curve, 10)} is none that prices come in (A01, A03).")
    return curve == REPEATS


def _period(period: Element, *, repeats: bool) -> Iterator[tuple[datetime, int, Decimal]]:
    start, end = instant(_text(period, "timeInterval/start")), instant(_text(period, "timeInterval/end"))
    minutes = RESOLUTIONS.get(_text(period, "resolution"))
    if minutes is None:
        raise PriceProblem(f"The resolution {_text(period, 'resolution')[:20]} is neither hours nor quarters.")
    if not start < end <= start + LONGEST_PERIOD:
        raise PriceProblem(f"The period from {start.isoformat()} to {end.isoformat()} is no period of prices.")
    step = timedelta(minutes=minutes)
    count = int((end - start) / step)
    given = _points(period, count)
    last: Decimal | None = None
    for number in range(1, count + 1):
        last = given.get(number, last if repeats else None)
        if last is not None:
            yield start + step * (number - 1), minutes, last


def _points(period: Element, count: int) -> dict[int, Decimal]:
    given: dict[int, Decimal] = {}
    for point in _children(period, "Point"):
        number = position(_text(point, "position"))
        amount = decimal(_text(point, "price.amount"))
        if not 1 <= number <= count:
            raise PriceProblem(f"Position {number} lies outside the period, which has {count}.")
        if given.get(number, amount) != amount:
            raise PriceProblem(f"Position {number} comes twice with different prices.")
        given[number] = amount
    return given


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _text(element: Element, path: str) -> str:
    found: Element | None = element
    for name in path.split("/"):
        found = next(_children(found, name), None) if found is not None else None
    return (found.text or "").strip() if found is not None else ""
