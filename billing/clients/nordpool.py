"""Nord Pool's data portal, asked for NOK: the exchange's own prices, with their state (preliminary, final)."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from billing.importers.spot import nordpool
from billing.rules.spot import SpotDay
from portal.clients.http import client

NO_CONTENT = 204


def fetch(area: str, day: date) -> list[SpotDay]:
    """Return the day's prices; [] when they are not published, or the answer is of other days."""
    service = client("nordpool", base_url=settings.SPOT_PRICE_URLS["nordpool"])
    query = {"date": day.isoformat(), "market": "DayAhead", "deliveryArea": area, "currency": "NOK"}
    answer = service.get("/api/DayAheadPrices", params=query)
    if answer.status == NO_CONTENT:
        return []
    found = nordpool.read(answer.raise_for_status().content, area=area, rates=None)
    return [one for one in found if one.day == day]
