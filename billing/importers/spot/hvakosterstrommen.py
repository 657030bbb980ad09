"""hvakosterstrommen.no: a JSON list of a day's prices, already in NOK per kWh without VAT."""

from __future__ import annotations

from billing.importers.spot.values import decimal, from_json, instant, minutes_between, sensible
from billing.rules.spot import SpotDay
from billing.rules.spot_days import PricePoint, PriceProblem, days_of


@sensible
def read(content: bytes, *, area: str) -> list[SpotDay]:
    """Return the days in an answer of `/api/v1/prices/YYYY/MM-DD_NO1.json`. Raises PriceProblem."""
    rows = from_json(content)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PriceProblem("This is no list of prices.")
    points = []
    for row in rows:
        if missing := {"NOK_per_kWh", "time_start", "time_end"} - row.keys():
            raise PriceProblem(f"A price lacks {', '.join(sorted(missing))}.")
        start = instant(row["time_start"])
        minutes = minutes_between(start, instant(row["time_end"]))
        points.append(PricePoint(start, minutes, decimal(row["NOK_per_kWh"])))
    return days_of(area, points)
